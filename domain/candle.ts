import type { EpochMs } from "./units.ts";
import { assert } from "./assert.ts";

/** One candle. Prices in the quote currency, `volume` in the base currency, `value` = Σ price × volume in the quote
 *  currency, null where the source did not keep it. Statistics, not money: floats on purpose (house rule 5). */
export type Candle = {
  readonly openTimeMs: EpochMs;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly value: number | null;
};

/** The same candles by column, oldest first, all columns of one length. `value` holds NaN where it is not known. */
export type CandleColumns = {
  readonly openTimeMs: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  readonly value: Float64Array;
};
export const CANDLE_COLUMNS = ["openTimeMs", "open", "high", "low", "close", "volume", "value"] as const;

export function emptyColumns(length: number): CandleColumns {
  const column = () => new Float64Array(length);
  return {
    openTimeMs: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
    value: column(),
  };
}

export function columnsOf(candles: readonly Candle[]): CandleColumns {
  const columns = emptyColumns(candles.length);
  candles.forEach((candle, row) => {
    for (const name of CANDLE_COLUMNS) columns[name][row] = candle[name] ?? NaN;
  });
  return columns;
}

export function candleAt(columns: CandleColumns, row: number): Candle {
  assert(row >= 0 && row < columns.openTimeMs.length, `row ${row} of ${columns.openTimeMs.length}`);
  const value = columns.value[row]!;
  return {
    openTimeMs: columns.openTimeMs[row]! as EpochMs,
    open: columns.open[row]!,
    high: columns.high[row]!,
    low: columns.low[row]!,
    close: columns.close[row]!,
    volume: columns.volume[row]!,
    value: Number.isNaN(value) ? null : value,
  };
}

/** What is wrong with a candle, or null. Source: data README, "Checked in every CSV". Rule C2. */
export function candleFlaw(candle: Candle, intervalMs: number): string | null {
  const { openTimeMs, open, high, low, close, volume, value } = candle;
  // Not finite anywhere makes the sum not finite, but for sums beyond the largest double, which no market knows.
  if (!Number.isFinite(openTimeMs + open + high + low + close + volume)) return "a field is not a finite number";
  if (openTimeMs % intervalMs !== 0) return "the start is not on the interval's grid";
  if (low <= 0) return "a price is not above zero";
  if (low > Math.min(open, close) || high < Math.max(open, close)) return "high and low do not enclose open and close";
  if (volume < 0 || (value !== null && !(value >= 0))) return "volume or value is below zero";
  return null;
}
