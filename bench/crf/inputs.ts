// The pictures of each workload.
import {vocEnergy, vocLabels, vocNames, vocPicture, foregroundEnergy} from '../voc/dataset.ts';
import type {Inputs} from './measure.ts';
import {energies, type Photograph, pixels} from './picture.ts';
import type {Workload} from './workload.ts';

/** A photograph with energies made from it. */
export async function fromPhotograph({name, file}: Photograph, workload: Workload): Promise<Inputs> {
  const {width, height, labels} = workload;
  const image = await pixels(file, width, height);
  const make = (seed: number): Float32Array => energies(image, width, height, labels, seed);
  return {picture: name, image, energy: make(1), nextEnergy: make(2)};
}

/** A VOC picture of the workload's size with a real network's output; the next frame has that of another output stride. */
export async function fromVoc({width, height, labels}: Workload): Promise<Inputs | undefined> {
  for (const name of labels === vocLabels || labels === 2 ? vocNames() : []) {
    const picture = await vocPicture(name);
    if (picture.width !== width || picture.height !== height) continue;
    const [energy, nextEnergy] = [16, 8].map(stride => {
      const all = vocEnergy(name, stride === 8 ? 8 : 16, picture);
      return labels === 2 ? foregroundEnergy(all, vocLabels) : all;
    });
    if (energy === undefined || nextEnergy === undefined) return undefined;
    return {picture: `VOC ${name}`, image: picture.rgb, energy, nextEnergy};
  }
  return undefined;
}
