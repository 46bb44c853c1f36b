import type {Prepared} from '../ops/node/contender.ts';
import {isOnnx, transposed} from '../ops/node/onnx.ts';
import type {OnnxNetwork} from './onnx-of-trace.ts';

/**
 * A session of onnxruntime-node.
 *
 * @param loaded the module; undefined if that is something else
 * @param input the picture, channels last
 */
export async function onnxSession(
  loaded: unknown,
  {model, inputShape, output, outputShape}: OnnxNetwork,
  input: Float32Array,
  threads: number,
): Promise<Prepared | undefined> {
  if (!isOnnx(loaded)) return undefined;
  const session = await loaded.InferenceSession.create(model, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  });
  const [, channels = 1, height = 1, width = 1] = inputShape;
  const x = new loaded.Tensor('float32', transposed(input, height * width, channels), inputShape);
  const [, outChannels = 1, outHeight = 1, outWidth = 1] = outputShape;
  const result = new Float32Array(outChannels * outHeight * outWidth);
  const fetches = {[output]: new loaded.Tensor('float32', result, outputShape)};
  return {
    async run() {
      await session.run({x}, fetches);
    },
    read: () => transposed(result, outChannels, outHeight * outWidth),
    dispose: () => session.release(),
  };
}
