import { emptyColumns, type CandleColumns } from "../candle.ts";
import { fail, ok, type Result } from "../result.ts";
import { BlockReader, BrokenBlock } from "./block-reader.ts";
import { contentChecksum } from "./content-checksum.ts";
import { BLOCK_MAGIC, BLOCK_VERSION, CHECKED_FROM, CHECKSUM_AT } from "./encode-candles.ts";
import { readPrices } from "./price-columns.ts";
import { readTimes } from "./time-column.ts";
import { readValues } from "./value-column.ts";
import { readVolumes } from "./volume-column.ts";

/** Why a block was not read. `newer`: another version of the product wrote it; it is whole, this one cannot read it. */
export type BlockFault = { readonly type: "not-a-block" | "newer" | "damaged"; readonly detail: string };

/** More than thirty years of minutes: a row count above it is damage, and never a reason to fill the memory. */
const MOST_ROWS = 2 ** 24;

/** What is wrong with a block, found without decoding it; null where it is whole. Rule C17. */
export function blockFault(bytes: Uint8Array): BlockFault | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < CHECKED_FROM + 8 || view.getUint32(0, true) !== BLOCK_MAGIC)
    return { type: "not-a-block", detail: "These bytes are no block of candles." };
  if (view.getUint32(CHECKSUM_AT, true) !== contentChecksum(bytes.subarray(CHECKED_FROM)))
    return { type: "damaged", detail: "The block's checksum does not fit its content." };
  const version = view.getUint32(CHECKED_FROM, true);
  if (version !== BLOCK_VERSION)
    return { type: "newer", detail: `The block has version ${version}; this program reads ${BLOCK_VERSION}.` };
  return null;
}

/** The candles of a block. Rules C15, C17.
 *  @param into columns to fill, as long as the block is believed to be; without them each is made anew */
export function decodeCandles(bytes: Uint8Array, into?: CandleColumns): Result<CandleColumns, BlockFault> {
  const fault = blockFault(bytes);
  if (fault !== null) return fail(fault);
  try {
    return ok(readColumns(bytes, into));
  } catch (problem) {
    if (!(problem instanceof BrokenBlock)) throw problem;
    return fail({ type: "damaged", detail: `The checksum fits, but ${problem.message}.` });
  }
}

function readColumns(bytes: Uint8Array, into?: CandleColumns): CandleColumns {
  const reader = new BlockReader(bytes, CHECKED_FROM + 4);
  const count = reader.uint32();
  if (count > MOST_ROWS) throw new BrokenBlock("it claims too many rows");
  if (into && into.openTimeMs.length !== count) throw new BrokenBlock("it has another number of rows than expected");
  const columns = into ?? emptyColumns(count);
  readTimes(reader, columns.openTimeMs);
  readPrices(reader, columns);
  readVolumes(reader, columns.volume);
  readValues(reader, columns.value, columns);
  reader.end();
  return columns;
}
