import type { Candle } from "../../domain/candle.ts";
import { epochMs, MINUTE_MS, SECOND_MS, type EpochMs } from "../../domain/units.ts";

/** A minute is over for us two seconds after its end: the exchange pushes a candle at most once a second and may push
 *  the last one late. Source: upbit-api 6.7. */
export const CLOSE_MARGIN_MS = 2 * SECOND_MS;

/** Follows one market's running candle and tells which candles have closed: each once, in order. Rule C4. */
export type CandleFollow = {
  /** The candle as last received; null before the first and after each close. */
  running(): Candle | null;
  /** Takes the running candle; the last received of a minute wins. Returns the candle it closed, if any. */
  take(candle: Candle): Candle | null;
  /** Closes the running candle when its minute has passed.
   *  @param nowMs market time
   *  @param heardMs market time of the last sign of life on the socket: silence must not pass for a quiet minute */
  passTime(nowMs: EpochMs, heardMs: EpochMs): Candle | null;
  /** The link broke: what was running may lack its last trades and is not to be closed by us. */
  forget(): void;
  /** Candles up to here are closed already, by another way. */
  skipTo(openTimeMs: EpochMs): void;
  /** Candles that came for a minute already closed; the day's page has the truth about them. */
  lateCount(): number;
};

/** @param closedThrough start of the newest candle known to be closed, or null */
export function followCandles(closedThrough: EpochMs | null): CandleFollow {
  let closed = closedThrough ?? epochMs(-Infinity);
  let running: Candle | null = null;
  let late = 0;

  const close = (): Candle | null => {
    const candle = running;
    running = null;
    if (candle !== null) closed = candle.openTimeMs;
    return candle;
  };

  return {
    running: () => running,
    lateCount: () => late,
    take: (candle) => {
      if (candle.openTimeMs <= closed || (running !== null && candle.openTimeMs < running.openTimeMs)) {
        late += 1;
        return null;
      }
      const before = running !== null && candle.openTimeMs > running.openTimeMs ? close() : null;
      running = candle;
      return before;
    },
    passTime: (nowMs, heardMs) => {
      if (running === null) return null;
      const over = running.openTimeMs + MINUTE_MS + CLOSE_MARGIN_MS;
      return nowMs >= over && heardMs >= over ? close() : null;
    },
    forget: () => {
      running = null;
    },
    skipTo: (openTimeMs) => {
      if (openTimeMs <= closed) return;
      closed = openTimeMs;
      if (running !== null && running.openTimeMs <= closed) running = null;
    },
  };
}
