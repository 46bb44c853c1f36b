/** What the arrays of one CRF have to fit. */
export interface Grid {
  /** Extents, slowest axis first: `[height, width]`, `[depth, height, width]`, `[points]`. */
  readonly shape: readonly number[];
  /** The product of `shape`. */
  readonly points: number;
  /** Labels that each point chooses from. */
  readonly labels: number;
}
