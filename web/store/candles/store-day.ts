import type { CandleColumns } from "../../../domain/candle.ts";
import { encodeCandles } from "../../../domain/candle-codec/encode-candles.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import type { EpochMs } from "../../../domain/units.ts";
import type { ObservatorDatabase } from "../database.ts";
import { marketRange } from "./candle-tables.ts";
import { hoursOfDays } from "./candle-tail.ts";
import { dayStart, monthOfDay } from "./kst-calendar.ts";
import { noLongerAwaited } from "./quarantine.ts";

export type StoredDay = { readonly market: MarketCode; readonly kstDay: string; readonly columns: CandleColumns };

/** Puts a finished day away as a block and takes its candles out of the tail, in one step: all of it or nothing. A day
 *  that is stored already is left as it is. Joins a transaction over `candleTables` that is under way. Rules C6, C16. */
export function storeDay(
  db: ObservatorDatabase,
  { market, kstDay, columns }: StoredDay,
  storedAtMs: EpochMs,
): Promise<void> {
  dayStart(kstDay);
  const row = { market, kstDay, rowCount: columns.openTimeMs.length, storedAtMs };
  return db.transaction("rw", db.candleDays, db.candleHours, db.damagedBlocks, async () => {
    const known = await db.candleDays.where("[market+kstDay]").equals([market, kstDay]).count();
    if (known === 0) await db.candleDays.add({ ...row, block: encodeCandles(columns), looseMonth: monthOfDay(kstDay) });
    await hoursOfDays(db, market, [kstDay, kstDay]).delete();
    await noLongerAwaited(db, market, [kstDay]);
  });
}

/** Takes a whole day out, so that a better one can be put in its place. What its month's block holds of it counts no
 *  more, and goes when the month is next gathered. */
export async function removeDay(db: ObservatorDatabase, market: MarketCode, kstDay: string): Promise<void> {
  await db.candleDays.delete([market, kstDay]);
}

/** KST days stored as a whole, oldest first. Reads keys only. */
export async function storedDays(db: ObservatorDatabase, market: MarketCode): Promise<string[]> {
  const keys = await db.candleDays
    .where("[market+kstDay]")
    .between(...marketRange(market))
    .primaryKeys();
  return keys.map(([, kstDay]) => kstDay);
}
