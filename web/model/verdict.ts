import type { ModelMeta } from "../../domain/wire.ts";
import { metricsOf, rankProducts } from "./metrics.ts";

/** Predictions, what happened, and what happened to a buyer one candle late; [windowCount] each, unit: bps. */
export type Judged = {
  readonly predictions: Float64Array;
  readonly outcomes: Float64Array;
  readonly lateOutcomes: Float64Array;
  readonly baselines: Readonly<Record<string, Float64Array>>;
  readonly horizon: number;
};

/** A difference counts when it is this many standard errors from nothing: one chance series in forty gets that far. */
const STANDARD_ERRORS = 2;
/** Labels of neighbouring windows overlap for `horizon` candles; blocks of four horizons are nearly independent. */
const BLOCK_HORIZONS = 4;
/** Fewer blocks do not tell their own spread. */
const FEWEST_BLOCKS = 8;

/** `beats-baselines` only if, on windows that nothing was fitted on,
 *  - its squared error is below every baseline's by two standard errors, and its absolute error below at all;
 *  - its rank correlation is above zero by two standard errors and above every baseline's;
 *  - the rank correlation with the return of a buyer one candle late is above zero by two standard errors.
 *  Rules M2, M7. Source: Diebold and Mariano 1995, with means of blocks for the overlap. */
export function verdictOf(judged: Judged): ModelMeta["verdict"] {
  const { predictions, outcomes, lateOutcomes, baselines, horizon } = judged;
  const block = horizon * BLOCK_HORIZONS;
  const own = metricsOf(predictions, outcomes);
  const better = Object.values(baselines).every((baseline) => {
    const theirs = metricsOf(baseline, outcomes);
    const gain = outcomes.map((outcome, at) => (baseline[at]! - outcome) ** 2 - (predictions[at]! - outcome) ** 2);
    return (
      isAboveZero(gain, block) &&
      own.maeBps < theirs.maeBps &&
      own.informationCoefficient > theirs.informationCoefficient
    );
  });
  const ranks = isAboveZero(rankProducts(predictions, outcomes), block);
  const late = isAboveZero(rankProducts(predictions, lateOutcomes), block);
  return better && ranks && late ? "beats-baselines" : "no-better-than-baselines";
}

/** Whether a series' mean is above zero by more than its error, told from the spread of its blocks' means. */
export function isAboveZero(series: Float64Array, blockLength: number): boolean {
  const blockCount = Math.floor(series.length / blockLength);
  if (blockCount < FEWEST_BLOCKS) return false;
  const means = Array.from({ length: blockCount }, (_, block) => {
    const part = series.subarray(block * blockLength, (block + 1) * blockLength);
    return part.reduce((sum, value) => sum + value, 0) / blockLength;
  });
  const mean = means.reduce((sum, value) => sum + value, 0) / blockCount;
  const variance = means.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (blockCount - 1);
  return mean > STANDARD_ERRORS * Math.sqrt(variance / blockCount);
}
