import type {DataFormat} from '../core/data-format.ts';
import type {Compatibility} from '../crf/compatibility.ts';
import {presets} from '../crf/presets.ts';
import type {PresetName} from '../crf/presets.ts';
import type {RefineBase} from '../crf/refine-options.ts';
import type {KernelType} from '../crf/terms.ts';
import {decodeNpy} from '../io/npy.ts';
import {readInput} from '../io/files.ts';
import type {ResizeOptions} from '../ops/resize-bilinear.ts';
import type {CRF_PARAMETERS} from './common-table.ts';
import type {Size} from './layout.ts';
import type {Arguments} from './options.ts';
import type {RefineOption} from './refine-table.ts';
import {suggestion} from './suggest.ts';
import {UsageError} from './usage-error.ts';

/** What the options say about reading probabilities, masks and labels. */
export interface MapSettings {
  readonly logits: boolean;
  readonly foreground: boolean;
  readonly dataFormat: DataFormat | undefined;
  readonly resize: ResizeOptions;
  readonly canvas: Size | undefined;
  readonly labels: number | undefined;
  readonly zeroUnsure: boolean;
  readonly voidLabel: number | undefined;
  readonly groundTruthProbability: number | undefined;
  readonly scale: number | undefined;
}

/** What the options say about the CRF. */
export type CrfSettings = Pick<
  RefineBase,
  'gaussian' | 'bilateral' | 'iterations' | 'tolerance' | 'freeze' | 'clip'
> & {
  readonly preset: PresetName;
};

type Args = Arguments<RefineOption>;
/** The options that the CRF has in every command. */
type CrfArgs = Arguments<keyof typeof CRF_PARAMETERS | 'clip'>;
type Term = 'gaussian' | 'bilateral';

const RESIZES = {
  'align-corners': {alignCorners: true},
  'half-pixel-centers': {halfPixelCenters: true},
  legacy: {},
} satisfies Record<string, ResizeOptions>;

const positive = (value: number): boolean => value > 0;
const unit = (value: number): boolean => value > 0 && value <= 1;
const inside = (value: number): boolean => value > 0 && value < 1;

/** @throws {UsageError} for a value that no map can have */
export function mapSettings(args: Args): MapSettings {
  const dataFormat = args.choice('data-format', ['channels-first', 'channels-last']);
  const resize = args.choice('resize', ['align-corners', 'half-pixel-centers', 'legacy']) ?? 'align-corners';
  return {
    logits: args.has('logits'),
    foreground: args.has('foreground'),
    dataFormat: dataFormat && (dataFormat === 'channels-first' ? 'channelsFirst' : 'channelsLast'),
    resize: RESIZES[resize],
    canvas: pictureSize('canvas', args.text('canvas')),
    labels: args.integer('labels', 1, 65535),
    zeroUnsure: args.has('zero-unsure'),
    voidLabel: args.integer('void-label', 0, 65535),
    groundTruthProbability: args.number('ground-truth-probability', inside, 'a number between 0 and 1, both excluded'),
    scale: args.number('scale', unit, 'a number above 0, at most 1'),
  };
}

/** @throws {UsageError} for a value that no CRF can have */
export async function crfSettings(args: CrfArgs, preset: PresetName): Promise<CrfSettings> {
  return {
    preset,
    iterations: args.integer('iterations', 0),
    tolerance: args.number('tolerance', value => value >= 0 && value <= 1, 'a number from 0 to 1'),
    freeze: args.number('freeze', value => value >= 0 && value <= 0.5, 'a number from 0 to 0.5'),
    clip: args.number('clip', inside, 'a number between 0 and 1, both excluded'),
    gaussian: args.has('no-gaussian') ? false : await termSettings(args, 'gaussian'),
    bilateral: args.has('no-bilateral')
      ? false
      : {...(await termSettings(args, 'bilateral')), ...given('srgb', sigmas(args, 'bilateral-srgb', 3))},
  };
}

async function termSettings(args: CrfArgs, term: Term): Promise<Exclude<RefineBase['gaussian'], false | undefined>> {
  const kernels: readonly KernelType[] = ['const', 'diag', 'full'];
  const parameters = args.numbers(`${term}-kernel-parameters`, () => true, 'numbers with commas between them');
  return {
    ...given('sxy', sigmas(args, `${term}-sxy`, 2)),
    ...given('compat', await compatibility(args, `${term}-compat`)),
    ...given('normalization', args.choice('normalization', ['symmetric', 'before', 'after', 'none'])),
    ...given('kernel', args.choice(`${term}-kernel`, kernels)),
    ...given('kernelParameters', parameters && Float32Array.from(parameters)),
  };
}

function sigmas(args: CrfArgs, name: `${Term}-sxy` | 'bilateral-srgb', most: number): number | number[] | undefined {
  const expected = `a number above 0, or ${most} of them with commas between`;
  const values = args.numbers(name, positive, expected);
  if (values === undefined || values.length === most) return values;
  if (values.length === 1) return values[0];
  throw new UsageError(`Expected --${name} to be ${expected} but received ${values.join()}`);
}

/** A number, a list of them, or the name of a .npy file with a matrix. */
async function compatibility(args: CrfArgs, name: `${Term}-compat`): Promise<Compatibility | undefined> {
  const path = args.text(name);
  if (!path?.endsWith('.npy')) {
    const values = args.numbers(name, () => true, 'a number, one for each label, or a .npy file');
    return values?.length === 1 ? values[0] : values;
  }
  const {data, shape} = decodeNpy(await readInput(path), path);
  const [rows = 0, columns = 0] = shape;
  if (shape.length === 1) return [...data];
  if (shape.length === 2)
    return Array.from({length: rows}, (_, i) => [...data.subarray(i * columns, (i + 1) * columns)]);
  throw new UsageError(`Expected --${name} ${path} to hold a matrix but its shape is [${shape.join(', ')}]`);
}

/** @throws {UsageError} if the option names no preset */
export function presetName(option: 'preset' | 'crf', text: string): PresetName {
  const names = Object.keys(presets);
  if (isPreset(text)) return text;
  throw new UsageError(
    `Expected --${option} to be one of ${names.join(', ')} but received ${text}${suggestion(text, names)}`,
  );
}

function isPreset(text: string): text is PresetName {
  return Object.hasOwn(presets, text);
}

/** @throws {UsageError} if the option is no size */
export function pictureSize(option: string, text: string | undefined): Size | undefined {
  if (text === undefined) return undefined;
  const [, width, height = width] = /^([1-9]\d*)(?:x([1-9]\d*))?$/.exec(text) ?? [];
  if (width === undefined)
    throw new UsageError(`Expected --${option} to be a size, as 513 or 640x480, but received ${text}`);
  return {width: Number(width), height: Number(height)};
}

/** An option that is there only if it was given, so that it replaces the preset's only then. */
function given<Name extends string, T>(name: Name, value: T | undefined): Partial<Record<Name, T>> {
  const options: Partial<Record<Name, T>> = {};
  if (value !== undefined) options[name] = value;
  return options;
}
