import type { MarketCode } from "../../domain/market-code.ts";
import type { EpochMs } from "../../domain/units.ts";
import type { ObservatorDatabase } from "./database.ts";
import type { RepairRow } from "./tables.ts";

/** Asks for a market's days to be held against the exchange's pages; the live worker finds the row. One that runs is
 *  left alone. */
export function requestRepair(db: ObservatorDatabase, market: MarketCode, nowMs: EpochMs): Promise<void> {
  return db.transaction("rw", db.repairs, async () => {
    if ((await db.repairs.get(market))?.state === "running") return;
    await db.repairs.put({
      market,
      state: "requested",
      daysDone: 0,
      daysWanted: 0,
      filled: 0,
      corrected: 0,
      fault: null,
      updatedAtMs: nowMs,
    });
  });
}

export const readRepair = async (db: ObservatorDatabase, market: MarketCode): Promise<RepairRow | null> =>
  (await db.repairs.get(market)) ?? null;

/** Repairs that are asked for, or were under way when their worker ended. */
export const openRepairs = (db: ObservatorDatabase): Promise<RepairRow[]> =>
  db.repairs.where("state").anyOf("requested", "running").toArray();

export async function writeRepair(db: ObservatorDatabase, row: RepairRow): Promise<void> {
  await db.repairs.put(row);
}
