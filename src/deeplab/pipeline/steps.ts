/** Counts what is done: each run of the network and each iteration of the CRF is a step. */
export class Steps {
  readonly #total: number;
  readonly #perPiece: number;
  readonly #report: ((done: number, total: number) => void) | undefined;
  #pieces = 0;
  #seen = 0;

  constructor(pieces: number, perPiece: number, report: ((done: number, total: number) => void) | undefined) {
    this.#total = pieces * perPiece;
    this.#perPiece = perPiece;
    this.#report = report;
  }

  /** The network has run once more. */
  seen(): void {
    this.#report?.(this.#pieces * this.#perPiece + ++this.#seen, this.#total);
  }

  /** The CRF of this piece has done so many iterations. */
  refined(iterations: number): void {
    this.#report?.(this.#pieces * this.#perPiece + this.#seen + iterations, this.#total);
  }

  endPiece(): void {
    ++this.#pieces;
    this.#seen = 0;
  }
}
