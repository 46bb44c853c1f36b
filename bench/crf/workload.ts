/** A pairwise term as both contenders take it. */
export interface Term {
  readonly sxy: number;
  /** Of a bilateral term; a Gaussian one has none. */
  readonly srgb?: number;
  readonly compat: number;
}

/** Where a problem's arrays lie and how large they are: everything that a contender is told. */
export interface Problem {
  readonly width: number;
  readonly height: number;
  readonly labels: number;
  readonly terms: readonly Term[];
  readonly iterations: number;
  /** Raw files: RGB bytes; energies in float32 as [labels, height, width] and as [height, width, labels]. */
  readonly image: string;
  readonly energyFirst: string;
  readonly energyLast: string;
  /** Other energies for the same picture, as a next frame brings them. */
  readonly nextEnergyFirst: string;
  readonly nextEnergyLast: string;
}

/** One row of the benchmark. */
export interface Workload {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly labels: number;
  readonly terms: readonly Term[];
}

const narrow: Term = {sxy: 3, compat: 3};
const pydensecrf = [narrow, {sxy: 80, srgb: 13, compat: 10}];

/** The workloads that the project's targets are set on. */
export const workloads: readonly Workload[] = [
  {name: '21 labels, 80/13/10 + 3/3', width: 500, height: 375, labels: 21, terms: pydensecrf},
  {name: '2 labels, 80/13/10 + 3/3', width: 500, height: 375, labels: 2, terms: pydensecrf},
  {
    name: '21 labels, 49/5/4 + 3/3',
    width: 500,
    height: 375,
    labels: 21,
    terms: [narrow, {sxy: 49, srgb: 5, compat: 4}],
  },
  {
    name: '21 labels, 67/3/4 + 3/3',
    width: 500,
    height: 375,
    labels: 21,
    terms: [narrow, {sxy: 67, srgb: 3, compat: 4}],
  },
  {
    name: '21 labels, 67/3/4 + 1/3',
    width: 500,
    height: 375,
    labels: 21,
    terms: [
      {sxy: 1, compat: 3},
      {sxy: 67, srgb: 3, compat: 4},
    ],
  },
  {name: '19 labels, 80/13/10 + 3/3', width: 2048, height: 1024, labels: 19, terms: pydensecrf},
];
