import { encodeCandles } from "../../domain/candle-codec/encode-candles.ts";
import { columnsOf } from "../../domain/candle.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import { ok, type Result } from "../../domain/result.ts";
import { intervalStart, parseKstDay } from "../../domain/time.ts";
import { DAY_MS, epochMs, MINUTE_MS } from "../../domain/units.ts";
import type { Bytes } from "../bytes.ts";
import { marketNow } from "../clock.ts";
import { refuse, type RelayFault } from "../faults.ts";
import type { Relay } from "../relay.ts";
import { minuteCandles } from "./candle-day.ts";
import { audienceTurn, type Audience } from "./market-access.ts";
import { openDayCandles } from "./open-day.ts";
import { together } from "./together.ts";

/** A last trade may reach the exchange's store a moment after its minute is over (upbit-api 6.7). */
const SETTLED_MS = MINUTE_MS;
/** A finished day never changes; a year is the longest that a cache keeps anything. */
const FOR_EVER_MS = 365 * DAY_MS;

/** A block of candles: what is kept and sent, so that a finished day is the same to the byte. */
export type DayPage = { readonly complete: boolean; readonly block: Bytes };

/** One KST day of a market. The running minute is never in it; a day that is over is complete once it has settled, and
 *  then never changes: it is fetched anew as a whole, kept for good and never fetched again. Rule X12.
 *  @param audienceNow  for whom the exchange would be asked; members do not wait for visitors */
export async function candlePage(
  relay: Relay,
  { market, kstDay }: { readonly market: MarketCode; readonly kstDay: string },
  audienceNow: () => Promise<Audience>,
): Promise<Result<DayPage, RelayFault>> {
  const start = parseKstDay(kstDay);
  if (!start.ok) return refuse("bad-input", "Not a day.", "kstDay");
  const now = await marketNow(relay);
  if (!now.ok) return now;
  if (start.value > now.value) return refuse("bad-input", "The day has not begun.", "kstDay");
  const endMs = start.value + DAY_MS;
  const complete = now.value >= endMs + SETTLED_MS;
  const { pageCache, waitUntil } = relay.outside;
  const name = `${relay.settings.exchangeUrl} ${market} 1m ${kstDay}`;
  const kept = complete ? await pageCache?.get(name) : null;
  if (kept) return ok({ complete, block: kept });
  const audience = await audienceNow();
  const range = { fromMs: start.value, beforeMs: epochMs(Math.min(endMs, intervalStart(now.value, MINUTE_MS))) };
  return together(relay, `${name} ${range.beforeMs} ${complete} ${audience}`, async () => {
    const turn = await audienceTurn(relay, audience, "candle");
    if (!turn.ok) return turn;
    const candles = await (complete ? minuteCandles(relay, market, range) : openDayCandles(relay, market, range));
    if (!candles.ok) return candles;
    const block = encodeCandles(columnsOf(candles.value));
    if (complete && pageCache) waitUntil(pageCache.put(name, block, FOR_EVER_MS));
    return ok({ complete, block });
  });
}
