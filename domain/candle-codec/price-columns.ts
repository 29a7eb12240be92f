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
  const fields = counted === null ? null : fieldsOf(counted.counts);
  if (counted === null || fields === null) {
    writer.byte(AS_IT_IS);
    for (const column of columns) writeDoubles(writer, column);
    return;
  }
  writer.byte(ON_GRID);
  writer.grid(counted.grid);
  for (const field of fields) writeNumbers(writer, field);
}

/** @returns null where a candle is out of order or the counts are too large */
function fieldsOf(counts: readonly Float64Array[]): readonly Float64Array[] | null {
  const [open, high, low, close] = counts as [Float64Array, Float64Array, Float64Array, Float64Array];
  const count = open.length;
  const fromBefore = new Float64Array(count);
  const body = new Float64Array(count);
  const above = new Float64Array(count);
  const below = new Float64Array(count);
  let before = 0;
  for (let row = 0; row < count; row += 1) {
    const first = open[row]!;
    const last = close[row]!;
    const top = high[row]!;
    const bottom = low[row]!;
    const ordered = first >= bottom && last >= bottom && first <= top && last <= top;
    // NaN compares as false.
    if (!(ordered && top < MOST_STEPS && bottom > -MOST_STEPS)) return null;
    above[row] = top - (first > last ? first : last);
    below[row] = (first < last ? first : last) - bottom;
    fromBefore[row] = folded(first - before);
    body[row] = folded(last - first);
    before = last;
  }
  return [fromBefore, body, above, below];
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
  const fromBefore = readWords(reader, count);
  const body = readWords(reader, count);
  const above = readWords(reader, count);
  const below = readWords(reader, count);
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
