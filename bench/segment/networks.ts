// The networks that bench:segment runs.
import {existsSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {deeplabV3Plus, loadModel, type LoadedModel} from '../../src/deeplab/index.ts';

export interface BenchNetwork {
  readonly name: string;
  /** In the current backend's memory; `isPublished` leaves a graph as it was published. */
  readonly load: (isPublished: boolean) => Promise<LoadedModel>;
}

const folder = fileURLToPath(new URL('../../../shared/data/models/deeplabv3_mnv2_voc_os16', import.meta.url));

/** v3+ on MobileNetV2 with random weights and folded batch normalization, as one would run it, for both; and the published v3 where it lies beside the checkout. */
export function benchNetworks(): BenchNetwork[] {
  const options = {backbone: 'mobilenetV2', outputStride: 16, inputSize: 513, upsample: false, folded: true} as const;
  const plus = {
    name: 'v3+ MobileNetV2, random weights, batch norm folded',
    load: () => Promise.resolve(deeplabV3Plus(options)),
  };
  const published = {
    name: 'v3 MobileNetV2, PASCAL VOC',
    load: (isPublished: boolean) => loadModel(folder, isPublished ? {rewrites: []} : {}),
  };
  return existsSync(folder) ? [plus, published] : [plus];
}
