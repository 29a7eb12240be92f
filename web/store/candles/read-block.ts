import type { CandleColumns } from "../../../domain/candle.ts";
import { decodeCandles } from "../../../domain/candle-codec/decode-candles.ts";
import { fail, type Result } from "../../../domain/result.ts";
import { unpackBlock } from "./pack-block.ts";

/** A day's block as it lies in the store. */
export function readDayBlock(block: Uint8Array): Result<CandleColumns, string> {
  const columns = decodeCandles(block);
  return columns.ok ? columns : fail(columns.fault.detail);
}

/** A month's packed block. */
export async function readMonthBlock(packed: Uint8Array): Promise<Result<CandleColumns, string>> {
  const block = await unpackBlock(packed);
  return block.ok ? readDayBlock(block.value) : block;
}
