import type { CandleColumns } from "../candle.ts";
import type { BlockReader } from "./block-reader.ts";
import type { BlockWriter } from "./block-writer.ts";
import { countsOf, findGrid, powerOfTen, type NumberGrid } from "./number-grid.ts";
import { folded } from "./price-columns.ts";

type Neighbours = Pick<CandleColumns, "open" | "high" | "low" | "close" | "volume">;

const AS_IT_IS = 0;
const UNKNOWN = 1;
const ON_GRID = 2;
const ON_GRID_WITH_UNKNOWN = 3;

/** Values against volume × the middle of the candle's four prices; what is not known costs one bit a row. */
export function writeValues(writer: BlockWriter, values: Float64Array, beside: Neighbours): void {
  let unknown = 0;
  for (let row = 0; row < values.length; row += 1) if (Number.isNaN(values[row]!)) unknown += 1;
  if (unknown === values.length) return writer.byte(UNKNOWN);
  const grid = findGrid([values]);
  const residuals = grid === null ? null : residualsOf(values, grid, beside);
  if (grid === null || residuals === null) {
    writer.byte(AS_IT_IS);
    return writer.doubles(values);
  }
  writer.byte(unknown === 0 ? ON_GRID : ON_GRID_WITH_UNKNOWN);
  writer.grid(grid);
  if (unknown > 0) writer.raw(knownBits(values));
  writer.planes(residuals);
}

/** @returns null where one is too large to be exact */
function residualsOf(values: Float64Array, grid: NumberGrid, beside: Neighbours): Float64Array | null {
  const residuals = countsOf(values, grid);
  const scale = powerOfTen(grid.decimals) / grid.step;
  for (let row = 0; row < values.length; row += 1) {
    if (Number.isNaN(values[row]!)) {
      residuals[row] = 0;
      continue;
    }
    const expected = expectedCount(beside, row, scale);
    const residual = residuals[row]! - expected;
    if (!(Math.abs(expected) <= MOST_EXACT && Math.abs(residual) <= MOST_EXACT)) return null;
    residuals[row] = folded(residual);
  }
  return residuals;
}

/** Half of what a double holds exactly, so that sums and folded numbers stay exact. */
const MOST_EXACT = 2 ** 51;

/** The same bits everywhere: additions, multiplications and one rounding, in this order. */
const expectedCount = ({ open, high, low, close, volume }: Neighbours, row: number, scale: number): number =>
  Math.floor((open[row]! + high[row]! + low[row]! + close[row]!) * 0.25 * volume[row]! * scale + 0.5);

function knownBits(values: Float64Array): Uint8Array {
  const bits = new Uint8Array(Math.ceil(values.length / 8));
  for (let row = 0; row < values.length; row += 1)
    if (!Number.isNaN(values[row]!)) bits[row >> 3] = bits[row >> 3]! | (1 << (row & 7));
  return bits;
}

export function readValues(reader: BlockReader, count: number, beside: Neighbours): Float64Array {
  const mode = reader.byte();
  if (mode === AS_IT_IS) return reader.doubles(count);
  if (mode === UNKNOWN) return new Float64Array(count).fill(NaN);
  const { decimals, step } = reader.grid();
  const known = mode === ON_GRID_WITH_UNKNOWN ? reader.raw(Math.ceil(count / 8)) : null;
  const { low, high } = reader.planes(count);
  const values = new Float64Array(count);
  const power = powerOfTen(decimals);
  const scale = power / step;
  for (let row = 0; row < count; row += 1) {
    const odd = low[row]! & 1;
    const half = (high[row]! * 4294967296 + (low[row]! - odd)) * 0.5;
    const residual = odd === 1 ? -half - 1 : half;
    values[row] = ((expectedCount(beside, row, scale) + residual) * step) / power;
  }
  if (known !== null)
    for (let row = 0; row < count; row += 1) if ((known[row >> 3]! & (1 << (row & 7))) === 0) values[row] = NaN;
  return values;
}
