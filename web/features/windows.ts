import type { FeatureMatrix } from "./feature-matrix.ts";
import { FEATURE_MEMORY } from "./feature-matrix.ts";

/** Candles in one input window, and candles ahead that its label looks. */
export type WindowShape = { readonly lookback: number; readonly horizon: number };

/** A window and its label touch the candles of rows `end − reachBack` to `end + reachAhead`. */
export const reachBack = ({ lookback, horizon }: WindowShape): number =>
  Math.max(lookback - 1 + FEATURE_MEMORY, horizon);
/** Rows ahead of a window's end that judging it touches: the label, and two candles for a late entry. */
export const reachAhead = ({ horizon }: WindowShape): number => Math.max(horizon, 2);

/** First rows of every whole window, oldest first: `lookback` usable rows, the last of them a candle that was traded (a
 *  decision is made on a closed candle, never on silence), with its label's rows ahead and `horizon` rows behind for
 *  the last-return baseline, all without a break. Rule F4. */
export function windowStarts(matrix: FeatureMatrix, shape: WindowShape): Int32Array {
  const { lookback } = shape;
  const ahead = reachAhead(shape);
  const starts: number[] = [];
  for (let end = lookback - 1; end + ahead < matrix.rowCount; end += 1) {
    const whole = matrix.rowsBefore[end]! >= reachBack(shape);
    const labelled = matrix.rowsBefore[end + ahead] === (matrix.rowsBefore[end] ?? 0) + ahead;
    if (whole && labelled && matrix.traded[end] === 1) starts.push(end - lookback + 1);
  }
  return Int32Array.from(starts);
}

const BPS = 10_000;

/** Log return from row `from` to row `to`, bps. */
export const returnBps = (close: Float64Array, from: number, to: number): number =>
  Math.log(close[to]! / close[from]!) * BPS;

/** Labels of windows: log return from the close of the window's last candle to the close `horizon` candles later.
 *  @returns [windowCount], unit: bps */
export function targets(close: Float64Array, starts: Int32Array, { lookback, horizon }: WindowShape): Float64Array {
  return Float64Array.from(starts, (start) => returnBps(close, start + lookback - 1, start + lookback - 1 + horizon));
}
