import {nameOf} from '../io/files.ts';
import {encodeJpeg} from '../io/pictures.ts';
import type {Picture} from '../io/pictures.ts';
import {versions} from '../runtime.ts';
import {reportPage} from './report-page.ts';
import type {ReportEntry, ReportFigure} from './report-page.ts';
import {drawLabels} from './segment-picture.ts';
import type {SegmentedPicture} from './segment-picture.ts';
import type {SegmentSettings} from './segment-settings.ts';

/** Pictures on the page are no wider. */
const MAX_WIDTH = 640;
/** Where the CRF changed the label. */
const CHANGED = [214, 0, 110] as const;

/** Collects what a page shows of each picture, small copies of it included. */
export class SegmentReport {
  readonly #model: string;
  readonly #settings: SegmentSettings;
  readonly #entries: ReportEntry[] = [];
  readonly #failures: {image: string; message: string}[] = [];
  #dataset = '';

  constructor(model: string, settings: SegmentSettings) {
    this.#model = model;
    this.#settings = settings;
  }

  async add({facts, picture, result, dataset}: SegmentedPicture): Promise<void> {
    this.#dataset = dataset.title;
    const {crf, opacity} = this.#settings;
    const network = drawLabels(picture, result.networkLabels, dataset, opacity);
    const figures = [await figure('Picture', picture), await figure('Network', network)];
    if (crf) {
      figures.push(await figure('Refined', drawLabels(picture, result.labels, dataset, opacity)));
      figures.push(await figure('Difference', difference(picture, result.networkLabels, result.labels)));
    }
    const colours = new Map(dataset.classes.map(({name, colour}) => [name, colour]));
    const classes = facts.found.map(({name, share}) => ({name, share, colour: colours.get(name) ?? [0, 0, 0]}));
    this.#entries.push({...facts, image: nameOf(facts.image), classes, figures});
  }

  addFailure(image: string, message: string): void {
    this.#failures.push({image, message});
  }

  /** The page, as UTF-8. */
  encode(): Uint8Array {
    const {crf, segment, backend} = this.#settings;
    const looks = `scales ${(segment.scales ?? [1]).join(', ')}${segment.flip === true ? ', mirrored too' : ''}`;
    const settings = [
      ['Model', this.#model],
      ['Classes', this.#dataset],
      ['CRF', crf ? `${crf.preset}, ${crf.iterations} iterations` : 'none'],
      ['Network', looks],
      ['Backend', backend],
      ['densecrf', versions.densecrf],
    ] as const;
    const page = reportPage({settings, entries: this.#entries, failures: this.#failures});
    return new TextEncoder().encode(page);
  }
}

async function figure(title: string, picture: Picture): Promise<ReportFigure> {
  return {title, jpeg: await encodeJpeg(picture, MAX_WIDTH)};
}

/** The picture in pale grey, with what changed on it. */
function difference(picture: Picture, before: Int32Array, after: Int32Array): Picture {
  const rgb = new Uint8Array(picture.rgb.length);
  before.forEach((label, i) => {
    const [r = 0, g = 0, b = 0] = picture.rgb.subarray(3 * i, 3 * i + 3);
    const grey = 128 + (0.299 * r + 0.587 * g + 0.114 * b) / 2;
    rgb.set(label === after[i] ? [grey, grey, grey] : CHANGED, 3 * i);
  });
  return {...picture, rgb};
}
