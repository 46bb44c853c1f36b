import test from 'ava';
import {
  conv2dDerFilter,
  conv2dDerFilterAsync,
  conv2dDerInput,
  conv2dDerInputAsync,
  depthwiseConv2dNativeBackpropFilter,
  depthwiseConv2dNativeBackpropFilterAsync,
  depthwiseConv2dNativeBackpropInput,
  depthwiseConv2dNativeBackpropInputAsync,
  planConv2dDerInput,
  planDepthwiseConv2dNativeBackpropInput,
} from '../../../src/ops/index.ts';
import {channelsFirst, close, filterGradient, inputGradient, Random, randomCase} from './oracle.ts';

const kinds = [
  {
    name: 'conv2d',
    byInput: conv2dDerInput,
    byInputAsync: conv2dDerInputAsync,
    planByInput: planConv2dDerInput,
    byFilter: conv2dDerFilter,
    byFilterAsync: conv2dDerFilterAsync,
    depthwise: false,
  },
  {
    name: 'depthwiseConv2d',
    byInput: depthwiseConv2dNativeBackpropInput,
    byInputAsync: depthwiseConv2dNativeBackpropInputAsync,
    planByInput: planDepthwiseConv2dNativeBackpropInput,
    byFilter: depthwiseConv2dNativeBackpropFilter,
    byFilterAsync: depthwiseConv2dNativeBackpropFilterAsync,
    depthwise: true,
  },
];

for (const {name, byInput, byInputAsync, planByInput, byFilter, byFilterAsync, depthwise} of kinds) {
  test(`${name}: gradients agree with double precision, whatever the options`, t => {
    for (let seed = 0; seed < 100; ++seed) {
      const random = new Random(seed);
      const size = [random.integer(1, 20), random.integer(1, 20)] as const;
      const at = randomCase(random, size);
      const [batch, channels, last] = [random.integer(1, 2), random.integer(1, 30), random.integer(1, 20)];
      const x = random.tensor(batch, ...size, channels);
      const filter = random.tensor(...at.kernel, channels, depthwise ? random.pick(1, 2) : last);
      const dy = random.tensor(batch, ...at.out, depthwise ? channels * filter.shape[3] : last);
      const text = `seed ${seed}, x ${x.shape.join()}, filter ${filter.shape.join()}, ${JSON.stringify(at.options)}`;
      const dx = byInput(x.shape, dy, filter, at.options);
      t.deepEqual(dx.shape, x.shape);
      close(t, dx.data, inputGradient(x.shape, dy.data, filter, at, depthwise), `by x, ${text}`);
      const dw = byFilter(x, dy, filter.shape, at.options);
      t.deepEqual(dw.shape, filter.shape);
      close(t, dw.data, filterGradient(x, dy.data, filter.shape, at, depthwise), `by filter, ${text}`);
    }
  });

  const random = new Random(8);
  const [x, filter] = [random.tensor(2, 7, 6, 3), random.tensor(3, 3, 3, 1)];
  const dy = random.tensor(2, 4, 6, depthwise ? 3 : 1);
  const options = {strides: [2, 1], pad: 'same', dilations: 2} as const;
  const [dx, dw] = [byInput(x.shape, dy, filter, options), byFilter(x, dy, filter.shape, options)];

  test(`${name}: gradients take and give NCHW`, t => {
    const first = {...options, dataFormat: 'NCHW'} as const;
    t.deepEqual(byInput(channelsFirst(x).shape, channelsFirst(dy), filter, first), channelsFirst(dx));
    t.deepEqual(byFilter(channelsFirst(x), channelsFirst(dy), filter.shape, first), dw);
  });

  test(`${name}: gradients by a plan and in the background are the same`, async t => {
    using plan = planByInput(x.shape, filter, options);
    t.deepEqual(plan.run(dy), dx);
    const copy = ({data, shape}: typeof x): typeof x => ({data: data.slice(), shape});
    const own = {x: copy(x), dy: copy(dy), filter: copy(filter)};
    const runs = [
      byInputAsync(x.shape, own.dy, own.filter, options),
      byFilterAsync(own.x, own.dy, filter.shape, options),
    ] as const;
    for (const {data} of Object.values(own)) data.fill(NaN);
    t.deepEqual(await Promise.all(runs), [dx, dw]);
  });

  test(`${name}: an abort of gradients`, async t => {
    const reason = new Error('not today');
    const signal = AbortSignal.abort(reason);
    t.is(await t.throwsAsync(byInputAsync(x.shape, dy, filter, {...options, signal})), reason);
    t.is(await t.throwsAsync(byFilterAsync(x, dy, filter.shape, {...options, signal})), reason);
  });
}
