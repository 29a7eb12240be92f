import { BrokenBlock, type BlockReader } from "./block-reader.ts";
import type { BlockWriter } from "./block-writer.ts";
import { codedLength, codeLengths, decodePlane, encodePlane } from "./huffman.ts";

/** How a plane of bytes lies in the block: as it is, as the few rows that are not zero, or in a Huffman code. */
const AS_IT_IS = 0;
const SPARSE = 1;
const CODED = 2;

/** A row that is not zero takes two bytes or a little more. */
const SPARSE_BYTES = 2.5;
/** The code must save this share of the plane: as they are the bytes are read many times as fast, and a tenth more on the
 *  disk is little beside that. */
const LEAST_SAVED = 0.5;
/** Of 256, where 1 is a single byte and 256 pure noise. From here on no code is shorter than four bits on the average. */
const EVEN = 16;
/** Half a byte for each of 256 code lengths. */
const LENGTHS_SIZE = 128;

/** @param counts how often each byte occurs in the plane */
export function writePlane(writer: BlockWriter, plane: Uint8Array, counts: Uint32Array): void {
  const others = plane.length - counts[0]!;
  if (others * SPARSE_BYTES < plane.length / 8) return writeSparse(writer, plane, others);
  const lengths = isEven(counts, plane.length) ? null : codeLengths(counts, plane.length);
  const size = lengths === null ? Infinity : codedLength(counts, lengths);
  if (lengths === null || size + LENGTHS_SIZE > plane.length * (1 - LEAST_SAVED)) {
    writer.byte(AS_IT_IS);
    return writer.raw(plane);
  }
  writer.byte(CODED);
  const halves = new Uint8Array(LENGTHS_SIZE);
  for (let at = 0; at < LENGTHS_SIZE; at += 1) halves[at] = lengths[2 * at]! | (lengths[2 * at + 1]! << 4);
  writeTrimmed(writer, halves);
  const coded = new Uint8Array(size);
  encodePlane(plane, lengths, coded);
  writer.varint(size);
  writer.raw(coded);
}

/** True where the bytes are spread so evenly that the search for a code can be spared. Two rows are equal once in 256
 *  times in pure noise; whole numbers only, because every machine must come to the same answer. */
function isEven(counts: Uint32Array, total: number): boolean {
  let equalPairs = 0;
  for (let byte = 0; byte < 256; byte += 1) equalPairs += counts[byte]! * counts[byte]!;
  return equalPairs * EVEN <= total * total;
}

/** High bytes do not occur in most planes. */
function writeTrimmed(writer: BlockWriter, halves: Uint8Array): void {
  let length = halves.length;
  while (length > 0 && halves[length - 1] === 0) length -= 1;
  writer.byte(length);
  writer.raw(halves.subarray(0, length));
}

function writeSparse(writer: BlockWriter, plane: Uint8Array, others: number): void {
  writer.byte(SPARSE);
  writer.varint(others);
  let before = -1;
  let left = others;
  for (let row = 0; left > 0; row += 1) {
    if (plane[row] === 0) continue;
    writer.varint(row - before);
    writer.byte(plane[row]!);
    before = row;
    left -= 1;
  }
}

/** The rows that are not zero, and their bytes. */
export type SparsePlane = { readonly rows: readonly number[]; readonly bytes: readonly number[] };

/** @param scratch one byte longer than the plane; a coded one is written there
 *  @returns the plane: in the scratch, in the block's own memory, or only the rows that are not zero */
export function readPlane(reader: BlockReader, scratch: Uint8Array): Uint8Array | SparsePlane {
  const count = scratch.length - 1;
  const mode = reader.byte();
  if (mode === AS_IT_IS) return reader.raw(count);
  if (mode === SPARSE) return readSparse(reader, count);
  if (mode !== CODED) throw new BrokenBlock("a plane is of no known kind");
  const halves = reader.raw(reader.byte());
  const lengths = new Uint8Array(256);
  if (halves.length > LENGTHS_SIZE) throw new BrokenBlock("a plane has too many codes");
  halves.forEach((pair, at) => {
    lengths[2 * at] = pair & 15;
    lengths[2 * at + 1] = pair >> 4;
  });
  const coded = reader.raw(reader.varint());
  if (!decodePlane(coded, lengths, scratch)) throw new BrokenBlock("a plane has no code");
  return scratch.subarray(0, count);
}

function readSparse(reader: BlockReader, count: number): SparsePlane {
  const rows: number[] = [];
  const bytes: number[] = [];
  let row = -1;
  for (let others = reader.varint(); others > 0; others -= 1) {
    row += reader.varint();
    if (row >= count) throw new BrokenBlock("a row lies outside the block");
    rows.push(row);
    bytes.push(reader.byte());
  }
  return { rows, bytes };
}
