import type { CandleColumns } from "../../../domain/candle.ts";
import { decodeCandles } from "../../../domain/candle-codec/decode-candles.ts";
import { fail, type Result } from "../../../domain/result.ts";

/** A block as it lies in the store: rows come from a disk that other versions and other programs may have written. */
export function readBlock(block: Uint8Array): Result<CandleColumns, string> {
  const columns = decodeCandles(block);
  return columns.ok ? columns : fail(columns.fault.detail);
}
