import Dexie from "dexie";
import type { MarketCode } from "../../domain/market-code.ts";
import { kstDayOf } from "../../domain/time.ts";
import { epochMs, type EpochMs } from "../../domain/units.ts";
import type { ObservatorDatabase } from "./database.ts";
import type { BookMinuteRow } from "./tables.ts";

/** Adds minutes of the book. A minute that is there already was gathered by this browser before a reload: the one that
 *  knew the book for longer stays. */
export function putBookMinutes(db: ObservatorDatabase, rows: readonly BookMinuteRow[]): Promise<void> {
  return db.transaction("rw", db.bookMinutes, async () => {
    const known = await db.bookMinutes.bulkGet(rows.map((row): [MarketCode, number] => [row.market, row.openTimeMs]));
    await db.bookMinutes.bulkPut(rows.filter((row, at) => row.bookKnownMs >= (known[at]?.bookKnownMs ?? 0)));
  });
}

/** Minutes of the book that begin in [fromMs, toMs), oldest first. */
export const readBookMinutes = (
  db: ObservatorDatabase,
  market: MarketCode,
  { fromMs, toMs }: { readonly fromMs: EpochMs; readonly toMs: EpochMs },
): Promise<BookMinuteRow[]> =>
  db.bookMinutes.where("[market+openTimeMs]").between([market, fromMs], [market, toMs], true, false).toArray();

/** How many minutes of the book each KST day has. What is not there is lost: it cannot be fetched afterwards. */
export type BookCoverage = { readonly kstDay: string; readonly minutes: number; readonly canBeFetched: false };

/** Oldest first; days without a minute are absent. Reads keys only. */
export async function readBookCoverage(db: ObservatorDatabase, market: MarketCode): Promise<BookCoverage[]> {
  const keys = await db.bookMinutes
    .where("[market+openTimeMs]")
    .between([market, Dexie.minKey], [market, Dexie.maxKey])
    .primaryKeys();
  const days = Map.groupBy(keys, ([, openTimeMs]) => kstDayOf(epochMs(openTimeMs)));
  return [...days].map(([kstDay, minutes]) => ({ kstDay, minutes: minutes.length, canBeFetched: false }));
}
