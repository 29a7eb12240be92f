import { Big } from "../../domain/decimal.ts";
import { STRICT_LIMITS, type Limits } from "../../domain/limits.ts";
import type { MatchingOrder } from "../../domain/matching-order.ts";
import { kstDayStart } from "../../domain/time.ts";
import { epochMs, MINUTE_MS } from "../../domain/units.ts";
import { feeds } from "../ground/exchange-world.ts";
import type { Evidence } from "../record/evidence.ts";
import type { OrderSeen, Witnessed } from "../record/witness.ts";
import type { Breach, Invariant } from "./breach.ts";

/** A price that the limit was held against may be so old, and the tape's seconds are coarse. */
const FACTS_MS = 8_000;
/** Between reading the clock and the commit lies at most a slow call of the database. */
const COMMIT_MS = 4_100;
/** The fee comes on top of what an order was said to spend. */
const FEE = "1.001";

type Buy = {
  readonly seen: OrderSeen & Pick<Witnessed, "atMs">;
  readonly order: MatchingOrder;
  readonly limits: Limits;
};

/** What the exchange itself says was bought keeps within the limits that stood when it was written down. Sales pass.
 *  Rules X41 to X46. */
export const withinLimits: Invariant = (evidence) => {
  const buys = buysOf(evidence);
  return [...Map.groupBy(buys, ({ seen }) => seen.user).values()].flatMap((own) =>
    own.flatMap((buy, at) => {
      const about = [buy.seen.id, buy.seen.identifier];
      return flawsOf(evidence, own.slice(0, at + 1)).map((what): Breach => ({ what, about }));
    }),
  );
};

/** Those that reached the exchange, in the order in which they were written down, each with the limits of that moment. */
function buysOf({ witnessed, exchangeOrders }: Evidence): Buy[] {
  const orders = new Map(exchangeOrders.map((order) => [order.identifier, order]));
  const limits = new Map<string, Limits>();
  const begun = new Set<string>();
  return witnessed.flatMap((one) => {
    if (one.what === "limits") limits.set(one.user, JSON.parse(one.current) as Limits);
    if (one.what !== "order" || one.side !== "bid" || one.attempts === 0 || begun.has(one.id)) return [];
    begun.add(one.id);
    const order = orders.get(one.identifier);
    return order ? [{ seen: one, order, limits: limits.get(one.user) ?? STRICT_LIMITS }] : [];
  });
}

/** @param own a user's buys up to the one that is looked at */
function flawsOf({ exchangeOrders, skewMs }: Evidence, own: readonly Buy[]): string[] {
  const { seen, order, limits } = own.at(-1)!;
  const since = (ms: number) => own.filter((one) => one.seen.atMs > ms);
  // One machine writes an order's time down, and another one counts.
  const slackMs = 2 * skewMs + COMMIT_MS;
  // A machine that is ahead is already in the new day.
  const day = since(kstDayStart(epochMs(seen.atMs + skewMs)) + slackMs);
  const minute = since(seen.atMs - MINUTE_MS + slackMs);
  const flaws: string[] = [];
  if (!limits.markets.includes(order.market)) flaws.push("it buys in a market that was not allowed");
  if (meant(order).gt(limits.largestOrderKrw)) flaws.push("it is larger than the largest allowed");
  if (minute.length > limits.ordersPerMinute) flaws.push("too many buys in a minute");
  if (day.length > limits.ordersPerDay) flaws.push("too many buys in a day");
  const stake = stakeAt(seen.atMs, own, exchangeOrders);
  if (stake.gt(new Big(limits.exposureKrw).times(FEE))) flaws.push(`${stake.round(0).toFixed()} won at stake`);
  const dearest = highestIn(order, seen.atMs, skewMs)
    .times(10_000 + limits.priceDistanceBps)
    .div(10_000);
  if (order.type === "limit" && order.price!.gt(dearest))
    flaws.push("its price is further from the market than allowed");
  return flaws;
}

/** Without the fee. */
const meant = ({ price, volume }: MatchingOrder): Big => (volume === null ? price! : price!.times(volume));

const highestIn = ({ market }: MatchingOrder, atMs: number, skewMs: number): Big => {
  const feed = feeds.get(market)!;
  const prices = [feed.lastTrade(atMs - FACTS_MS - skewMs).price];
  feed.eachTrade(atMs - FACTS_MS - skewMs, atMs, ({ price }) => prices.push(price));
  return new Big(Math.max(...prices));
};

/** Cost of what was bought here and not sold by then, first in first out, and what open buys may still spend. */
function stakeAt(atMs: number, own: readonly Buy[], orders: readonly MatchingOrder[]): Big {
  const account = own[0]!.order.accountId;
  let stake = new Big(0);
  for (const { order } of own) {
    const filled = sum(order.fills.filter((fill) => fill.atMs <= atMs).map(({ funds }) => funds));
    const ended = order.state !== "wait" && order.fills.every((fill) => fill.atMs <= atMs);
    // What came to the exchange later was on its way at that moment.
    const still = ended && order.createdAtMs <= atMs ? filled : meant(order);
    stake = stake.plus(still);
  }
  const sales = orders.filter(({ accountId, side }) => accountId === account && side === "ask");
  const sold = sum(sales.flatMap(({ fills }) => fills.filter((fill) => fill.atMs <= atMs).map(({ funds }) => funds)));
  return stake.minus(sold);
}

const sum = (parts: readonly Big[]): Big => parts.reduce((all, part) => all.plus(part), new Big(0));
