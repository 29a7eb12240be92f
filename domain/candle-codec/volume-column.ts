import type { BlockReader } from "./block-reader.ts";
import type { BlockWriter } from "./block-writer.ts";
import { readDoubles, readNumbers, writeDoubles, writeNumbers } from "./byte-planes.ts";
import { countOnGrid, powerOfTen } from "./number-grid.ts";

const ON_GRID = 1;
const AS_IT_IS = 0;

/** Traded amounts, each for itself: unlike prices, neighbours have little in common and a difference would only add a
 *  sign. */
export function writeVolumes(writer: BlockWriter, volumes: Float64Array): void {
  let amounts = true;
  for (let row = 0; row < volumes.length; row += 1) if (!(volumes[row]! >= 0)) amounts = false;
  const counted = amounts ? countOnGrid([volumes]) : null;
  writer.byte(counted === null ? AS_IT_IS : ON_GRID);
  if (counted === null) return writeDoubles(writer, volumes);
  writer.grid(counted.grid);
  writeNumbers(writer, counted.counts[0]!);
}

/** @param volumes as long as the block has rows; filled */
export function readVolumes(reader: BlockReader, volumes: Float64Array): void {
  if (reader.byte() === AS_IT_IS) return readDoubles(reader, volumes);
  const { decimals, step } = reader.grid();
  const scale = powerOfTen(decimals);
  const { low, high } = readNumbers(reader, volumes.length);
  for (let row = 0; row < volumes.length; row += 1)
    volumes[row] = ((high[row]! * 4294967296 + low[row]!) * step) / scale;
}
