import type { Metrics } from "../../domain/wire.ts";
import { assert } from "../../domain/assert.ts";

/** Predictions held against what happened.
 *  @param predictions @param outcomes [windowCount], unit: bps */
export function metricsOf(predictions: Float64Array, outcomes: Float64Array): Metrics {
  const windowCount = outcomes.length;
  assert(windowCount > 0 && predictions.length === windowCount, "metrics need a prediction for each outcome");
  let absolute = 0;
  let squared = 0;
  let moves = 0;
  let rightSigns = 0;
  for (let window = 0; window < windowCount; window += 1) {
    const error = predictions[window]! - outcomes[window]!;
    absolute += Math.abs(error);
    squared += error * error;
    if (outcomes[window] === 0) continue;
    moves += 1;
    if (Math.sign(predictions[window]!) === Math.sign(outcomes[window]!)) rightSigns += 1;
  }
  const products = rankProducts(predictions, outcomes);
  return {
    windowCount,
    maeBps: absolute / windowCount,
    rmseBps: Math.sqrt(squared / windowCount),
    directionalAccuracy: moves === 0 ? 0 : rightSigns / moves,
    informationCoefficient: products.reduce((sum, product) => sum + product, 0) / windowCount,
  };
}

/** One number a window whose mean is Spearman's rank correlation, so that its error can be told from blocks of it.
 *  All zero when one of the two series is constant. */
export function rankProducts(a: Float64Array, b: Float64Array): Float64Array {
  const first = standardRanks(a);
  const second = standardRanks(b);
  return first.map((rank, window) => rank * second[window]!);
}

/** Ranks with mean 0 and deviation 1; equal values share the mean of their ranks. */
function standardRanks(values: Float64Array): Float64Array {
  const order = Uint32Array.from(values.keys()).toSorted((a, b) => values[a]! - values[b]!);
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length;) {
    let to = from;
    while (to + 1 < order.length && values[order[to + 1]!] === values[order[from]!]) to += 1;
    for (let at = from; at <= to; at += 1) ranks[order[at]!] = (from + to) / 2;
    from = to + 1;
  }
  const mean = (values.length - 1) / 2;
  const deviation = Math.sqrt(ranks.reduce((sum, rank) => sum + (rank - mean) ** 2, 0) / values.length);
  return deviation === 0 ? new Float64Array(values.length) : ranks.map((rank) => (rank - mean) / deviation);
}
