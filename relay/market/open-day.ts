import type { Candle } from "../../domain/candle.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import { ok, type Result } from "../../domain/result.ts";
import { epochMs, MINUTE_MS, SECOND_MS, type EpochMs } from "../../domain/units.ts";
import type { RelayFault } from "../faults.ts";
import type { Relay } from "../relay.ts";
import { minuteCandles } from "./candle-day.ts";

/** What this isolate knows of a day that is not over. */
export type OpenDay = {
  readonly fromMs: EpochMs;
  readonly beforeMs: EpochMs;
  readonly candles: readonly Candle[];
  readonly askedWallMs: EpochMs;
};

/** Asked for again after this long: the last minute may still have been settling. */
const LIFE_MS = 5 * SECOND_MS;
/** Minutes asked for again behind what is known; older ones have long settled. */
const OVERLAP_MS = 5 * MINUTE_MS;
/** Days remembered, 150 KB each; then all begin anew. */
const MOST_DAYS = 64;

/** Candles of a day so far, oldest first: only what is new is asked for, so that a day of many looks costs one question
 *  a look and not one for every two hundred minutes. */
export async function openDayCandles(
  relay: Relay,
  market: MarketCode,
  range: { readonly fromMs: EpochMs; readonly beforeMs: EpochMs },
): Promise<Result<readonly Candle[], RelayFault>> {
  const { memory, outside } = relay;
  const known = memory.openDays.get(market);
  const useful = known && known.fromMs === range.fromMs && known.beforeMs <= range.beforeMs ? known : null;
  if (useful?.beforeMs === range.beforeMs && outside.wallNow() - useful.askedWallMs < LIFE_MS)
    return ok(useful.candles);
  const fromMs = epochMs(Math.max(range.fromMs, (useful?.beforeMs ?? 0) - OVERLAP_MS));
  const newer = await minuteCandles(relay, market, { fromMs, beforeMs: range.beforeMs });
  if (!newer.ok) return newer;
  const settled = useful?.candles.filter((candle) => candle.openTimeMs < fromMs) ?? [];
  const candles = [...settled, ...newer.value];
  if (memory.openDays.size >= MOST_DAYS) memory.openDays.clear();
  memory.openDays.set(market, { ...range, candles, askedWallMs: outside.wallNow() });
  return ok(candles);
}
