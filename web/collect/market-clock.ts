import { marketTimeAt, type MarketClockAnchor } from "../../domain/time.ts";
import { DAY_MS, epochMs, SECOND_MS, type EpochMs } from "../../domain/units.ts";
import type { Config } from "../../domain/wire.ts";

/** Market time in this browser: the relay's line through one known point, asked for again now and then. */
export type MarketClock = {
  now(): EpochMs;
  /** Market time at an instant of this computer's clock. */
  at(wallMs: EpochMs): EpochMs;
  /** Market milliseconds in one of the wall's: 1 but for a local exchange that plays faster. */
  speed(): number;
  /** A frame that the exchange made at `exchangeMs` has just come. */
  hear(exchangeMs: EpochMs): void;
  /** By how much the exchange's own time is ahead of `now()`, market milliseconds; null until heard. */
  driftMs(): number | null;
  /** The exchange's own time, which closes candles. */
  exchangeNow(): EpochMs;
  /** The later of both clocks: by it candles are never judged younger than either says. Rule R2. */
  latestNow(): EpochMs;
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

/** A frame is on its way for a while, so that the newest-looking one of the last frames tells the drift best. */
const DRIFT_FRAMES = 100;
/** What lies within is the way of a frame and the exchange's pulse, and no drift. Wall milliseconds. */
const DRIFT_NOISE_MS = SECOND_MS;

export function createMarketClock(
  config: Pick<Config, "marketClock" | "loopbackExchange">,
  wallNow: () => EpochMs,
): MarketClock {
  let anchor = localAnchor(config, wallNow());
  const now = () => marketTimeAt(anchor, wallNow());
  let ahead: number[] = [];
  const driftMs = () => (ahead.length === 0 ? null : Math.max(...ahead));
  const exchangeNow = () => {
    const drift = driftMs() ?? 0;
    return epochMs(now() + (Math.abs(drift) <= DRIFT_NOISE_MS * Math.max(1, anchor.speed) ? 0 : drift));
  };
  return {
    now,
    hear: (exchangeMs) => {
      ahead = [...ahead.slice(1 - DRIFT_FRAMES), exchangeMs - now()];
    },
    driftMs,
    exchangeNow,
    latestNow: () => epochMs(Math.max(now(), exchangeNow())),
    at: (wallMs) => marketTimeAt(anchor, wallMs),
    speed: () => anchor.speed,
    adjust: (newer) => {
      anchor = localAnchor(newer, wallNow());
      ahead = [];
    },
  };
}
