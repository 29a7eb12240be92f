import { marketTimeAt, type MarketClockAnchor } from "../../domain/time.ts";
import { DAY_MS, type EpochMs } from "../../domain/units.ts";
import type { Config } from "../../domain/wire.ts";

/** Market time in this browser: the relay's line through one known point, asked for again now and then. */
export type MarketClock = {
  now(): EpochMs;
  /** Market time at an instant of this computer's clock. */
  at(wallMs: EpochMs): EpochMs;
  /** Market milliseconds in one of the wall's: 1 but for a local exchange that plays faster. */
  speed(): number;
  /** Takes a newer line. */
  adjust(config: Pick<Config, "marketClock" | "loopbackExchange">): void;
};

/** A real exchange's time is the relay's, and this computer's own clock may be wrong: the line then begins where it was
 *  received. A local exchange runs on this computer's clock and may run fast, so that its line is taken as it is.
 *  Anchors further off than a day are a convention (such as zero), not a reading. */
export function localAnchor(
  { marketClock, loopbackExchange }: Pick<Config, "marketClock" | "loopbackExchange">,
  wallMs: EpochMs,
): MarketClockAnchor {
  const isReading = Math.abs(marketClock.wallMs - wallMs) < DAY_MS;
  return loopbackExchange || !isReading ? marketClock : { ...marketClock, wallMs };
}

export function createMarketClock(
  config: Pick<Config, "marketClock" | "loopbackExchange">,
  wallNow: () => EpochMs,
): MarketClock {
  let anchor = localAnchor(config, wallNow());
  return {
    now: () => marketTimeAt(anchor, wallNow()),
    at: (wallMs) => marketTimeAt(anchor, wallMs),
    speed: () => anchor.speed,
    adjust: (newer) => {
      anchor = localAnchor(newer, wallNow());
    },
  };
}
