// The mean field with exact Gaussian sums, in double precision: what the lattice approximates. O(points^2) time and memory.

/** A kernel exp(-|f_i - f_j|^2 / 2) with symmetric normalisation and a Potts weight. */
export interface ExactTerm {
  /** [points, dimensions] */
  readonly features: Float32Array;
  readonly dimensions: number;
  readonly weight: number;
}

/** sum_j exp(-|f_i - f_j|^2 / 2) of each point, itself included. */
export function kernelSums({features, dimensions}: ExactTerm): Float64Array {
  const sums = new Float64Array(features.length / dimensions);
  forEachPair(features, dimensions, (i, j, kernel) => {
    sums[i] = (sums[i] ?? 0) + kernel;
    if (i !== j) sums[j] = (sums[j] ?? 0) + kernel;
  });
  return sums;
}

/**
 * @param energy [points, labels]
 * @returns Q after `iterations`, [points, labels]
 */
export function denseMeanField(
  energy: Float32Array,
  labels: number,
  terms: readonly ExactTerm[],
  iterations: number,
): Float64Array {
  const coupling = couplings(terms, energy.length / labels);
  const probabilities = Float64Array.from(energy, u => -u);
  softmaxRows(probabilities, labels);
  for (let t = 0; t < iterations; ++t) {
    const logits = multiply(coupling, probabilities, labels);
    for (let i = 0; i < logits.length; ++i) probabilities[i] = (logits[i] ?? 0) - (energy[i] ?? 0);
    softmaxRows(probabilities, labels);
  }
  return probabilities;
}

/** sum_k w_k n_i K_ij n_j over the terms, [points, points]. */
function couplings(terms: readonly ExactTerm[], points: number): Float64Array {
  const out = new Float64Array(points * points);
  for (const term of terms) {
    const norm = kernelSums(term).map(sum => 1 / Math.sqrt(sum + 1e-20));
    forEachPair(term.features, term.dimensions, (i, j, kernel) => {
      const value = term.weight * (norm[i] ?? 0) * kernel * (norm[j] ?? 0);
      out[i * points + j] = (out[i * points + j] ?? 0) + value;
      if (i !== j) out[j * points + i] = (out[j * points + i] ?? 0) + value;
    });
  }
  return out;
}

function forEachPair(
  features: Float32Array,
  dimensions: number,
  visit: (i: number, j: number, kernel: number) => void,
): void {
  for (let i = 0; i * dimensions < features.length; ++i) {
    for (let j = 0; j <= i; ++j) {
      let squares = 0;
      for (let d = 0; d < dimensions; ++d) {
        squares += ((features[i * dimensions + d] ?? 0) - (features[j * dimensions + d] ?? 0)) ** 2;
      }
      visit(i, j, Math.exp(-squares / 2));
    }
  }
}

function multiply(matrix: Float64Array, rows: Float64Array, labels: number): Float64Array {
  const out = new Float64Array(rows.length);
  const points = rows.length / labels;
  for (let i = 0; i < points; ++i) {
    for (let j = 0; j < points; ++j) {
      const factor = matrix[i * points + j] ?? 0;
      for (let l = 0; l < labels; ++l) {
        out[i * labels + l] = (out[i * labels + l] ?? 0) + factor * (rows[j * labels + l] ?? 0);
      }
    }
  }
  return out;
}

function softmaxRows(logits: Float64Array, labels: number): void {
  for (let at = 0; at < logits.length; at += labels) {
    const row = logits.subarray(at, at + labels);
    const top = Math.max(...row);
    let sum = 0;
    for (let l = 0; l < labels; ++l) sum += row[l] = Math.exp((row[l] ?? 0) - top);
    for (let l = 0; l < labels; ++l) row[l] = (row[l] ?? 0) / sum;
  }
}
