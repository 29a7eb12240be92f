import { reachAhead, reachBack, type WindowShape } from "./windows.ts";

/** First rows of the windows of each part; time runs train → validation → test. */
export type Splits = { readonly train: Int32Array; readonly validation: Int32Array; readonly test: Int32Array };

/** Shares of the windows, oldest first. Validation and test are equal: one picks the epoch, the other judges, and both
 *  need enough windows that do not overlap. */
const TRAIN_SHARE = 0.7;
const VALIDATION_SHARE = 0.15;

/** Rows left out between two parts, so that no candle of a later part's windows or features is in an earlier label. */
export const embargo = (shape: WindowShape): number => reachBack(shape) + reachAhead(shape);

/** Cuts the windows by time and drops those at a border that reach across it. Rule F2.
 *  @param starts first rows of windows, oldest first
 *  Source: López de Prado 2018, ch. 7 (purging and embargo). */
export function splitByTime(starts: Int32Array, shape: WindowShape): Splits {
  const trainEnd = Math.floor(starts.length * TRAIN_SHARE);
  const validationEnd = Math.floor(starts.length * (TRAIN_SHARE + VALIDATION_SHARE));
  const after = (part: Int32Array, lastStart: number | undefined) =>
    lastStart === undefined ? part : part.filter((start) => start > lastStart + embargo(shape));
  const train = starts.slice(0, trainEnd);
  const validation = after(starts.slice(trainEnd, validationEnd), train.at(-1));
  const test = after(starts.slice(validationEnd), validation.at(-1) ?? train.at(-1));
  return { train, validation, test };
}
