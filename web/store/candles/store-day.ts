import type { CandleColumns } from "../../../domain/candle.ts";
import { encodeCandles } from "../../../domain/candle-codec/encode-candles.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import { kstDayOf } from "../../../domain/time.ts";
import { epochMs, type EpochMs } from "../../../domain/units.ts";
import type { ObservatorDatabase } from "../database.ts";
import { marketRange, piecesOfDays, wholeDay } from "./candle-tables.ts";
import { dayStart, monthOfDay } from "./kst-calendar.ts";
import { noLongerAwaited } from "./quarantine.ts";

export type StoredDay = { readonly market: MarketCode; readonly kstDay: string; readonly columns: CandleColumns };

/** Puts a finished day away as a block and takes its candles out of the tail, in one step: all of it or nothing. A day
 *  that is stored already is left as it is. Joins a transaction over `candleTables` that is under way. Rules C6, C16. */
export const storeDay = (db: ObservatorDatabase, { market, ...day }: StoredDay, storedAtMs: EpochMs): Promise<void> =>
  storeLoose(db, market, [day], storedAtMs);

/** The same for many days, in one step. */
export async function storeLoose(
  db: ObservatorDatabase,
  market: MarketCode,
  days: readonly Omit<StoredDay, "market">[],
  storedAtMs: EpochMs,
): Promise<void> {
  if (days.length === 0) return;
  await db.transaction("rw", db.candlePieces, db.damagedBlocks, async () => {
    const rows = await Promise.all(days.map(({ kstDay }) => wholeDay(db, market, kstDay)));
    const fresh = days.filter((_, at) => rows[at] === null);
    await Promise.all(fresh.map(({ kstDay }) => piecesOfDays(db, market, [kstDay, kstDay]).delete()));
    await Promise.all([
      db.candlePieces.bulkAdd(
        fresh.map(({ kstDay, columns }) => ({
          market,
          fromMs: dayStart(kstDay),
          wholeDay: kstDay,
          rowCount: columns.openTimeMs.length,
          block: encodeCandles(columns),
          looseMonth: monthOfDay(kstDay),
          storedAtMs,
        })),
      ),
      noLongerAwaited(
        db,
        market,
        fresh.map(({ kstDay }) => kstDay),
      ),
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
  const keys = await db.candlePieces
    .where("[market+wholeDay+rowCount]")
    .between(...marketRange(market))
    .primaryKeys();
  return keys.map(([, fromMs]) => kstDayOf(epochMs(fromMs)));
}
