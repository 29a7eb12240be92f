import Dexie from "dexie";
import { assert } from "../../../domain/assert.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import { kstDayOf, kstDayStart } from "../../../domain/time.ts";
import { DAY_MS, epochMs, type EpochMs } from "../../../domain/units.ts";
import type { ObservatorDatabase } from "../database.ts";
import type { CandleDayRow } from "../tables.ts";
import { candleTables, isWholeDay, piecesBetween, wholeDays } from "./candle-tables.ts";
import { dayStart, monthOfDay } from "./kst-calendar.ts";
import { gatherMonth } from "./gather-months.ts";
import { noLongerAwaited } from "./quarantine.ts";

/** What a retention would take away. */
export type RetentionPreview = {
  /** `YYYY-MM-DD`: this day stays, all before it go. */
  readonly firstKept: string;
  readonly dayCount: number;
  readonly rowCount: number;
  /** Of the blocks; of a month that goes in part, the share of its candles. */
  readonly bytes: number;
};

/** How many days of a market are kept, or null for all of them. */
export const readRetention = async (db: ObservatorDatabase, market: MarketCode): Promise<number | null> =>
  (await db.retentions.get(market))?.keepDays ?? null;

/** @param keepDays KST days that are over; null to keep all from now on */
export async function writeRetention(
  db: ObservatorDatabase,
  market: MarketCode,
  keepDays: number | null,
): Promise<void> {
  assert(keepDays === null || (Number.isInteger(keepDays) && keepDays >= 1), `not a number of days: ${keepDays}`);
  if (keepDays === null) await db.retentions.delete(market);
  else await db.retentions.put({ market, keepDays });
}

const firstKeptDay = (keepDays: number, marketNowMs: EpochMs): string =>
  kstDayOf(epochMs(kstDayStart(marketNowMs) - keepDays * DAY_MS));

/** What `applyRetention` would remove at this moment; removes nothing. Rule C19. */
export function previewRetention(
  db: ObservatorDatabase,
  market: MarketCode,
  { keepDays, marketNowMs }: { readonly keepDays: number; readonly marketNowMs: EpochMs },
): Promise<RetentionPreview> {
  const firstKept = firstKeptDay(keepDays, marketNowMs);
  return db.transaction("r", candleTables(db), async () => {
    const rows = (await piecesBetween(db, market, [-Infinity, Infinity]).toArray()).filter(isWholeDay);
    const gone = rows.filter(({ wholeDay }) => wholeDay < firstKept);
    const months = await db.candleMonths
      .where("[market+kstMonth]")
      .between([market, Dexie.minKey], [market, monthOfDay(firstKept)], true, true)
      .toArray();
    const candlesIn = (kstMonth: string, days: readonly CandleDayRow[]) =>
      days
        .filter(({ wholeDay, block }) => block === undefined && monthOfDay(wholeDay) === kstMonth)
        .reduce((sum, { rowCount }) => sum + rowCount, 0);
    const monthBytes = months.map(
      ({ kstMonth, block, rowCount }) => (block.length * candlesIn(kstMonth, gone)) / Math.max(1, rowCount),
    );
    return {
      firstKept,
      dayCount: gone.length,
      rowCount: gone.reduce((sum, { rowCount }) => sum + rowCount, 0),
      bytes: Math.round([...gone.map(({ block }) => block?.length ?? 0), ...monthBytes].reduce((a, b) => a + b, 0)),
    };
  });
}

/** Removes what is older than the market's retention allows, coverage and minutes of the book with it, in one step.
 *  Does nothing for a market without one. Rule C19.
 *  @returns the KST days that went */
export async function applyRetention(
  db: ObservatorDatabase,
  market: MarketCode,
  marketNowMs: EpochMs,
): Promise<string[]> {
  const keepDays = await readRetention(db, market);
  if (keepDays === null) return [];
  const firstKept = firstKeptDay(keepDays, marketNowMs);
  const kstMonth = monthOfDay(firstKept);
  const tables = [...candleTables(db), db.coverage, db.bookMinutes];
  const gone = await db.transaction("rw", tables, async () => {
    const before = <Key>(key: Key): [[MarketCode, unknown], [MarketCode, Key], boolean, boolean] => [
      [market, Dexie.minKey],
      [market, key],
      true,
      false,
    ];
    const days = (await wholeDays(db, market)).map(({ kstDay }) => kstDay).filter((kstDay) => kstDay < firstKept);
    await piecesBetween(db, market, [-Infinity, dayStart(firstKept)]).delete();
    await db.candleMonths
      .where("[market+kstMonth]")
      .between(...before(kstMonth))
      .delete();
    await db.bookMinutes
      .where("[market+openTimeMs]")
      .between(...before(dayStart(firstKept)))
      .delete();
    await db.coverage
      .where("[market+kstDay]")
      .between(...before(firstKept))
      .delete();
    await noLongerAwaited(db, market, days);
    return days;
  });
  // The month at the edge still carries the bytes of its days that went.
  if (gone.some((kstDay) => monthOfDay(kstDay) === kstMonth) && (await db.candleMonths.get([market, kstMonth])))
    await gatherMonth(db, { market, kstMonth }, marketNowMs);
  return gone;
}
