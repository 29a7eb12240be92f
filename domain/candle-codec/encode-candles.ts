import type { CandleColumns } from "../candle.ts";
import { BlockWriter } from "./block-writer.ts";
import { contentChecksum } from "./content-checksum.ts";
import { writePrices } from "./price-columns.ts";
import { writeTimes } from "./time-column.ts";
import { writeValues } from "./value-column.ts";
import { writeVolumes } from "./volume-column.ts";

/** "OBCB" as it lies in the file. */
export const BLOCK_MAGIC = 0x4243424f;
export const BLOCK_VERSION = 1;
/** Where the checksum stands, and from where on it covers the block; the same in every version. */
export const CHECKSUM_AT = 4;
export const CHECKED_FROM = 8;
const NOISE_FROM_AT = 16;
const HEADER_LENGTH = 20;

/** Candles of any interval and market as one block of byte planes, uncompressed: gzip on top takes what the planes have
 *  laid bare, and need not touch the noise that lies together at the end. The same candles always give the same bytes, so a hash of the block is a hash of its content. Every double
 *  comes back as it was; a column that is on no decimal grid is kept as doubles. Rule C15.
 *
 *  Layout, little endian: magic uint32, XXH32 of all that follows, version uint32, row count uint32,
 *  start of the noise uint32; then times, prices, volumes, values, each a mode byte and what the mode needs (see the
 *  file of each column); then the noise. */
export function encodeCandles(columns: CandleColumns): Uint8Array<ArrayBuffer> {
  const writer = new BlockWriter(columns.openTimeMs.length);
  for (const word of [BLOCK_MAGIC, 0, BLOCK_VERSION, columns.openTimeMs.length, 0]) writer.uint32(word);
  writeTimes(writer, columns.openTimeMs);
  writePrices(writer, columns);
  writeVolumes(writer, columns.volume);
  writeValues(writer, columns.value, columns);
  const bytes = writer.taken();
  const view = new DataView(bytes.buffer);
  view.setUint32(NOISE_FROM_AT, writer.clearLength, true);
  view.setUint32(CHECKSUM_AT, contentChecksum(bytes.subarray(CHECKED_FROM)), true);
  return bytes;
}

/** Length of the part that a compressor can work on; the rest of the block is noise.
 *  @returns the whole length where the bytes are too few for a block */
export const clearLength = (block: Uint8Array): number =>
  block.length < HEADER_LENGTH
    ? block.length
    : Math.min(block.length, new DataView(block.buffer, block.byteOffset).getUint32(NOISE_FROM_AT, true));
