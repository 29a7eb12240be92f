import type { MarketCode } from "../../domain/market-code.ts";
import { baseOf, quoteOf } from "../../domain/market.ts";
import { parseInstant } from "../../domain/time.ts";
import { DAY_MS, MINUTE_MS, type EpochMs } from "../../domain/units.ts";
import {
  anchoredWalk,
  createAssets,
  crossWalk,
  MINUTES_A_DAY,
  type AssetDay,
  type AssetWalk,
} from "../generator/asset-walk.ts";
import { assetTerms, characterOf } from "../generator/catalog.ts";
import { createMarketFeed, type MarketFeed } from "./market-feed.ts";
import { eachMinute, eachMinuteBack, joinSeries, type MinuteSeries } from "./minute-series.ts";
import { createPriceGrid } from "./price-grid.ts";
import { hashOf } from "./random.ts";
import { recentOf } from "./recent.ts";
import { syntheticSeries } from "../generator/synthetic.ts";
import type { Tape } from "../tapes/tape.ts";
import { tapeSeries } from "../tapes/tape-series.ts";

/** Generated markets are listed on this day; fixed, so that a minute is the same whenever the program was started. */
const LISTED = parseInstant("2020-01-01T00:00:00Z");
export const SYNTHETIC_FIRST_MS = LISTED.ok ? LISTED.value : (0 as EpochMs);
/** The generator that follows a tape takes the mean trading value of its last days. */
const TAIL_MS = 3 * DAY_MS;
const KEPT_DAYS = 4;

/** Recordings of one market and how far they are moved. */
export type PlayedTapes = { readonly tapes: readonly Tape[]; readonly shiftMs: number };

/** All markets of one seed. What is generated hangs together: assets move with each other, and the price of a market in
 *  bitcoin or tether is that of its two won prices, recorded ones where there are any. */
export function createFeeds(
  seed: number,
  played: ReadonlyMap<MarketCode, PlayedTapes>,
  synthetic: readonly MarketCode[],
): Map<MarketCode, MarketFeed> {
  const assets = createAssets(seed);
  const walks = new Map<string, AssetWalk>();
  const feeds = new Map<MarketCode, MarketFeed>();
  for (const [market, tapes] of played) {
    const feed = playedFeed(market, seed, tapes, assets(assetTerms(baseOf(market))));
    feeds.set(market, feed);
    if (quoteOf(market) === "KRW") walks.set(baseOf(market), recordedWalk(feed.series));
  }
  const walkOf = (name: string): AssetWalk => {
    const found = walks.get(name) ?? assets(assetTerms(name));
    walks.set(name, found);
    return found;
  };
  for (const market of synthetic) {
    const quote = quoteOf(market);
    const walk = quote === "KRW" ? walkOf(baseOf(market)) : crossWalk(walkOf(baseOf(market)), walkOf(quote));
    let firstMs: number = SYNTHETIC_FIRST_MS;
    for (const name of [baseOf(market), quote]) {
      const recorded = feeds.get(`KRW-${name}` as MarketCode);
      if (recorded && played.has(recorded.market))
        firstMs = Math.max(firstMs, Math.ceil(recorded.series.firstMs / DAY_MS) * DAY_MS);
    }
    feeds.set(market, generatedFeed(market, seed, { walk, firstMs }));
  }
  return feeds;
}

type Beginning = { readonly walk: AssetWalk; readonly firstMs: number };

function generatedFeed(market: MarketCode, seed: number, { walk, firstMs }: Beginning): MarketFeed {
  const grid = createPriceGrid(quoteOf(market));
  const marketHash = hashOf(seed, market);
  return createMarketFeed(market, seed, syntheticSeries({ ...characterOf(market), marketHash, grid, firstMs, walk }));
}

/** A generated market on its own. */
export const syntheticFeed = (market: MarketCode, seed: number): MarketFeed =>
  createFeeds(seed, new Map(), [market]).get(market)!;

/** Recordings of one market and the generator from their last price on. */
export function tapeFeed(tapes: readonly Tape[], shiftMs: number, seed: number): MarketFeed {
  const { market } = tapes[0]!;
  return createFeeds(seed, new Map([[market, { tapes, shiftMs }]]), []).get(market)!;
}

function playedFeed(market: MarketCode, seed: number, { tapes, shiftMs }: PlayedTapes, walk: AssetWalk): MarketFeed {
  const grid = createPriceGrid(quoteOf(market));
  const marketHash = hashOf(seed, market);
  const recorded = tapeSeries(tapes, shiftMs, { marketHash, grid });
  const firstMs = Math.ceil(recorded.endMs / MINUTE_MS) * MINUTE_MS;
  let lastPrice = 0;
  eachMinuteBack(recorded, recorded.endMs, (columns, row) => ((lastPrice = columns.close[row]!), false));
  const after = syntheticSeries({
    ...characterOf(market),
    marketHash,
    grid,
    firstMs,
    walk: anchoredWalk(walk, firstMs, lastPrice),
    minuteValue: tailValue(recorded) || characterOf(market).minuteValue,
  });
  return createMarketFeed(market, seed, joinSeries(recorded, after));
}

/** Mean value of a minute at the end of a recording. */
function tailValue(recorded: MinuteSeries & { readonly endMs: number }): number {
  let [value, rows] = [0, 0];
  eachMinute(recorded, Math.max(recorded.firstMs, recorded.endMs - TAIL_MS), recorded.endMs, (columns, row) => {
    value += (columns.close[row]! * columns.units[row]!) / 1e8;
    rows += 1;
  });
  return rows === 0 ? 0 : value / rows;
}

/** A won market that is played, as what other markets of the asset are priced by. Silent minutes keep the last price. */
function recordedWalk(series: MinuteSeries): AssetWalk {
  const days = recentOf<number, AssetDay>(KEPT_DAYS);
  return {
    day: (dayMs) =>
      days(dayMs, () => {
        let last = NaN;
        eachMinuteBack(series, dayMs, (columns, row) => ((last = Math.log(columns.close[row]!)), false));
        const logStart = last;
        const logPrice = new Float64Array(MINUTES_A_DAY).fill(NaN);
        eachMinute(series, dayMs, dayMs + DAY_MS, (columns, row) => {
          logPrice[Math.floor((columns.openTimeMs[row]! - dayMs) / MINUTE_MS)] = Math.log(columns.close[row]!);
        });
        const deviation = new Float64Array(MINUTES_A_DAY);
        let variance = 0;
        for (let minute = 0; minute < MINUTES_A_DAY; minute++) {
          const price = Number.isNaN(logPrice[minute]!) ? last : logPrice[minute]!;
          // A running mean of the last half hour or so.
          variance = 0.95 * variance + 0.05 * (price - last) ** 2;
          deviation[minute] = Math.max(1e-5, Math.sqrt(variance));
          logPrice[minute] = last = price;
        }
        return { logPrice, logStart, deviation };
      }),
  };
}
