import type { MarketCode } from "../../domain/market-code.ts";
import type { ObservatorDatabase } from "./database.ts";
import type { BackfillRow } from "./tables.ts";

/** How far a market's history has come, or null before the first try. */
export async function readBackfill(db: ObservatorDatabase, market: MarketCode): Promise<BackfillRow | null> {
  return (await db.backfills.get(market)) ?? null;
}

export async function writeBackfill(db: ObservatorDatabase, row: BackfillRow): Promise<void> {
  await db.backfills.put(row);
}
