// A kernel of a backend in its plain and its native form, in turns.
import * as tf from '@tensorflow/tfjs-core';
import {AcceleratedBackend} from '../../src/tfjs/accelerated-backend.ts';
import {hotKernels, ownKernels} from '../../src/tfjs/kernels/index.ts';
import {checkInUse} from '../../src/tfjs/kernels/kernel.ts';
import {SeparableConv2D} from '../../src/tfjs/kernels/separable-conv2d.ts';
import type {BackendName} from '../../src/tfjs/swaps.ts';
import {difference} from '../ops/node/contender.ts';
import type {Case} from './cases.ts';

/** Who computes: a kernel of the backend itself, or ours. */
export type Form = 'plain' | 'native';

/** Times of one case in ms, between neighbours of one form. */
export interface Duel {
  readonly kernel: string;
  readonly title: string;
  readonly neighbours: Form;
  readonly plain: readonly number[];
  readonly native: readonly number[];
  /** The greatest between both results, in units of the plain one's root mean square. */
  readonly difference: number;
}

const PAUSE = 20;
/** Runs in one turn, and ms after which it ends. */
const [RUNS, TURN] = [12, 25];
/** ms for one form, if that makes two runs. */
const ENOUGH = 1000;
/** Runs before the first that counts, and ms after which they end: short ones are compiled by then. */
const [WARM_UP_RUNS, WARM_UP] = [300, 60];

type Configs = ReadonlyMap<string, tf.KernelConfig>;

/** Every kernel with a native form on this backend, as `accelerate` would make it, those that it leaves alone too. */
function nativeForms(backend: BackendName, plain: Configs): Configs {
  const accelerated = new AcceleratedBackend(backend, tf.backend());
  const forms = [...hotKernels, ...ownKernels].map((kernel): [string, tf.KernelConfig] => {
    const {kernelName} = kernel;
    const kernelFunc: tf.KernelFunc = call => {
      const {inputs, attrs = {}} = call;
      checkInUse(kernelName, inputs);
      if (kernel.accepts(inputs, attrs)) return accelerated.run(kernel, inputs, attrs);
      const original = plain.get(kernelName);
      // A look at labels, which are integers.
      if (kernelName === 'Slice' && original !== undefined) return original.kernelFunc(call);
      throw new Error(`the native ${kernelName} does not take this case`);
    };
    return [kernelName, {...plain.get(kernelName), kernelName, backendName: backend, kernelFunc}];
  });
  return new Map(forms);
}

/** What a backend does for a separable convolution, which it does not know: its two halves. */
function inHalves(backend: BackendName, plain: Configs): tf.KernelConfig {
  const kernelFunc: tf.KernelFunc = ({inputs, attrs = {}, backend: instance}) => {
    const half = (kernel: string, tensors: tf.NamedTensorInfoMap, own: tf.NamedAttrMap): tf.TensorInfo => {
      const [y] = [
        plain.get(kernel)?.kernelFunc({inputs: tensors, attrs: {...attrs, ...own}, backend: instance}),
      ].flat();
      if (y === undefined) throw new Error(`${backend} has no ${kernel}`);
      return y;
    };
    const {x, depthwiseFilter, depthwiseBias, pointwiseFilter, bias} = inputs;
    if (!x || !depthwiseFilter || !depthwiseBias || !pointwiseFilter || !bias) throw new Error('an input is missing');
    const first = {x, filter: depthwiseFilter, bias: depthwiseBias};
    const y = half('FusedDepthwiseConv2D', first, {activation: attrs.depthwiseActivation ?? 'linear'});
    const z = half('FusedConv2D', {x: y, filter: pointwiseFilter, bias}, {strides: [1, 1], dilations: [1, 1]});
    tf.backend().disposeData(y.dataId);
    return z;
  };
  return {kernelName: SeparableConv2D, backendName: backend, kernelFunc};
}

/** Both forms of a backend's kernels. */
export class Rivals {
  readonly #backend: string;
  readonly #forms: Readonly<Record<Form, Configs>>;

  /** @param backend that is set */
  constructor(backend: BackendName) {
    this.#backend = backend;
    const plain = new Map(tf.getKernelsForBackend(backend).map(kernel => [kernel.kernelName, kernel]));
    const halves = inHalves(backend, plain);
    plain.set(SeparableConv2D, halves);
    tf.registerKernel(halves);
    this.#forms = {plain, native: nativeForms(backend, plain)};
  }

