import type { Candle } from "../../domain/candle.ts";
import type { Fault } from "../../domain/fault.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import { ok, type Result } from "../../domain/result.ts";
import { kstDayOf, kstDayStart } from "../../domain/time.ts";
import { DAY_MS, epochMs, MINUTE_MS, type EpochMs } from "../../domain/units.ts";
import { readBackfill, writeBackfill } from "../store/backfill-store.ts";
import { applyRetention, checkBlocks, gatherMonths, readRetention, storedDays } from "../store/candle-store.ts";
import { readCoverage } from "../store/coverage-store.ts";
import type { ObservatorDatabase } from "../store/database.ts";
import { storageResult } from "../store/storage-result.ts";
import type { BackfillRow, PageSource } from "../store/tables.ts";
import { fetchPage, type PagePorts } from "./day-page.ts";
import { settleDay } from "./settle-day.ts";

/** What fetching history needs of the world. */
export type BackfillPorts = PagePorts & {
  readonly db: ObservatorDatabase;
  marketNow(): EpochMs;
  wallNow(): EpochMs;
};

/** The rate is that of the last pages: the first of a run come from a cache more often. */
const RATE_PAGES = 20;

/** Brings today's closed candles into the tail; what the page says of a minute replaces what was followed live. Called
 *  at the start and wherever frames may have been missed. Rule C5.
 *  @returns the newest candle of the page, or null within where it holds none; null when the work was called off */
export async function fillOpenDay(
  ports: BackfillPorts,
  market: MarketCode,
  signal: AbortSignal,
  onWait?: (fault: Fault) => Promise<void>,
): Promise<Result<Candle | null, Fault> | null> {
  const asked = { market, kstDay: kstDayOf(ports.marketNow()) };
  const page = await fetchPage(ports, asked, signal, onWait);
  if (page === null || !page.ok) return page;
  const settled = await storageResult(() => settleDay(ports, asked, page.value));
  return settled.ok ? ok(page.value.candles.at(-1) ?? null) : settled;
}

/** KST days before the open one, newest first.
 *  @param count at most so many */
export function daysBefore(marketNowMs: EpochMs, count: number): string[] {
  const today = kstDayStart(marketNowMs);
  return Array.from({ length: count }, (_, back) => kstDayOf(epochMs(today - (back + 1) * DAY_MS)));
}

/** Tells why a market's history has not begun: its open day comes first, and cannot be had at the moment. */
export async function tellHistoryWaits(
  ports: BackfillPorts,
  market: MarketCode,
  historyDays: number,
  fault: Fault,
): Promise<void> {
  const wanted = daysBefore(ports.marketNow(), historyDays);
  const stored = new Set(await storedDays(ports.db, market));
  const done = wanted.filter((kstDay) => stored.has(kstDay)).length;
  const progress = new Progress(ports, market, { wanted: wanted.length, done });
  await storageResult(() => progress.write("waiting", fault));
}

/** Tells how a run of pages is coming along. */
class Progress {
  readonly #ports: BackfillPorts;
  readonly #market: MarketCode;
  readonly #wanted: number;
  #done: number;
  #cameAtMs: number[];
  via: PageSource | null = null;

  constructor(ports: BackfillPorts, market: MarketCode, days: { readonly wanted: number; readonly done: number }) {
    this.#ports = ports;
    this.#market = market;
    this.#wanted = days.wanted;
    this.#done = days.done;
    this.#cameAtMs = [ports.wallNow()];
  }

  pageCame(complete: boolean, via: PageSource): void {
    if (complete) this.#done += 1;
    this.via = via;
    this.#cameAtMs = [...this.#cameAtMs, this.#ports.wallNow()].slice(-RATE_PAGES - 1);
  }

  allDone(): boolean {
    return this.#done === this.#wanted;
  }

  write(state: BackfillRow["state"], fault: Fault | null = null): Promise<void> {
    const tookMs = this.#cameAtMs.at(-1)! - this.#cameAtMs[0]!;
    const daysPerMinute = tookMs > 0 ? ((this.#cameAtMs.length - 1) * MINUTE_MS) / tookMs : null;
    const left = this.#wanted - this.#done;
    return writeBackfill(this.#ports.db, {
      market: this.#market,
      state,
      daysDone: this.#done,
      daysWanted: this.#wanted,
      fault: fault?.type ?? null,
      updatedAtMs: this.#ports.wallNow(),
      daysPerMinute,
      etaMs: daysPerMinute === null ? null : Math.round((left / daysPerMinute) * MINUTE_MS),
      via: this.via,
    });
  }
}

/** Finished days that were followed or fetched in part and are not sealed, newest first: however long the app was closed,
 *  they are put away at its next start. Rule C23. */
async function unsealedDays(ports: BackfillPorts, market: MarketCode): Promise<string[]> {
  const today = kstDayOf(ports.marketNow());
  const rows = await readCoverage(ports.db, market);
  return rows
    .filter((row) => row.seal === null && row.kstDay < today)
    .map((row) => row.kstDay)
    .toReversed();
}

/** Fetches the finished days that are missing, newest first, each stored as soon as it is there: what is stored is the
 *  whole memory of how far it came, so that a reload goes on. A stop by the user holds before the next page; days that
 *  were followed are sealed all the same. Reaches no further back than the market's retention, which is applied first;
 *  days in a damaged block are missing too. Rules C5, C17, C19, C23. */
export async function fillHistory(
  ports: BackfillPorts,
  market: MarketCode,
  historyDays: number,
  signal: AbortSignal,
): Promise<void> {
  await applyRetention(ports.db, market, ports.marketNow());
  await checkBlocks(ports.db, market);
  const mostDays = Math.min(historyDays, (await readRetention(ports.db, market)) ?? historyDays);
  const begun = await unsealedDays(ports, market);
  const wanted = [...new Set([...daysBefore(ports.marketNow(), mostDays), ...begun])];
  const stored = new Set(await storedDays(ports.db, market));
  const done = wanted.filter((kstDay) => stored.has(kstDay)).length;
  const progress = new Progress(ports, market, { wanted: wanted.length, done });
  // On a full disk not even the progress can be written; the screens see the disk itself.
  const report = async (state: BackfillRow["state"], fault: Fault | null = null): Promise<void> => {
    if (!signal.aborted) await storageResult(() => progress.write(state, fault));
  };

  let stopped = false;
  await report("running");
  for (const kstDay of wanted.filter((day) => !stored.has(day))) {
    stopped = (await readBackfill(ports.db, market))?.stopRequested ?? false;
    if (stopped && !begun.includes(kstDay)) continue;
    const asked = { market, kstDay };
    const page = await fetchPage(ports, asked, signal, (fault) => report("waiting", fault));
    if (page === null) return;
    if (!page.ok) return report("stopped", page.fault);
    const settled = await storageResult(async () => {
      await settleDay(ports, asked, page.value);
      await gatherMonths(ports.db, market, ports.wallNow());
    });
    if (!settled.ok) return report("stopped", settled.fault);
    progress.pageCame(page.value.complete, page.value.source);
    await report("running");
  }
  await report(progress.allDone() ? "done" : stopped ? "stopped" : "waiting");
}
