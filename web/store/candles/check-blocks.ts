import { blockFault } from "../../../domain/candle-codec/decode-candles.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import type { ObservatorDatabase } from "../database.ts";
import { storageResult } from "../storage-result.ts";
import { marketRange } from "./candle-tables.ts";
import { quarantineBlock } from "./quarantine.ts";

/** Holds every block of a market against its checksum, one after another, so that damage is found before somebody needs
 *  the days. Seven megabytes a year of minutes; nothing is decoded. Rule C17. */
export async function checkBlocks(db: ObservatorDatabase, market: MarketCode): Promise<void> {
  const range = marketRange(market);
  for (const key of await db.candlePieces
    .where("[market+looseMonth]")
    .between(...range)
    .primaryKeys()) {
    const row = await db.candlePieces.get(key);
    if (row !== undefined && "block" in row && row.block)
      await quarantineIfBroken(db, market, { period: row.wholeDay, bytes: row.block });
  }
  for (const key of await db.candleMonths
    .where("[market+kstMonth]")
    .between(...range)
    .primaryKeys()) {
    const row = await db.candleMonths.get(key);
    if (row !== undefined) await quarantineIfBroken(db, market, { period: row.kstMonth, bytes: row.block });
  }
}

async function quarantineIfBroken(
  db: ObservatorDatabase,
  market: MarketCode,
  { period, bytes }: { readonly period: string; readonly bytes: Uint8Array },
): Promise<void> {
  const fault = blockFault(bytes);
  // On a full disk nothing can be set aside: the next check finds it again.
  if (fault !== null) await storageResult(() => quarantineBlock(db, { market, period, bytes, reason: fault.detail }));
}
