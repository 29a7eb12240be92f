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

/** Candles of any interval and market as one block of byte planes, each plane in the shortest of three forms.
 *  The same candles always give the same bytes, so a hash of the block is a hash of its content. Every double
 *  comes back as it was; a column that is on no decimal grid is kept as doubles. Rule C15.
 *
 *  Layout, little endian: magic uint32, XXH32 of all that follows, version uint32, row count uint32;
 *  then times, prices, volumes, values, each a mode byte and what the mode needs (see the file of each column). */
export function encodeCandles(columns: CandleColumns): Uint8Array<ArrayBuffer> {
  const writer = new BlockWriter(1024 + 16 * columns.openTimeMs.length);
  for (const word of [BLOCK_MAGIC, 0, BLOCK_VERSION, columns.openTimeMs.length]) writer.uint32(word);
  writeTimes(writer, columns.openTimeMs);
  writePrices(writer, columns);
  writeVolumes(writer, columns.volume);
  writeValues(writer, columns.value, columns);
  const bytes = writer.taken();
  new DataView(bytes.buffer).setUint32(CHECKSUM_AT, contentChecksum(bytes.subarray(CHECKED_FROM)), true);
  return bytes;
}
