import { BrokenBlock, type BlockReader } from "./block-reader.ts";
import type { BlockWriter } from "./block-writer.ts";
import { readPlane, writePlane, type SparsePlane } from "./plane.ts";
import { scratchBytes, scratchWords } from "./scratch.ts";

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
  const words = scratchWords(0, count);
  const bytes = scratchBytes(0, count);
  if (width > 4)
    for (let row = 0; row < count; row += 1) words[row] = numbers[row]! - Math.floor(numbers[row]! / WORD) * WORD;
  else words.set(numbers);
  for (let plane = 0; plane < width; plane += 1) {
    if (plane === 4) for (let row = 0; row < count; row += 1) words[row] = numbers[row]! / WORD;
    const counts = new Uint32Array(256);
    const shift = (plane & 3) * 8;
    let others = 0;
    for (let row = 0; row < count; row += 1) {
      const byte = (words[row]! >>> shift) & 255;
      bytes[row] = byte;
      // Zeros are most of a high plane, and adding to one place again and again is slow.
      if (byte === 0) continue;
      counts[byte] = counts[byte]! + 1;
      others += 1;
    }
    counts[0] = count - others;
    writePlane(writer, bytes, counts);
  }
}

/** @param slot which scratch to use: the words are there until the slot is used again
 *  @returns whole numbers below 2^32 */
export function readWords(reader: BlockReader, count: number, slot: number): Uint32Array {
  const width = reader.byte();
  if (width > 4) throw new BrokenBlock("a column is too wide");
  return wordsOf(reader, width, scratchWords(slot, count));
}

/** @returns whole numbers to 2^53 as `high × 2^32 + low`, in scratch slots 0 and 1 */
export function readNumbers(
  reader: BlockReader,
  count: number,
): { readonly low: Uint32Array; readonly high: Uint32Array } {
  const width = reader.byte();
  if (width > 7) throw new BrokenBlock("a column is too wide");
  return {
    low: wordsOf(reader, Math.min(width, 4), scratchWords(0, count)),
    high: wordsOf(reader, Math.max(width - 4, 0), scratchWords(1, count)),
  };
}

function wordsOf(reader: BlockReader, width: number, words: Uint32Array): Uint32Array {
  const count = words.length;
  const dense: { readonly bytes: Uint8Array; readonly shift: number }[] = [];
  const sparse: { readonly plane: SparsePlane; readonly shift: number }[] = [];
  for (let plane = 0; plane < width; plane += 1) {
    const read = readPlane(reader, scratchBytes(plane, count + 1));
    if ("rows" in read) sparse.push({ plane: read, shift: plane * 8 });
    else dense.push({ bytes: read, shift: plane * 8 });
  }
  const none = { bytes: new Uint8Array(0), shift: 0 };
  const [one = none, two = none, three = none, four = none] = dense;
  const [a, b, c, d] = [one.bytes, two.bytes, three.bytes, four.bytes];
  const [s, t, u, v] = [one.shift, two.shift, three.shift, four.shift];
  if (dense.length === 0) words.fill(0);
  if (dense.length === 1) for (let row = 0; row < count; row += 1) words[row] = a[row]! << s;
  if (dense.length === 2) for (let row = 0; row < count; row += 1) words[row] = (a[row]! << s) | (b[row]! << t);
  if (dense.length === 3)
    for (let row = 0; row < count; row += 1) words[row] = (a[row]! << s) | (b[row]! << t) | (c[row]! << u);
  if (dense.length === 4)
    for (let row = 0; row < count; row += 1)
      words[row] = (a[row]! << s) | (b[row]! << t) | (c[row]! << u) | (d[row]! << v);
  for (const { plane, shift } of sparse)
    plane.rows.forEach((row, at) => (words[row] = words[row]! | (plane.bytes[at]! << shift)));
  return words;
}

/** Doubles as they are, by planes of their eight bytes. */
export function writeDoubles(writer: BlockWriter, values: Float64Array): void {
  const view = new DataView(new ArrayBuffer(8 * values.length));
  for (let row = 0; row < values.length; row += 1) view.setFloat64(8 * row, values[row]!, true);
  const plane = scratchBytes(0, values.length);
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
    const plane = readPlane(reader, scratchBytes(0, count + 1));
    if ("rows" in plane) plane.rows.forEach((row, at) => view.setUint8(8 * row + place, plane.bytes[at]!));
    else for (let row = 0; row < count; row += 1) view.setUint8(8 * row + place, plane[row]!);
  }
  for (let row = 0; row < count; row += 1) values[row] = view.getFloat64(8 * row, true);
}
