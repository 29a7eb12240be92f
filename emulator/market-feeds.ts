import type { MarketCode } from "../domain/market-code.ts";
import { quoteOf } from "../domain/market.ts";
import { parseInstant } from "../domain/time.ts";
import { MINUTE_MS, type EpochMs } from "../domain/units.ts";
import { characterOf } from "./catalog.ts";
import { createMarketFeed, type MarketFeed } from "./market-feed.ts";
import { joinSeries, type MinuteSeries } from "./minute-series.ts";
import { createPriceGrid } from "./price-grid.ts";
import { hashOf } from "./random.ts";
import { syntheticSeries } from "./synthetic.ts";
import { tapeSeries, tapeShiftMs, type Tape } from "./tape.ts";

/** Generated markets are listed on this day; fixed, so that a minute is the same whenever the program was started. */
const LISTED = parseInstant("2020-01-01T00:00:00Z");
export const SYNTHETIC_FIRST_MS = LISTED.ok ? LISTED.value : (0 as EpochMs);
/** The generator that follows a tape takes the mean trading value of its last minutes. */
const TAIL_ROWS = 1_440;

export function syntheticFeed(market: MarketCode, seed: number): MarketFeed {
  const character = characterOf(market);
  const series = syntheticSeries({
    ...character,
    marketHash: hashOf(seed, market, "synthetic"),
    grid: createPriceGrid(quoteOf(market)),
    firstMs: SYNTHETIC_FIRST_MS,
    firstPrice: character.homePrice,
  });
  return createMarketFeed(market, seed, series);
}

/** A recording, moved, and a seeded generator from its last price on. */
export function tapeFeed(tape: Tape, shiftMs: number, seed: number): MarketFeed {
  const recorded = tapeSeries(tape, shiftMs);
  return createMarketFeed(tape.market, seed, joinSeries(recorded, continuation(tape, recorded.endMs, seed)));
}

function continuation(tape: Tape, endMs: number, seed: number): MinuteSeries {
  const { close, volume } = tape.columns;
  const lastPrice = close.at(-1)!;
  const rows = Math.min(TAIL_ROWS, close.length);
  let value = 0;
  for (let row = close.length - rows; row < close.length; row++) value += close[row]! * volume[row]!;
  const character = characterOf(tape.market);
  return syntheticSeries({
    ...character,
    marketHash: hashOf(seed, tape.market, "after the tape"),
    grid: createPriceGrid(quoteOf(tape.market)),
    firstMs: Math.ceil(endMs / MINUTE_MS) * MINUTE_MS,
    firstPrice: lastPrice,
    homePrice: lastPrice,
    minuteValue: value / rows,
  });
}

export { tapeShiftMs };
