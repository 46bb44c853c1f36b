// What is measured: every row of a measured prototype's table, and how far past the best peer that came.

/** As the native half and the Node.js half take it. Pictures are squares, padding is SAME. */
export interface Shape {
  readonly name: string;
  readonly kind: 'conv' | 'depthwise' | 'separable' | 'resize' | 'aspp';
  readonly pass: 'forward' | 'inputGradient' | 'filterGradient';
  readonly height: number;
  readonly channels: number;
  readonly outChannels: number;
  readonly kernel: number;
  /** Of 'resize': how many times finer the result's grid is. */
  readonly stride: number;
  /** Of 'aspp': the first of three, the others are twice and three times that. */
  readonly rate: number;
  /** The best peer's time by the prototype's; none where no prototype was measured. */
  readonly reachable?: number;
}

/** Operations that a direct computation needs on taps that do not fall into the padding, and bytes that must move. */
export interface Work {
  readonly flops: number;
  readonly bytes: number;
}

type Sizes = Partial<Pick<Shape, 'kernel' | 'stride' | 'rate' | 'pass'>> & {reachable?: number};

const ASPP = 256;

function make(kind: Shape['kind'], height: number, channels: number, outChannels: number, sizes: Sizes): Shape {
  const {kernel = 3, stride = 1, rate = 1, pass = 'forward'} = sizes;
  const reachable = sizes.reachable === undefined ? {} : {reachable: sizes.reachable};
  const shape = {kind, pass, height, channels, outChannels, kernel, stride, rate, ...reachable};
  return {name: nameOf(shape), ...shape};
}

function nameOf({kind, pass, height, channels, outChannels, kernel, stride, rate}: Omit<Shape, 'name'>): string {
  const [size, by] = [`${kernel}x${kernel}`, `${channels}->${outChannels}`];
  const [every, atrous] = [stride > 1 ? ` stride ${stride}` : '', rate > 1 ? ` r${rate}` : ''];
  const gradient = {forward: '', inputGradient: ', input gradient', filterGradient: ', filter gradient'}[pass];
  switch (kind) {
    case 'conv':
      return `${size} ${by}${every}${atrous} @${height}${gradient}`;
    case 'depthwise':
      return `depthwise ${size} ${channels}${every}${atrous} @${height}${gradient}`;
    case 'separable':
      return `separable ${size} ${by}${atrous} @${height}`;
    case 'resize':
      return `bilinear ${height}->${(height - 1) * stride + 1}, ${channels} channels`;
    case 'aspp':
      return `v3 ASPP module ${by} r${rate}, r${2 * rate}, r${3 * rate} @${height}`;
  }
}

/** One convolution for each rate, with its own reachable ratio. */
function rates(
  height: number,
  channels: number,
  outChannels: number,
  table: Readonly<Record<number, number>>,
): Shape[] {
  return Object.entries(table).map(([rate, reachable]) =>
    make('conv', height, channels, outChannels, {rate: Number(rate), reachable}),
  );
}

export const shapes: readonly Shape[] = [
  ...rates(41, 512, 1024, {12: 2.4, 6: 2.9, 18: 1.9, 24: 1.9}),
  ...rates(33, 2048, 256, {6: 2.2, 12: 1.8, 18: 1.6, 24: 1.4, 36: 1.03}),
  ...rates(65, 2048, 256, {6: 2.6, 12: 1.9, 18: 2.2, 24: 1.7, 36: 1.65}),
  ...rates(33, 512, 512, {2: 3.3, 4: 3.3}),
  ...rates(65, 512, 512, {2: 3.6, 4: 3.6}),
  ...rates(129, 304, 256, {1: 1.3}),
  make('conv', 33, 2048, 256, {kernel: 1, reachable: 1.03}),
  make('conv', 65, 2048, 256, {kernel: 1, reachable: 1.03}),
  make('depthwise', 33, 2048, 2048, {rate: 12, reachable: 2.5}),
  make('depthwise', 65, 2048, 2048, {rate: 12, reachable: 2}),
  make('depthwise', 65, 2048, 2048, {rate: 6}),
  make('depthwise', 33, 728, 728, {reachable: 1.3}),
  make('depthwise', 65, 728, 728, {rate: 2}),
  make('depthwise', 33, 960, 960, {rate: 6, reachable: 2.5}),
  make('separable', 33, 2048, 256, {rate: 6, reachable: 1.15}),
  make('separable', 33, 2048, 256, {rate: 12, reachable: 1.2}),
  make('separable', 33, 728, 728, {reachable: 1.05}),
  make('aspp', 33, 2048, ASPP, {rate: 6, reachable: 1.7}),
  make('conv', 513, 3, 64, {stride: 2, reachable: 1.15}),
  make('conv', 65, 256, 21, {kernel: 1, reachable: 1.1}),
  make('conv', 33, 21, 21, {rate: 2, reachable: 1.1}),
  make('resize', 33, 21, 21, {stride: 16}),
  make('conv', 33, 512, 512, {rate: 2, pass: 'inputGradient'}),
  make('conv', 33, 512, 512, {rate: 2, pass: 'filterGradient'}),
  make('depthwise', 65, 728, 728, {rate: 2, pass: 'inputGradient'}),
  make('depthwise', 65, 728, 728, {rate: 2, pass: 'filterGradient'}),
];

export function outHeight({kind, height, stride}: Shape): number {
  return kind === 'resize' ? (height - 1) * stride + 1 : Math.ceil(height / stride);
}

/** Pairs of an output pixel and a tap, of one axis, that meet an input pixel. */
function pairs(height: number, kernel: number, stride: number, rate: number): number {
  const out = Math.ceil(height / stride);
  const before = Math.max(0, (out - 1) * stride + (kernel - 1) * rate + 1 - height) >> 1;
  let count = 0;
  for (let y = 0; y < out; ++y) {
    for (let k = 0; k < kernel; ++k) {
      const at = y * stride + k * rate - before;
      if (at >= 0 && at < height) ++count;
    }
  }
  return count;
}

export function workOf(shape: Shape): Work {
  const {kind, height, channels, outChannels, kernel, stride, rate} = shape;
  const [inPixels, outPixels] = [height ** 2, outHeight(shape) ** 2];
  const taps = (size: number, dilation: number): number => pairs(height, size, stride, dilation) ** 2;
  const work = (macs: number, weights: number): Work => ({
    flops: 2 * macs,
    bytes: 4 * (inPixels * channels + outPixels * outChannels + weights),
  });
  switch (kind) {
    case 'conv':
      return work(taps(kernel, rate) * channels * outChannels, kernel ** 2 * channels * outChannels);
    case 'depthwise':
      return work(taps(kernel, rate) * channels, kernel ** 2 * channels);
    case 'separable':
      return work((taps(kernel, rate) + outPixels * outChannels) * channels, (kernel ** 2 + outChannels) * channels);
    case 'resize':
      return work(3 * outPixels * channels, 0);
    case 'aspp': {
      const atrous = [1, 2, 3].reduce((sum, times) => sum + taps(kernel, times * rate), 0);
      const branches = (atrous + inPixels + 1) * channels * outChannels;
      const weights = (3 * kernel ** 2 + 2) * channels * outChannels + 5 * outChannels ** 2;
      return work(branches + 5 * inPixels * outChannels ** 2, weights);
    }
  }
}
