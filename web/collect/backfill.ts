import { candleFlaw, columnsOf, type Candle, type CandleColumns } from "../../domain/candle.ts";
import type { Fault } from "../../domain/fault.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import { fail, ok, type Result } from "../../domain/result.ts";
import { kstDayOf, kstDayStart } from "../../domain/time.ts";
import { DAY_MS, epochMs, MINUTE_MS, SECOND_MS, type EpochMs } from "../../domain/units.ts";
import type { CandlePage } from "../../domain/wire.ts";
import type { RelayClient } from "../relay-client.ts";
import { writeBackfill } from "../store/backfill-store.ts";
import { putTail, storeDay, storedDays } from "../store/candle-store.ts";
import type { ObservatorDatabase } from "../store/database.ts";
import type { BackfillRow } from "../store/tables.ts";

/** What fetching history needs of the world. */
export type BackfillPorts = {
  readonly db: ObservatorDatabase;
  readonly relay: Pick<RelayClient, "candleDay">;
  marketNow(): EpochMs;
  wallNow(): EpochMs;
  /** Resolves after `ms`, or at once when the work is called off. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
};

/** Waits between tries of one page: 1, 2, 4 … 60 s, or what the relay asked for. */
const FIRST_WAIT_MS = SECOND_MS;
const LONGEST_WAIT_MS = 60 * SECOND_MS;

/** A page's candles, oldest first. Those that break the exchange's own order are left out; a page that is not the one
 *  asked for, or not in order, is no page. Rules C2, C5. */
export function candlesOfPage(
  page: CandlePage,
  asked: { readonly market: MarketCode; readonly kstDay: string },
): Result<Candle[], Fault> {
  const unreadable = (detail: string) =>
    fail<Fault>({ type: "exchange-answer-unreadable", kind: "refuse", detail: `${detail} (${asked.kstDay})` });
  if (page.market !== asked.market || page.kstDay !== asked.kstDay) return unreadable("Another page was answered");
  const candles: Candle[] = [];
  let before = -Infinity;
  for (const [row, openTimeMs] of page.openTimeMs.entries()) {
    if (openTimeMs <= before || kstDayOf(openTimeMs) !== asked.kstDay)
      return unreadable("Candles out of order or of another day");
    before = openTimeMs;
    const candle: Candle = {
      openTimeMs,
      open: page.open[row]!,
      high: page.high[row]!,
      low: page.low[row]!,
      close: page.close[row]!,
      volume: page.volume[row]!,
      value: page.value[row]!,
    };
    if (candleFlaw(candle, MINUTE_MS) === null) candles.push(candle);
  }
  return ok(candles);
}

/** Fetches one page, again and again while the relay says that it may be had later.
 *  @returns null when the work was called off */
async function fetchPage(
  ports: BackfillPorts,
  asked: { readonly market: MarketCode; readonly kstDay: string },
  signal: AbortSignal,
  onWait: (fault: Fault) => Promise<void>,
): Promise<Result<{ readonly complete: boolean; readonly candles: Candle[] }, Fault> | null> {
  for (let wait = FIRST_WAIT_MS; !signal.aborted; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    const page = await ports.relay.candleDay(asked.market, asked.kstDay);
    if (signal.aborted) return null;
    if (page.ok) {
      const candles = candlesOfPage(page.value, asked);
      return candles.ok ? ok({ complete: page.value.complete, candles: candles.value }) : candles;
    }
    if (page.fault.kind !== "retry") return page;
    await onWait(page.fault);
    await ports.sleep(Math.max(wait, page.fault.retryAfterMs ?? 0), signal);
  }
  return null;
}

/** Brings today's closed candles into the tail; what the page says of a minute replaces what was followed live. Called
 *  at the start and wherever frames may have been missed. Rule C5.
 *  @returns the newest candle of the page, or null within where it holds none; null when the work was called off */
export async function fillOpenDay(
  ports: BackfillPorts,
  market: MarketCode,
  signal: AbortSignal,
): Promise<Result<Candle | null, Fault> | null> {
  const asked = { market, kstDay: kstDayOf(ports.marketNow()) };
  const page = await fetchPage(ports, asked, signal, () => Promise.resolve());
  if (page === null || !page.ok) return page;
  await putTail(ports.db, market, page.value.candles);
  return ok(page.value.candles.at(-1) ?? null);
}

/** KST days before the open one, newest first.
 *  @param count at most so many */
export function daysBefore(marketNowMs: EpochMs, count: number): string[] {
  const today = kstDayStart(marketNowMs);
  return Array.from({ length: count }, (_, back) => kstDayOf(epochMs(today - (back + 1) * DAY_MS)));
}

/** Fetches the finished days that are missing, newest first, each stored as soon as it is there: what is stored is the
 *  whole memory of how far it came, so that a reload goes on. Rule C5. */
export async function fillHistory(
  ports: BackfillPorts,
  market: MarketCode,
  historyDays: number,
  signal: AbortSignal,
): Promise<void> {
  const wanted = daysBefore(ports.marketNow(), historyDays);
  const stored = new Set(await storedDays(ports.db, market));
  let daysDone = wanted.filter((kstDay) => stored.has(kstDay)).length;
  const report = (state: BackfillRow["state"], fault: Fault | null = null): Promise<void> =>
    signal.aborted
      ? Promise.resolve()
      : writeBackfill(ports.db, {
          market,
          state,
          daysDone,
          daysWanted: wanted.length,
          fault: fault?.type ?? null,
          updatedAtMs: ports.wallNow(),
        });

  await report("running");
  for (const kstDay of wanted.filter((day) => !stored.has(day))) {
    const asked = { market, kstDay };
    const page = await fetchPage(ports, asked, signal, (fault) => report("waiting", fault));
    if (page === null) return;
    if (!page.ok) return report("stopped", page.fault);
    await keep(ports, asked, page.value);
    if (page.value.complete) daysDone += 1;
    await report("running");
  }
  await report(daysDone === wanted.length ? "done" : "waiting");
}

/** A day that has just ended may not be complete yet: until it is, its candles stay in the tail. */
async function keep(
  ports: BackfillPorts,
  asked: { readonly market: MarketCode; readonly kstDay: string },
  page: { readonly complete: boolean; readonly candles: Candle[] },
): Promise<void> {
  const columns: CandleColumns = columnsOf(page.candles);
  if (page.complete) await storeDay(ports.db, { ...asked, columns }, ports.wallNow());
  else await putTail(ports.db, asked.market, page.candles);
}
