import type { Candle, CandleColumns } from "../../../domain/candle.ts";
import { deriveCandles } from "../../../domain/derive-candles.ts";
import { intervalStart } from "../../../domain/time.ts";
import { epochMs, type EpochMs } from "../../../domain/units.ts";

/** One bar of the chart; a statistic on screen, nothing is traded by it. */
export type Bar = {
  readonly openTimeMs: EpochMs;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
};

const merged = (bar: Bar, next: Omit<Bar, "openTimeMs" | "open">): Bar => ({
  openTimeMs: bar.openTimeMs,
  open: bar.open,
  high: Math.max(bar.high, next.high),
  low: Math.min(bar.low, next.low),
  close: next.close,
  volume: bar.volume + next.volume,
});

/** Closed one-minute candles as bars of `intervalMs`, oldest first; the last one may still be growing.
 *  @param columns oldest first */
export function barsOf(columns: CandleColumns, intervalMs: number): Bar[] {
  const { openTimeMs, open, high, low, close, volume } = deriveCandles(columns, intervalMs);
  return Array.from(openTimeMs, (time, row) => ({
    openTimeMs: epochMs(time),
    open: open[row]!,
    high: high[row]!,
    low: low[row]!,
    close: close[row]!,
    volume: volume[row]!,
  }));
}

/** The minute that is not over as the collector knows it, or null where it knows none later than the last closed one. */
export const runningBar = (lastClosed: Bar, running: Candle | null): Bar | null =>
  running !== null && running.openTimeMs > lastClosed.openTimeMs ? running : null;

/** The bar a new price belongs to: the last one grown by it, a new one, or null for a price older than the last bar.
 *  A new bar opens at the price first seen; the closed candle replaces it. */
export function grownBar(last: Bar | null, atMs: EpochMs, price: number, intervalMs: number): Bar | null {
  const openTimeMs = intervalStart(atMs, intervalMs);
  if (last !== null && openTimeMs < last.openTimeMs) return null;
  if (last?.openTimeMs === openTimeMs) return merged(last, { high: price, low: price, close: price, volume: 0 });
  return { openTimeMs, open: price, high: price, low: price, close: price, volume: 0 };
}
