import type { CandleColumns } from "../candle.ts";
import type { BlockReader } from "./block-reader.ts";
import type { BlockWriter } from "./block-writer.ts";
import { readDoubles, readNumbers, writeDoubles, writeNumbers } from "./byte-planes.ts";
import { countOnGrid, powerOfTen, type Counted } from "./number-grid.ts";
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
  const counted = countOnGrid([values]);
  const residuals = counted === null ? null : residualsOf(counted, beside);
  if (counted === null || residuals === null) {
    writer.byte(AS_IT_IS);
    return writeDoubles(writer, values);
  }
  writer.byte(unknown === 0 ? ON_GRID : ON_GRID_WITH_UNKNOWN);
  writer.grid(counted.grid);
  if (unknown > 0) writer.raw(knownBits(values));
  writeNumbers(writer, residuals);
}

/** In the place of the counts.
 *  @returns null where one is too large to be exact */
function residualsOf({ grid, counts }: Counted, beside: Neighbours): Float64Array | null {
  const residuals = counts[0]!;
  const scale = powerOfTen(grid.decimals) / grid.step;
  for (let row = 0; row < residuals.length; row += 1) {
    const count = residuals[row]!;
    const expected = expectedCount(beside, row, scale);
    const residual = count - expected;
    if (count !== count) residuals[row] = 0;
    else if (!(Math.abs(expected) <= Number.MAX_SAFE_INTEGER && Math.abs(residual) < MOST_FOLDED)) return null;
    else residuals[row] = folded(residual);
  }
  return residuals;
}

/** Folded it takes one bit more, and 53 are exact. */
const MOST_FOLDED = 2 ** 52;

/** The same bits everywhere: additions, multiplications and one rounding, in this order. */
const expectedCount = ({ open, high, low, close, volume }: Neighbours, row: number, scale: number): number =>
  Math.floor((open[row]! + high[row]! + low[row]! + close[row]!) * 0.25 * volume[row]! * scale + 0.5);

function knownBits(values: Float64Array): Uint8Array {
  const bits = new Uint8Array(Math.ceil(values.length / 8));
  for (let row = 0; row < values.length; row += 1)
    if (!Number.isNaN(values[row]!)) bits[row >> 3] = bits[row >> 3]! | (1 << (row & 7));
  return bits;
}

/** @param values as long as the block has rows; filled */
export function readValues(reader: BlockReader, values: Float64Array, beside: Neighbours): void {
  const count = values.length;
  const mode = reader.byte();
  if (mode === AS_IT_IS) return readDoubles(reader, values);
  if (mode === UNKNOWN) {
    values.fill(NaN);
    return;
  }
  const { decimals, step } = reader.grid();
  const known = mode === ON_GRID_WITH_UNKNOWN ? reader.raw(Math.ceil(count / 8)) : null;
  const { low, high } = readNumbers(reader, count);
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
}
