import { BrokenBlock, type BlockReader } from "./block-reader.ts";
import type { BlockWriter } from "./block-writer.ts";
import { readDoubles, writeDoubles } from "./byte-planes.ts";
import { greatestDivisor } from "./number-grid.ts";

/** Start, step and the gaps alone: a series without holes costs nothing a row. */
const STEPPED = 1;
const AS_IT_IS = 0;

export function writeTimes(writer: BlockWriter, times: Float64Array): void {
  const step = stepOf(times);
  writer.byte(step === null ? AS_IT_IS : STEPPED);
  if (step === null) return writeDoubles(writer, times);
  writer.float64(times[0]!);
  writer.float64(step);
  const gaps: number[] = [];
  let before = 0;
  for (let row = 1; row < times.length; row += 1) {
    const missing = (times[row]! - times[row - 1]!) / step - 1;
    if (missing === 0) continue;
    gaps.push(row - before, missing);
    before = row;
  }
  writer.varint(gaps.length / 2);
  for (const number of gaps) writer.varint(number);
}

/** The greatest step that all the times lie on, or null where they are not whole milliseconds in rising order. */
function stepOf(times: Float64Array): number | null {
  let step = 0;
  if (times.length === 0 || !isWhole(times[0]!)) return null;
  for (let row = 1; row < times.length; row += 1) {
    const delta = times[row]! - times[row - 1]!;
    if (!isWhole(times[row]!) || !(delta > 0 && delta <= Number.MAX_SAFE_INTEGER)) return null;
    if (step === 0 || Math.floor(delta / step) * step !== delta) step = greatestDivisor(delta, step);
  }
  return step === 0 ? 1 : step;
}

const isWhole = (time: number): boolean => Number.isSafeInteger(time) && !Object.is(time, -0);

/** @param times as long as the block has rows; filled */
export function readTimes(reader: BlockReader, times: Float64Array): void {
  const count = times.length;
  if (reader.byte() === AS_IT_IS) return readDoubles(reader, times);
  const first = reader.float64();
  const step = reader.float64();
  let row = 0;
  let time = first;
  for (let gaps = reader.varint(); gaps > 0; gaps -= 1) {
    const next = row + reader.varint();
    if (next === row || next >= count) throw new BrokenBlock("a gap lies outside the block");
    for (; row < next; row += 1, time += step) times[row] = time;
    time += reader.varint() * step;
  }
  for (; row < count; row += 1, time += step) times[row] = time;
}
