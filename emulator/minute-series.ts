import type { CandleColumns } from "../domain/candle.ts";

/** A run of one-minute candles, oldest first; silent minutes have no row. `value` is NaN until someone needed it: it is
 *  the sum over the minute's own trades then, and stays as a memo. `volume` is a multiple of 1e-8. */
export type MinuteBlock = { readonly fromMs: number; readonly toMs: number; readonly columns: CandleColumns };

/** All minutes of a market for ever, as a pure function of seed and tape: any block can be made again on its own. */
export type MinuteSeries = {
  /** No minute begins before this. */
  readonly firstMs: number;
  /** The block that holds `ms`, null before `firstMs`. */
  blockAt(ms: number): MinuteBlock | null;
};

/** Volumes are counted in 1e-8 of the base currency. */
export const UNITS_PER_COIN = 1e8;
export const unitsOf = (volume: number): number => Math.round(volume * UNITS_PER_COIN);

/** First row whose time is at or after `ms`. */
export function firstRowFrom(openTimeMs: Float64Array, ms: number): number {
  let low = 0;
  let high = openTimeMs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (openTimeMs[middle]! < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Rows with fromMs ≤ start < toMs, oldest first. */
export function eachMinute(
  series: MinuteSeries,
  fromMs: number,
  toMs: number,
  visit: (columns: CandleColumns, row: number) => void,
): void {
  let at = Math.max(fromMs, series.firstMs);
  while (at < toMs) {
    const block = series.blockAt(at)!;
    const { openTimeMs } = block.columns;
    for (let row = firstRowFrom(openTimeMs, at); row < openTimeMs.length && openTimeMs[row]! < toMs; row++)
      visit(block.columns, row);
    at = block.toMs;
  }
}

/** Rows that start before `beforeMs`, newest first, until `visit` answers false or the series ends. */
export function eachMinuteBack(
  series: MinuteSeries,
  beforeMs: number,
  visit: (columns: CandleColumns, row: number) => boolean,
): void {
  let before = beforeMs;
  for (;;) {
    const block = series.blockAt(before - 1);
    if (!block) return;
    for (let row = firstRowFrom(block.columns.openTimeMs, before) - 1; row >= 0; row--)
      if (!visit(block.columns, row)) return;
    before = block.fromMs;
  }
}

/** One series up to `second.firstMs`, another from there on. */
export function joinSeries(first: MinuteSeries, second: MinuteSeries): MinuteSeries {
  return {
    firstMs: first.firstMs,
    blockAt: (ms) => (ms < second.firstMs ? first.blockAt(ms) : second.blockAt(ms)),
  };
}
