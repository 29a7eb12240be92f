import { marketTimeAt, type Clock, type MarketClockAnchor } from "../domain/time.ts";
import { epochMs, type EpochMs } from "../domain/units.ts";

/** Market time: a line through one point of wall time, faster or slower, that only ever goes forward. */
export type MarketClock = Clock & {
  wallNow(): EpochMs;
  anchor(): MarketClockAnchor;
  /** Jumps forward by `byMs` of market time. */
  advance(byMs: number): void;
  /** Goes on from here at another speed. */
  setSpeed(speed: number): void;
};

export function createMarketClock(start: MarketClockAnchor, wallNow: () => number): MarketClock {
  let anchor = start;
  let latest = start.marketMs;
  // Wall time may be set back; market time may not.
  const now = () => (latest = epochMs(Math.max(latest, marketTimeAt(anchor, epochMs(wallNow())))));
  const anchorAt = (byMs: number, speed: number): void => {
    anchor = { marketMs: epochMs(now() + byMs), wallMs: epochMs(wallNow()), speed };
  };
  return {
    now,
    wallNow: () => epochMs(wallNow()),
    anchor: () => anchor,
    advance: (byMs) => anchorAt(byMs, anchor.speed),
    setSpeed: (speed) => anchorAt(0, speed),
  };
}
