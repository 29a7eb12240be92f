import { candleFlaw, type Candle } from "./candle.ts";
import { fail, ok, type Result } from "./result.ts";
import { parseInstant } from "./time.ts";
import { MINUTE_MS } from "./units.ts";
import type { UpbitCandle } from "./upbit.ts";

/** A one-minute candle out of a row or a frame, which spell it alike; a fault is what is wrong with it.
 *  Source: upbit-api 3.2, 6.7. Rules C1, C2. */
export function minuteOfUpbit(fields: Omit<UpbitCandle, "market" | "timestamp">): Result<Candle, string> {
  const openTimeMs = parseInstant(fields.candle_date_time_utc);
  if (!openTimeMs.ok) return fail("the start is not a time");
  const candle: Candle = {
    openTimeMs: openTimeMs.value,
    open: fields.opening_price,
    high: fields.high_price,
    low: fields.low_price,
    close: fields.trade_price,
    volume: fields.candle_acc_trade_volume,
    value: fields.candle_acc_trade_price,
  };
  const flaw = candleFlaw(candle, MINUTE_MS);
  return flaw === null ? ok(candle) : fail(flaw);
}

/** The sound candles among the rows, in their order. */
export const minutesOfUpbit = (rows: readonly UpbitCandle[]): Candle[] =>
  rows.flatMap((row) => {
    const candle = minuteOfUpbit(row);
    return candle.ok ? [candle.value] : [];
  });
