import type { Fault } from "../../domain/fault.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import { awaitedDays, gatherMonths, storedDays } from "../store/candle-store.ts";
import { kstDaySpan, readCoverage } from "../store/coverage-store.ts";
import type { ObservatorDatabase } from "../store/database.ts";
import { writeRepair } from "../store/repair-store.ts";
import { storageResult } from "../store/storage-result.ts";
import type { RepairRow } from "../store/tables.ts";
import type { BackfillPorts } from "./backfill.ts";
import { fetchPage } from "./day-page.ts";
import { settleDay } from "./settle-day.ts";

/** Days that no page of the exchange has confirmed to their end, oldest first: imported ones, those that were followed
 *  or fetched in part, and those lost with a damaged block. A sealed day is none of them. Rule C24. */
export async function doubtfulDays(db: ObservatorDatabase, market: MarketCode): Promise<string[]> {
  const known = new Map((await readCoverage(db, market)).map((row) => [row.kstDay, row]));
  const days = new Set([...(await storedDays(db, market)), ...(await awaitedDays(db, market)), ...known.keys()]);
  return [...days]
    .filter((kstDay) => {
      const row = known.get(kstDay);
      return row === undefined || (row.seal === null && row.confirmedToMs < kstDaySpan(kstDay).toMs);
    })
    .toSorted();
}

/** Holds every doubtful day against the exchange's page and takes over what differs, counted. Each day is finished by
 *  itself, so that a reload goes on with those that are left. Rules C23, C24. */
export async function repairMarket(ports: BackfillPorts, market: MarketCode, signal: AbortSignal): Promise<void> {
  const days = await doubtfulDays(ports.db, market);
  const counts = { daysDone: 0, filled: 0, corrected: 0 };
  const report = (state: RepairRow["state"], fault: Fault | null = null): Promise<void> =>
    signal.aborted
      ? Promise.resolve()
      : writeRepair(ports.db, {
          market,
          state,
          ...counts,
          daysWanted: days.length,
          fault: fault?.type ?? null,
          updatedAtMs: ports.wallNow(),
        });
  await report("running");
  for (const kstDay of days) {
    const asked = { market, kstDay };
    const page = await fetchPage(ports, asked, signal, (fault) => report("running", fault));
    if (page === null) return;
    if (!page.ok) return report("stopped", page.fault);
    const settled = await storageResult(() => settleDay(ports, asked, page.value));
    if (!settled.ok) return report("stopped", settled.fault);
    const difference = settled.value;
    counts.daysDone += 1;
    counts.filled += difference.missing;
    counts.corrected += difference.corrected;
    await report("running");
  }
  await storageResult(() => gatherMonths(ports.db, market, ports.wallNow()));
  await report("done");
}
