import type { CandleColumns } from "../candle.ts";
import type { BlockReader } from "./block-reader.ts";
import type { BlockWriter } from "./block-writer.ts";
import { countsOf, findGrid, powerOfTen } from "./number-grid.ts";

export type PriceColumns = Pick<CandleColumns, "open" | "high" | "low" | "close">;

const ON_GRID = 1;
const AS_IT_IS = 0;
/** Counts of steps below this have differences that 32 bits hold. */
const MOST_STEPS = 2 ** 30;

/** On one grid of ticks: open against the close before, close against its open, high and low against the body. */
export function writePrices(writer: BlockWriter, { open, high, low, close }: PriceColumns): void {
  const columns = [open, high, low, close];
  const grid = findGrid(columns);
  const fields =
    grid === null
      ? null
      : fieldsOf({
          open: countsOf(open, grid),
          high: countsOf(high, grid),
          low: countsOf(low, grid),
          close: countsOf(close, grid),
        });
  if (grid === null || fields === null) {
    writer.byte(AS_IT_IS);
    for (const column of columns) writer.doubles(column);
    return;
  }
  writer.byte(ON_GRID);
  writer.grid(grid);
  for (const field of fields) writer.planes(field);
}

/** @returns null where a candle is out of order or the counts are too large */
function fieldsOf({ open, high, low, close }: PriceColumns): readonly Float64Array[] | null {
  const count = open.length;
  const fromBefore = new Float64Array(count);
  const body = new Float64Array(count);
  const above = new Float64Array(count);
  const below = new Float64Array(count);
  let before = 0;
  for (let row = 0; row < count; row += 1) {
    const [first, last, top, bottom] = [open[row]!, close[row]!, high[row]!, low[row]!];
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

export function readPrices(reader: BlockReader, count: number): PriceColumns {
  if (reader.byte() === AS_IT_IS)
    return {
      open: reader.doubles(count),
      high: reader.doubles(count),
      low: reader.doubles(count),
      close: reader.doubles(count),
    };
  const { decimals, step } = reader.grid();
  const fromBefore = reader.narrowPlanes(count);
  const body = reader.narrowPlanes(count);
  const above = reader.narrowPlanes(count);
  const below = reader.narrowPlanes(count);
  const [open, high] = [new Float64Array(count), new Float64Array(count)];
  const [low, close] = [new Float64Array(count), new Float64Array(count)];
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
  if (scale !== 1)
    for (const column of [open, high, low, close])
      for (let row = 0; row < count; row += 1) column[row] = column[row]! / scale;
  return { open, high, low, close };
}
