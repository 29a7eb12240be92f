import type { BlockReader } from "./block-reader.ts";
import type { BlockWriter } from "./block-writer.ts";
import { countsOf, findGrid, powerOfTen } from "./number-grid.ts";

const ON_GRID = 1;
const AS_IT_IS = 0;

/** Traded amounts, each for itself: unlike prices, neighbours have little in common and a difference would only add a
 *  sign. */
export function writeVolumes(writer: BlockWriter, volumes: Float64Array): void {
  let amounts = true;
  for (let row = 0; row < volumes.length; row += 1) if (!(volumes[row]! >= 0)) amounts = false;
  const grid = amounts ? findGrid([volumes]) : null;
  writer.byte(grid === null ? AS_IT_IS : ON_GRID);
  if (grid === null) return writer.doubles(volumes);
  writer.grid(grid);
  writer.planes(countsOf(volumes, grid));
}

export function readVolumes(reader: BlockReader, count: number): Float64Array {
  if (reader.byte() === AS_IT_IS) return reader.doubles(count);
  const { decimals, step } = reader.grid();
  const scale = powerOfTen(decimals);
  const { low, high } = reader.planes(count);
  const volumes = new Float64Array(count);
  for (let row = 0; row < count; row += 1) volumes[row] = ((high[row]! * 4294967296 + low[row]!) * step) / scale;
  return volumes;
}
