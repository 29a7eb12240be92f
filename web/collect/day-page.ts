import { candleFlaw, type Candle } from "../../domain/candle.ts";
import type { Fault } from "../../domain/fault.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import { fail, ok, type Result } from "../../domain/result.ts";
import { kstDayOf } from "../../domain/time.ts";
import { MINUTE_MS, SECOND_MS } from "../../domain/units.ts";
import type { CandlePage } from "../../domain/wire.ts";
import type { RelayClient } from "../relay-client.ts";
import type { PageSource } from "../store/tables.ts";

/** One KST day's closed candles, oldest first, and who gave them. */
export type DayPage = { readonly complete: boolean; readonly candles: readonly Candle[]; readonly source: PageSource };
export type AskedDay = { readonly market: MarketCode; readonly kstDay: string };

export type PagePorts = {
  readonly relay: Pick<RelayClient, "candleDay">;
  /** The same day straight from the exchange, once in ten seconds a request; null when called off. */
  exchangeDay(asked: AskedDay, signal: AbortSignal): Promise<Result<DayPage, Fault> | null>;
  /** Resolves after `ms`, or at once when the work is called off. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
};

/** Waits between tries of one page: 1, 2, 4 … 60 s, or what the relay asked for. */
const FIRST_WAIT_MS = SECOND_MS;
const LONGEST_WAIT_MS = 60 * SECOND_MS;
/** A relay that is silent so many times in a row is away; eight requests to the exchange take longer than waiting. */
const AWAY_AFTER = 3;

/** A page's candles, oldest first. Those that break the exchange's own order are left out; a page that is not the one
 *  asked for, or not in order, is no page. Rules C2, C5. */
export function candlesOfPage(page: CandlePage, asked: AskedDay): Result<Candle[], Fault> {
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

/** Fetches one page, again and again while it may be had later: from the relay, and from the exchange itself while the
 *  relay is away. Rules C5, C25.
 *  @returns null when the work was called off */
export async function fetchPage(
  ports: PagePorts,
  asked: AskedDay,
  signal: AbortSignal,
  onWait: (fault: Fault) => Promise<void> = () => Promise.resolve(),
): Promise<Result<DayPage, Fault> | null> {
  let silences = 0;
  for (let wait = FIRST_WAIT_MS; !signal.aborted; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    const page = await ports.relay.candleDay(asked.market, asked.kstDay);
    if (signal.aborted) return null;
    if (page.ok) {
      const candles = candlesOfPage(page.value, asked);
      return candles.ok ? ok({ complete: page.value.complete, candles: candles.value, source: "relay" }) : candles;
    }
    if (page.fault.kind !== "retry") return page;
    silences = page.fault.type === "offline" ? silences + 1 : 0;
    if (silences >= AWAY_AFTER) {
      const direct = await ports.exchangeDay(asked, signal);
      if (direct === null || direct.ok || direct.fault.kind !== "retry") return direct;
    }
    await onWait(page.fault);
    await ports.sleep(Math.max(wait, page.fault.retryAfterMs ?? 0), signal);
  }
  return null;
}