  /** @returns undefined where the backend has no such kernel */
  async measure(of: Case, neighbours: Form, rounds: number): Promise<Duel | undefined> {
    if (!this.#forms.plain.has(of.kernel)) return undefined;
    const call = new Call(of, (kernel, form) => this.#use(kernel, form), neighbours);
    const [expected = new Float32Array(0), actual = expected] = (['plain', 'native'] as const).map(form =>
      call.result(form),
    );
    for (const form of ['plain', 'native'] as const) warmUp(call, form);
    const samples: Record<Form, number[]> = {plain: [], native: []};
    for (let round = 0; round < rounds; ++round) {
      const order: readonly Form[] = round % 2 === 0 ? ['plain', 'native'] : ['native', 'plain'];
      for (const form of order) await takeTurn(call, form, samples[form]);
    }
    call.dispose();
    return {kernel: of.kernel, title: of.title, neighbours, ...samples, difference: difference(actual, expected)};
  }

  #use(kernel: string, form: Form): void {
    const config = this.#forms[form].get(kernel);
    if (config === undefined) throw new Error(`${this.#backend} has no ${kernel}`);
    tf.unregisterKernel(kernel, this.#backend);
    tf.registerKernel(config);
  }
}

function warmUp(call: Call, form: Form): void {
  for (let run = 0, spent = 0; run < WARM_UP_RUNS && spent < WARM_UP; ++run) spent += call.run(form);
}

async function takeTurn(call: Call, form: Form, samples: number[]): Promise<void> {
  if (samples.length > 1 && samples.reduce((sum, ms) => sum + ms, 0) > ENOUGH) return;
  // What the one before left behind is not for this one to clear away, and its threads spin on for a while.
  global.gc?.();
  await new Promise(resolve => setTimeout(resolve, PAUSE));
  if ((samples.at(-1) ?? TURN) < TURN) call.run(form);
  for (let run = 0, spent = 0; run < RUNS && spent < TURN; ++run) {
    const ms = call.run(form);
    samples.push(ms);
    spent += ms;
  }
}

type Named = Record<string, tf.Tensor>;

/** A kernel's call between two others: the one before makes its inputs, the one behind looks at its results. */
class Call {
  readonly #case: Case;
  readonly #use: (kernel: string, form: Form) => void;
  readonly #neighbours: Form;
  readonly #sources: Named;
  readonly #fixed: Named;

  constructor(of: Case, use: (kernel: string, form: Form) => void, neighbours: Form) {
    this.#case = of;
    this.#use = use;
    this.#neighbours = neighbours;
    this.#sources = tensorsOf(of.flow, 1);
    this.#fixed = tensorsOf(of.fixed ?? {}, 100);
  }

  /** @returns ms of the kernel and of the one behind it */
  run(form: Form): number {
    const inputs = this.#inputs();
    this.#use(this.#case.kernel, form);
    const start = performance.now();
    const outputs = this.#compute(inputs);
    const computed = performance.now();
    this.#use('Slice', this.#neighbours);
    const before = performance.now();
    const last = outputs.map(look);
    const end = performance.now();
    tf.dispose([...Object.values(inputs), ...outputs, ...last]);
    return computed - start + (end - before);
  }

  result(form: Form): Float32Array {
    const inputs = this.#inputs();
    this.#use(this.#case.kernel, form);
    const outputs = this.#compute(inputs);
    const values = Float32Array.from(outputs.at(-1)?.dataSync() ?? []);
    tf.dispose([...Object.values(inputs), ...outputs]);
    return values;
  }

  dispose(): void {
    tf.dispose([this.#sources, this.#fixed]);
  }

  #inputs(): Named {
    this.#use('Abs', this.#neighbours);
    const made = Object.entries(this.#sources).map(([name, x]): [string, tf.Tensor] => [
      name,
      tf.engine().runKernel('Abs', {x}),
    ]);
    return Object.fromEntries(made);
  }

  #compute(flow: Named): tf.Tensor[] {
    const {kernel, attrs = {}} = this.#case;
    // Concat has an array of them.
    const inputs: Named = Object.assign('0' in flow ? [] : {}, flow, this.#fixed);
    return [tf.engine().runKernel<tf.Tensor | tf.Tensor[]>(kernel, inputs, attrs)].flat();
  }
}

/** Of a tensor's last value: a native kernel asks for all of them, TensorFlow takes them over. */
function look(x: tf.Tensor): tf.Tensor {
  const begin = x.shape.map(size => size - 1);
  return tf.engine().runKernel<tf.Tensor>('Slice', {x}, {begin, size: x.shape.map(() => 1)});
}

function tensorsOf(shapes: Readonly<Record<string, readonly number[]>>, seed: number): Named {
  const made = Object.entries(shapes).map(([name, shape], i): [string, tf.Tensor] => [
    name,
    tf.randomUniform([...shape], 0.1, 1, 'float32', seed + i),
  ]);
  return Object.fromEntries(made);
}
