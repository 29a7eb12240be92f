import type { CandleColumns } from "../candle.ts";
import type { BlockReader } from "./block-reader.ts";
import type { BlockWriter } from "./block-writer.ts";
import { readDoubles, readWords, writeDoubles, writeNumbers } from "./byte-planes.ts";
import { countOnGrid, powerOfTen } from "./number-grid.ts";

export type PriceColumns = Pick<CandleColumns, "open" | "high" | "low" | "close">;

const ON_GRID = 1;
const AS_IT_IS = 0;
/** Counts of steps below this have differences that 32 bits hold. */
const MOST_STEPS = 2 ** 30;

/** On one grid of ticks: open against the close before, close against its open, high and low against the body. */
export function writePrices(writer: BlockWriter, { open, high, low, close }: PriceColumns): void {
  const columns = [open, high, low, close];
  const counted = countOnGrid(columns);
  if (counted === null || !becomeFields(counted.counts)) {
    writer.byte(AS_IT_IS);
    for (const column of columns) writeDoubles(writer, column);
    return;
  }
  writer.byte(ON_GRID);
  writer.grid(counted.grid);
  for (const field of counted.counts) writeNumbers(writer, field);
}

/** The counts of open, high, low and close become, in their place: open against the close before, high above the body,
 *  low below it, close against open.
 *  @returns false where a candle is out of order or the counts are too large */
function becomeFields([open, high, low, close]: readonly Float64Array[]): boolean {
  if (!open || !high || !low || !close) return false;
  let before = 0;
  for (let row = 0; row < open.length; row += 1) {
    const first = open[row]!;
    const last = close[row]!;
    const top = high[row]!;
    const bottom = low[row]!;
    const ordered = first >= bottom && last >= bottom && first <= top && last <= top;
    // NaN compares as false.
    if (!(ordered && top < MOST_STEPS && bottom > -MOST_STEPS)) return false;
    open[row] = folded(first - before);
    close[row] = folded(last - first);
    high[row] = top - (first > last ? first : last);
    low[row] = (first < last ? first : last) - bottom;
    before = last;
  }
  return true;
}

/** 0, -1, 1, -2 … to 0, 1, 2, 3 …, so that small numbers of either sign have empty high bytes. */
export const folded = (number: number): number => (number >= 0 ? number * 2 : -number * 2 - 1);

/** @param prices as long as the block has rows; filled */
export function readPrices(reader: BlockReader, { open, high, low, close }: PriceColumns): void {
  const columns = [open, high, low, close];
  if (reader.byte() === AS_IT_IS) {
    for (const column of columns) readDoubles(reader, column);
    return;
  }
  const { decimals, step } = reader.grid();
  const count = open.length;
  const fromBefore = readWords(reader, count, 0);
  const above = readWords(reader, count, 1);
  const below = readWords(reader, count, 2);
  const body = readWords(reader, count, 3);
  let before = 0;
  for (let row = 0; row < count; row += 1) {
    const first = before + ((fromBefore[row]! >>> 1) ^ -(fromBefore[row]! & 1));
    const last = first + ((body[row]! >>> 1) ^ -(body[row]! & 1));
    open[row] = first * step;
    close[row] = last * step;
    high[row] = ((first > last ? first : last) + above[row]!) * step;
    low[row] = ((first < last ? first : last) - below[row]!) * step;
    before = last;
  }
  const scale = powerOfTen(decimals);
  if (scale === 1) return;
  for (const column of columns) for (let row = 0; row < count; row += 1) column[row] = column[row]! / scale;
}
