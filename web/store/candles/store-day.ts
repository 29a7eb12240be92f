import type { CandleColumns } from "../../../domain/candle.ts";
import { encodeCandles } from "../../../domain/candle-codec/encode-candles.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import type { EpochMs } from "../../../domain/units.ts";
import type { ObservatorDatabase } from "../database.ts";
import { piecesOfDays, wholeDay, wholeDays } from "./candle-tables.ts";
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
  return db.transaction("rw", db.candlePieces, db.damagedBlocks, async () => {
    if ((await wholeDay(db, market, kstDay)) !== null) return;
    await Promise.all([
      piecesOfDays(db, market, [kstDay, kstDay]).delete(),
      db.candlePieces.add({
        market,
        fromMs: dayStart(kstDay),
        wholeDay: kstDay,
        rowCount: columns.openTimeMs.length,
        block: encodeCandles(columns),
        looseMonth: monthOfDay(kstDay),
        storedAtMs,
      }),
      noLongerAwaited(db, market, [kstDay]),
    ]);
  });
}

/** Takes a whole day out, so that a better one can be put in its place. What its month's block holds of it counts no
 *  more, and goes when the month is next gathered. */
export async function removeDay(db: ObservatorDatabase, market: MarketCode, kstDay: string): Promise<void> {
  const row = await wholeDay(db, market, kstDay);
  if (row !== null) await db.candlePieces.delete([market, row.fromMs]);
}

/** KST days stored as a whole, oldest first. Reads keys only. */
export async function storedDays(db: ObservatorDatabase, market: MarketCode): Promise<string[]> {
  return (await wholeDays(db, market)).map(({ kstDay }) => kstDay);
}
