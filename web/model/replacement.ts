import type { ModelMeta } from "../../domain/wire.ts";
import { targets, windowStarts } from "../features/windows.ts";
import { FEATURE_MEMORY, type FeatureMatrix } from "../features/feature-matrix.ts";
import type { Artifact } from "./artifact.ts";
import { metricsOf } from "./metrics.ts";
import { openPredictor } from "./predictor.ts";

/** With fewer windows that neither model has seen, nobody can tell. */
const FEWEST_WINDOWS = 200;

/** Whether a new model may replace the serving one: on candles behind the last one that either of them learned from, its
 *  error, as a share of what predicting zero would have missed, is lower. The share lets models of different horizons be
 *  compared. A serving model that this build cannot run is replaced. Rule M8. */
export function mayReplace(matrix: FeatureMatrix, candidate: Artifact, serving: Artifact): boolean {
  if (!openPredictor(serving).ok) return true;
  const unseenFromMs = Math.max(candidate.meta.trainedToMs, serving.meta.trainedToMs);
  const own = errorShare(matrix, candidate, unseenFromMs);
  const theirs = errorShare(matrix, serving, unseenFromMs);
  return own !== null && theirs !== null && own < theirs;
}

/** @returns root mean squared error over that of zero, or null where there is too little to tell */
function errorShare(matrix: FeatureMatrix, { meta, weights }: Artifact, unseenFromMs: number): number | null {
  const predictor = openPredictor({ meta, weights });
  if (!predictor.ok) return null;
  const unseen = windowsBehind(matrix, meta, unseenFromMs);
  if (unseen.length < FEWEST_WINDOWS) return null;
  const outcomes = targets(matrix.close, unseen, meta);
  const zero = metricsOf(new Float64Array(outcomes.length), outcomes);
  return metricsOf(predictor.value.predictWindows(matrix, unseen), outcomes).rmseBps / zero.rmseBps;
}

/** Windows whose first candle, the features' memory included, opened after `fromMs`. */
function windowsBehind(matrix: FeatureMatrix, meta: ModelMeta, fromMs: number): Int32Array {
  const first = matrix.openTimeMs.findIndex((time) => time > fromMs);
  if (first === -1) return new Int32Array(0);
  return windowStarts(matrix, meta).filter((start) => start - FEATURE_MEMORY >= first);
}
