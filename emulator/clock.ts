import { marketTimeAt, type Clock, type MarketClockAnchor } from "../domain/time.ts";
import { epochMs, type EpochMs } from "../domain/units.ts";

/** Market time: a line through one point of wall time, faster or slower, that only ever goes forward. */
export type MarketClock = Clock & {
  wallNow(): EpochMs;
  anchor(): MarketClockAnchor;
  /** Jumps forward by `byMs` of market time. */
  advance(byMs: number): void;
};

export function createMarketClock(start: MarketClockAnchor, wallNow: () => number): MarketClock {
  let anchor = start;
  let latest = start.marketMs;
  // Wall time may be set back; market time may not.
  const now = () => (latest = epochMs(Math.max(latest, marketTimeAt(anchor, epochMs(wallNow())))));
  return {
    now,
    wallNow: () => epochMs(wallNow()),
    anchor: () => anchor,
    advance: (byMs) => {
      const wallMs = epochMs(wallNow());
      anchor = {
        marketMs: epochMs(Math.max(latest, marketTimeAt(anchor, wallMs)) + byMs),
        wallMs,
        speed: anchor.speed,
      };
    },
  };
}
