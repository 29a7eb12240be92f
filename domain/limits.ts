import * as v from "valibot";
import { MarketCodeSchema, type MarketCode } from "./market-code.ts";
import { HOUR_MS } from "./units.ts";

/** How far a buy may be from the last trade. A short list, so that what a book holds within each of them can be worked
 *  out once for all users. */
export const PRICE_DISTANCES_BPS = [50, 100, 200, 300, 500, 1000] as const;

const Won = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000_000_000));
const KrwMarket = v.pipe(
  MarketCodeSchema,
  v.check((market) => market.startsWith("KRW-"), "limits are kept in won, so only won markets can be allowed"),
);

/** What a person's account may risk through the relay. Whole won. They stop what opens or enlarges a position;
 *  cancellations and sales of what is held always pass. Rules X42, X43. */
export const LimitsSchema = v.strictObject({
  /** Largest single buy. */
  largestOrderKrw: Won,
  ordersPerMinute: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(60)),
  ordersPerDay: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(5_000)),
  /** Realised since 00:00 KST, fees included; once it is reached nothing more is bought that day. */
  dailyLossKrw: Won,
  /** What was bought through the relay and is still held, at cost, and what open buys would add. */
  exposureKrw: Won,
  priceDistanceBps: v.picklist(PRICE_DISTANCES_BPS),
  markets: v.pipe(v.array(KrwMarket), v.maxLength(100)),
});
export type Limits = v.InferOutput<typeof LimitsSchema>;

/** Strict, for an account that nobody has set up: each stops a slip or a thief before it hurts, and a small trader
 *  notices none of them. */
export const STRICT_LIMITS: Limits = {
  // A slipped zero more than a usual retail order (some 100,000 won) ends here.
  largestOrderKrw: 1_000_000,
  // A person clicks less; a loop gone wild is stopped within seconds.
  ordersPerMinute: 10,
  // One decision in fifteen minutes around the clock.
  ordersPerDay: 100,
  // A fifth of the largest order: bad, not ruinous.
  dailyLossKrw: 200_000,
  // Five of the largest orders.
  exposureKrw: 5_000_000,
  // Ten times a busy market's spread; a thin book or a slipped digit is further away.
  priceDistanceBps: 300,
  // The most traded: a thief's way to take money out is to buy his own thin coin dear.
  markets: ["KRW-BTC", "KRW-ETH", "KRW-XRP", "KRW-SOL", "KRW-DOGE"] as MarketCode[],
};

/** A raise waits this long: longer than a night's sleep, so that its owner reads of it before a thief can use it. */
export const RAISE_WAIT_MS = 24 * HOUR_MS;

/** The limits that are one figure each. */
export const LIMIT_FIGURES = [
  "largestOrderKrw",
  "ordersPerMinute",
  "ordersPerDay",
  "dailyLossKrw",
  "exposureKrw",
  "priceDistanceBps",
] as const satisfies readonly (keyof Limits)[];

/** What of a change holds at once: the stricter of each. Rule X44. */
export function strictest(current: Limits, wanted: Limits): Limits {
  const least = Object.fromEntries(LIMIT_FIGURES.map((name) => [name, Math.min(current[name], wanted[name])]));
  return { ...current, ...least, markets: wanted.markets.filter((market) => current.markets.includes(market)) };
}

/** The limit that stands in an order's way; figures in its own unit. */
export const BrokenLimitSchema = v.object({
  name: v.picklist(LIMIT_FIGURES),
  most: v.number(),
  /** What the order, or the day with it, would come to; absent where that is no figure. */
  reached: v.optional(v.number()),
});
export type BrokenLimit = v.InferOutput<typeof BrokenLimitSchema>;

export const isRaise = (current: Limits, wanted: Limits): boolean =>
  LIMIT_FIGURES.some((name) => wanted[name] > current[name]) ||
  wanted.markets.some((market) => !current.markets.includes(market));
