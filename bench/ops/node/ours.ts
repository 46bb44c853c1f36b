import {versions} from '../../../src/index.ts';
import {
  globalAvgPool,
  planConv2d,
  planDepthwiseConv2d,
  type PlanConv2dOptions,
  planSeparableConv2d,
  type Plan,
  resizeBilinear,
  type Tensor4D,
} from '../../../src/ops/index.ts';
import type {Contender, Prepared} from './contender.ts';
import {type Filter, filterAt, type Problem} from './problem.ts';

type Shape4D = Tensor4D['shape'];

const weights = ({data, kernel, channels, out}: Filter): Tensor4D => ({data, shape: [kernel, kernel, channels, out]});

function optionsOf({bias}: Problem, channels: number, rate: number, stride = 1): PlanConv2dOptions {
  return {pad: 'same', dilations: rate, strides: stride, bias: bias.slice(0, channels), activation: 'relu'};
}

function inputOf({input, shape}: Problem): Tensor4D {
  return {data: input, shape: [1, shape.height, shape.height, shape.channels]};
}

function planOf(problem: Problem, inputShape: Shape4D): Plan {
  const {kind, channels, outChannels, rate, stride} = problem.shape;
  const filter = weights(filterAt(problem, 0));
  const options = optionsOf(problem, outChannels, rate, stride);
  if (kind === 'conv') return planConv2d(inputShape, filter, options);
  if (kind === 'depthwise') return planDepthwiseConv2d(inputShape, filter, options);
  const depthwise = {bias: problem.bias.slice(0, channels), activation: 'relu'} as const;
  return planSeparableConv2d(inputShape, filter, weights(filterAt(problem, 1)), {...options, depthwise});
}

function single(problem: Problem): Prepared {
  const input = inputOf(problem);
  const plan = planOf(problem, input.shape);
  const output = new Float32Array(problem.outHeight ** 2 * problem.shape.outChannels);
  return {
    note: plan.algorithm,
    run: () => void plan.run(input, {output}),
    read: () => output,
    dispose: () => plan.dispose(),
  };
}

function resize(problem: Problem): Prepared {
  const input = inputOf(problem);
  const size = [problem.outHeight, problem.outHeight] as const;
  // As plans, and ONNX Runtime, get theirs; TensorFlow.js writes where its last result lay.
  const output = new Float32Array(problem.outHeight ** 2 * problem.shape.channels);
  return {
    run: () => void resizeBilinear(input, size, {halfPixelCenters: true, output}),
    read: () => output,
    dispose: () => undefined,
  };
}

/** Branches write into the concat buffer. */
function aspp(problem: Problem): Prepared {
  const {height, channels, outChannels} = problem.shape;
  const input = inputOf(problem);
  const pixels = height ** 2;
  const wide = 5 * outChannels;
  const concat: Tensor4D = {data: new Float32Array(pixels * wide), shape: [1, height, height, wide]};
  const pooled = new Float32Array(outChannels);
  const output = new Float32Array(pixels * outChannels);
  const plan = (index: number, shape: Shape4D): Plan => {
    const filter = filterAt(problem, index);
    return planConv2d(shape, weights(filter), optionsOf(problem, outChannels, filter.rate));
  };
  const branches = [0, 1, 2, 3].map(index => plan(index, input.shape));
  const [fromMean, projection] = [plan(4, [1, 1, 1, channels]), plan(5, concat.shape)];
  const run = (): void => {
    branches.forEach((branch, i) => {
      branch.run(input, {output: concat.data, pixelStride: wide, offset: i * outChannels});
    });
    fromMean.run(globalAvgPool(input), {output: pooled});
    for (let pixel = 0; pixel < pixels; ++pixel) concat.data.set(pooled, (pixel + 1) * wide - outChannels);
    projection.run(concat, {output});
  };
  const dispose = (): void => [...branches, fromMean, projection].forEach(each => each.dispose());
  return {note: branches.map(({algorithm}) => algorithm).join(', '), run, read: () => output, dispose};
}

/** densecrf through its TypeScript door. */
export function ours(): Contender {
  return {
    name: `densecrf ${versions.densecrf}`,
    prepare(problem) {
      const {kind} = problem.shape;
      if (kind === 'resize') return resize(problem);
      return kind === 'aspp' ? aspp(problem) : single(problem);
    },
  };
}
