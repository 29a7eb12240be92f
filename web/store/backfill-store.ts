import type { MarketCode } from "../../domain/market-code.ts";
import type { ObservatorDatabase } from "./database.ts";
import type { BackfillRow } from "./tables.ts";

/** How far a market's history has come, or null before the first try. */
export async function readBackfill(db: ObservatorDatabase, market: MarketCode): Promise<BackfillRow | null> {
  return (await db.backfills.get(market)) ?? null;
}

/** What the worker did; the user's wish stays as it is. */
export function writeBackfill(db: ObservatorDatabase, row: Omit<BackfillRow, "stopRequested">): Promise<void> {
  return db.transaction("rw", db.backfills, async () => {
    const { stopRequested = false } = (await db.backfills.get(row.market)) ?? {};
    await db.backfills.put({ ...row, stopRequested });
  });
}

/** The user's wish to stop the fetching of a market's history, or to go on with it. */
export function wishBackfill(db: ObservatorDatabase, market: MarketCode, stopRequested: boolean): Promise<void> {
  return db.transaction("rw", db.backfills, async () => {
    await db.backfills.update(market, { stopRequested });
  });
}
