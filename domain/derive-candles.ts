import { assert } from "./assert.ts";
import { CANDLE_COLUMNS, emptyColumns, type CandleColumns } from "./candle.ts";
import { DAY_MS, epochMs, MINUTE_MS } from "./units.ts";
import { intervalStart } from "./time.ts";

/** Widths that are made of minutes; the day is the exchange's own, from 09:00 KST. Source: upbit-api 3.2, 7. */
export const DERIVED_INTERVALS_MS = [3, 5, 15, 60, 240].map((minutes) => minutes * MINUTE_MS).concat(DAY_MS);

/** One-minute candles gathered into candles of `intervalMs`, counted from 00:00 UTC as the exchange counts. Prices are
 *  those of the minutes to the bit; volume and value are sums, value unknown where that of one minute is. An interval
 *  without a minute is absent; the first and the last are as whole as the minutes given. Rule C20.
 *  @param minutes oldest first
 *  @returns oldest first
 *  @throws AssertionError when `intervalMs` is not made of whole minutes */
export function deriveCandles(minutes: CandleColumns, intervalMs: number): CandleColumns {
  assert(intervalMs >= MINUTE_MS && intervalMs % MINUTE_MS === 0, `${intervalMs} ms are no whole minutes`);
  const derived = emptyColumns(minutes.openTimeMs.length);
  let count = 0;
  let openTimeMs = -Infinity;
  for (let row = 0; row < minutes.openTimeMs.length; row += 1) {
    const start = intervalStart(epochMs(minutes.openTimeMs[row]!), intervalMs);
    if (start === openTimeMs) grow(derived, count - 1, minutes, row);
    else {
      for (const name of CANDLE_COLUMNS) derived[name][count] = minutes[name][row]!;
      derived.openTimeMs[count] = openTimeMs = start;
      count += 1;
    }
  }
  for (const name of CANDLE_COLUMNS) (derived as Record<string, Float64Array>)[name] = derived[name].slice(0, count);
  return derived;
}

function grow(derived: CandleColumns, at: number, minutes: CandleColumns, row: number): void {
  derived.high[at] = Math.max(derived.high[at]!, minutes.high[row]!);
  derived.low[at] = Math.min(derived.low[at]!, minutes.low[row]!);
  derived.close[at] = minutes.close[row]!;
  derived.volume[at]! += minutes.volume[row]!;
  derived.value[at]! += minutes.value[row]!;
}
