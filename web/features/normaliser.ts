import { assert } from "../../domain/assert.ts";

/** Mean and standard deviation of each feature over the rows it was fitted on. */
export type Normaliser = { readonly mean: readonly number[]; readonly deviation: readonly number[] };

/** One-minute returns have tails of 20 deviations and more; one such minute would own a whole batch's gradient. */
const MOST_DEVIATIONS = 8;

/** Fitted on the rows from `from` up to, not including, `to`, those that are usable. Rule F3.
 *  @param rows [rowCount, featureCount]
 *  @throws AssertionError if none of them is usable */
export function fitNormaliser(
  rows: Float32Array,
  usable: Uint8Array,
  { from, to }: { readonly from: number; readonly to: number },
): Normaliser {
  const featureCount = rows.length / usable.length;
  const chosen: number[] = [];
  for (let row = from; row < to; row += 1) if (usable[row] === 1) chosen.push(row);
  assert(chosen.length > 0, "a normaliser needs usable rows");
  const mean: number[] = [];
  const deviation: number[] = [];
  for (let feature = 0; feature < featureCount; feature += 1) {
    const at = (row: number) => rows[row * featureCount + feature]!;
    const average = chosen.reduce((sum, row) => sum + at(row), 0) / chosen.length;
    const variance = chosen.reduce((sum, row) => sum + (at(row) - average) ** 2, 0) / chosen.length;
    mean.push(average);
    // A feature that never moved (a market without volume) says nothing: divided by one it stays zero.
    deviation.push(variance > 1e-18 ? Math.sqrt(variance) : 1);
  }
  return { mean, deviation };
}

/** Rows in standard deviations, cut at ±MOST_DEVIATIONS; rows that are not usable become zero.
 *  @returns [rowCount, featureCount] */
export function normalise(rows: Float32Array, usable: Uint8Array, normaliser: Normaliser): Float32Array {
  const { mean, deviation } = normaliser;
  const featureCount = mean.length;
  assert(rows.length === usable.length * featureCount, "the normaliser has another number of features");
  const scaled = new Float32Array(rows.length);
  for (let cell = 0; cell < rows.length; cell += 1) {
    if (usable[Math.floor(cell / featureCount)] === 0) continue;
    const feature = cell % featureCount;
    const deviations = (rows[cell]! - mean[feature]!) / deviation[feature]!;
    scaled[cell] = Math.min(MOST_DEVIATIONS, Math.max(-MOST_DEVIATIONS, deviations));
  }
  return scaled;
}
