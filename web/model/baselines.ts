import { returnBps, targets, type WindowShape } from "../features/windows.ts";

/** Predictions that cost nothing to make. A model that is no better than these has learned nothing.
 *  - zero-return: the price stays
 *  - last-return: the last `horizon` candles' return comes again
 *  - mean-return: the mean return of the training windows
 *  @returns [windowCount] each, unit: bps */
export function baselinePredictions(
  close: Float64Array,
  parts: { readonly train: Int32Array; readonly judged: Int32Array },
  shape: WindowShape,
): Record<"zero-return" | "last-return" | "mean-return", Float64Array> {
  const { train, judged } = parts;
  const endOf = (start: number) => start + shape.lookback - 1;
  const mean = targets(close, train, shape).reduce((sum, label) => sum + label, 0) / train.length;
  return {
    "zero-return": new Float64Array(judged.length),
    "last-return": Float64Array.from(judged, (start) => returnBps(close, endOf(start) - shape.horizon, endOf(start))),
    "mean-return": new Float64Array(judged.length).fill(mean),
  };
}

/** What a buyer who comes one candle late would have got: from the close after the window to the end of the label. The
 *  close that a window ends on bounces between bid and ask, and so does every prediction made of it; this return does
 *  not share that close. A horizon of one candle is judged by the candle behind it. Rule M7.
 *  @returns [windowCount], unit: bps */
export function lateReturns(close: Float64Array, starts: Int32Array, { lookback, horizon }: WindowShape): Float64Array {
  return Float64Array.from(starts, (start) => {
    const end = start + lookback - 1;
    return returnBps(close, end + 1, end + Math.max(2, horizon));
  });
}
