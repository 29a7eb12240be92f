import { BrokenBlock, type BlockReader } from "./block-reader.ts";
import type { BlockWriter } from "./block-writer.ts";
import { readPlane, writePlane } from "./plane.ts";

const WORD = 4_294_967_296;

/** How many planes, then the planes, lowest byte first: equal places of all numbers lie together, so that each has a
 *  distribution of its own and the seldom used high bytes are almost nothing.
 *  @param numbers whole, 0 to 2^53 */
export function writeNumbers(writer: BlockWriter, numbers: Float64Array): void {
  const count = numbers.length;
  let greatest = 0;
  for (let row = 0; row < count; row += 1) if (numbers[row]! > greatest) greatest = numbers[row]!;
  let width = 0;
  for (let limit = 1; greatest >= limit; limit *= 256) width += 1;
  writer.byte(width);
  const words = new Uint32Array(count);
  if (width > 4)
    for (let row = 0; row < count; row += 1) words[row] = numbers[row]! - Math.floor(numbers[row]! / WORD) * WORD;
  else words.set(numbers);
  for (let plane = 0; plane < width; plane += 1) {
    if (plane === 4) for (let row = 0; row < count; row += 1) words[row] = numbers[row]! / WORD;
    const bytes = new Uint8Array(count);
    const counts = new Uint32Array(256);
    const shift = (plane & 3) * 8;
    for (let row = 0; row < count; row += 1) {
      const byte = (words[row]! >>> shift) & 255;
      bytes[row] = byte;
      counts[byte] = counts[byte]! + 1;
    }
    writePlane(writer, bytes, counts);
  }
}

/** @returns whole numbers below 2^32 */
export function readWords(reader: BlockReader, count: number): Uint32Array {
  const width = reader.byte();
  if (width > 4) throw new BrokenBlock("a column is too wide");
  return wordsOf(reader, count, width);
}

/** @returns whole numbers to 2^53 as `high × 2^32 + low` */
export function readNumbers(
  reader: BlockReader,
  count: number,
): { readonly low: Uint32Array; readonly high: Uint32Array } {
  const width = reader.byte();
  if (width > 7) throw new BrokenBlock("a column is too wide");
  return {
    low: wordsOf(reader, count, Math.min(width, 4)),
    high: wordsOf(reader, count, Math.max(width - 4, 0)),
  };
}

function wordsOf(reader: BlockReader, count: number, width: number): Uint32Array {
  const words = new Uint32Array(count);
  const none = new Uint8Array(0);
  const planes = Array.from({ length: width }, () => readPlane(reader, count));
  const [a = none, b = none, c = none, d = none] = planes;
  if (width === 1) words.set(a);
  if (width === 2) for (let row = 0; row < count; row += 1) words[row] = a[row]! | (b[row]! << 8);
  if (width === 3) for (let row = 0; row < count; row += 1) words[row] = a[row]! | (b[row]! << 8) | (c[row]! << 16);
  if (width === 4)
    for (let row = 0; row < count; row += 1) words[row] = a[row]! | (b[row]! << 8) | (c[row]! << 16) | (d[row]! << 24);
  return words;
}

/** Doubles as they are, by planes of their eight bytes. */
export function writeDoubles(writer: BlockWriter, values: Float64Array): void {
  const view = new DataView(new ArrayBuffer(8 * values.length));
  for (let row = 0; row < values.length; row += 1) view.setFloat64(8 * row, values[row]!, true);
  const plane = new Uint8Array(values.length);
  for (let place = 0; place < 8; place += 1) {
    const counts = new Uint32Array(256);
    for (let row = 0; row < values.length; row += 1) {
      const byte = view.getUint8(8 * row + place);
      plane[row] = byte;
      counts[byte] = counts[byte]! + 1;
    }
    writePlane(writer, plane, counts);
  }
}

/** @param values filled */
export function readDoubles(reader: BlockReader, values: Float64Array): void {
  const count = values.length;
  const view = new DataView(new ArrayBuffer(8 * count));
  for (let place = 0; place < 8; place += 1) {
    const plane = readPlane(reader, count);
    for (let row = 0; row < count; row += 1) view.setUint8(8 * row + place, plane[row]!);
  }
  for (let row = 0; row < count; row += 1) values[row] = view.getFloat64(8 * row, true);
}
