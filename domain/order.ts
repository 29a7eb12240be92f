import * as v from "valibot";
import { Big, decimal, isDecimalText } from "./decimal.ts";
import { fail, ok, type Result } from "./result.ts";
import type { Fault } from "./fault.ts";
import { isOnTick, MAXIMUM_TOTAL, MINIMUM_TOTAL, quoteOf, VOLUME_DECIMALS } from "./market.ts";
import { MarketCodeSchema } from "./market-code.ts";
import { SECOND_MS, type DecimalText } from "./units.ts";

const Amount = v.pipe(
  v.string(),
  v.check((text) => isDecimalText(text) && !text.startsWith("-"), "a plain decimal such as 0.01"),
  v.transform((text) => text as DecimalText),
);

/** ioc: fill what is possible, cancel the rest; fok: all or nothing; post_only: never take. Source: upbit-api 4.3. */
const Taking = v.picklist(["ioc", "fok"]);

/** What a person or a strategy wants done; the same for manual, reserved and automatic orders.
 *  - limit: `price` (unit price) and `volume` (base)
 *  - market bid: `total` (quote amount to spend, fee on top); market ask: `volume` (base)
 *  - best bid and ask: the same amounts, at the best opposite price and no worse
 *  Source: upbit-api 4.3. */
export const OrderRequestSchema = v.variant("kind", [
  v.strictObject({
    kind: v.literal("limit"),
    market: MarketCodeSchema,
    side: v.picklist(["bid", "ask"]),
    price: Amount,
    volume: Amount,
    timeInForce: v.optional(v.picklist(["ioc", "fok", "post_only"])),
  }),
  v.strictObject({ kind: v.literal("market-bid"), market: MarketCodeSchema, side: v.literal("bid"), total: Amount }),
  v.strictObject({ kind: v.literal("market-ask"), market: MarketCodeSchema, side: v.literal("ask"), volume: Amount }),
  v.strictObject({
    kind: v.literal("best-bid"),
    market: MarketCodeSchema,
    side: v.literal("bid"),
    total: Amount,
    timeInForce: Taking,
  }),
  v.strictObject({
    kind: v.literal("best-ask"),
    market: MarketCodeSchema,
    side: v.literal("ask"),
    volume: Amount,
    timeInForce: Taking,
  }),
]);
export type OrderRequest = v.InferOutput<typeof OrderRequestSchema>;

/** Only coins are held and nothing is sold short: a bid opens or enlarges a position, an ask reduces one. */
export const opensPosition = (request: Pick<OrderRequest, "side">): boolean => request.side === "bid";

/** An order's life, whole. What the relay does in each state stands in relay/orders/.
 *  - reserved: waits for its time; claimed: a handler holds it under a lease and nothing has left yet
 *  - sending: written down before it leaves; the exchange has not answered, or was too busy and is tried again
 *  - unknown: it left and no answer came; it is asked about by its identifier, never sent under another
 *  - accepted: open at the exchange; partly filled while its executed volume is above zero
 *  - filled / cancelled: closed at the exchange; cancelled may hold executed volume (market bids end so)
 *  - rejected: refused, by our own limits or by the exchange, before the identifier was used up
 *  - burned: the exchange judged it and said no; the identifier is used up
 *  - expired: it did not reach the exchange within its validity */
export const ORDER_STATES = [
  "reserved",
  "claimed",
  "sending",
  "unknown",
  "accepted",
  "filled",
  "cancelled",
  "rejected",
  "burned",
  "expired",
] as const;
export type OrderState = (typeof ORDER_STATES)[number];

/** Which state may follow which; what is not here cannot happen. burned and expired are believed only as far as the
 *  exchange keeps agreeing: a late truth still opens them. Rule T3. */
export const ORDER_TRANSITIONS: Record<OrderState, readonly OrderState[]> = {
  reserved: ["claimed", "cancelled"],
  claimed: ["reserved", "sending", "rejected", "expired"],
  sending: ["accepted", "filled", "cancelled", "rejected", "burned", "unknown", "expired"],
  unknown: ["accepted", "filled", "cancelled", "rejected", "burned", "expired"],
  accepted: ["filled", "cancelled"],
  filled: [],
  cancelled: [],
  rejected: [],
  burned: ["accepted", "filled", "cancelled"],
  expired: ["accepted", "filled", "cancelled"],
};
export const canFollow = (from: OrderState, to: OrderState): boolean => ORDER_TRANSITIONS[from].includes(to);
/** The states in which the truth is still open: the sweep asks the exchange about these. */
export const OPEN_ORDER_STATES = ["sending", "unknown", "accepted"] as const satisfies readonly OrderState[];

/** So long after its intent an order may be sent, and sent again under the same identifier: nobody wants a market order
 *  at another moment's price; a limit order names its price itself. */
export const LONGEST_VALIDITY_MS = 60 * SECOND_MS;
export const validityMs = (request: Pick<OrderRequest, "kind">): number =>
  request.kind === "limit" ? LONGEST_VALIDITY_MS : 10 * SECOND_MS;

/** Checks a request against the market's tick grid, decimals and totals before anything is sent. Rule T4.
 *  A market or best ask has no price of its own: its minimum is the exchange's to judge (upbit-api 9.9). */
export function checkOrder(order: OrderRequest): Result<OrderRequest, Fault> {
  const refuse = (type: "off-tick" | "below-minimum" | "above-maximum" | "bad-input", detail: string) =>
    fail<Fault>({ type, kind: "refuse", detail });
  const quote = quoteOf(order.market);
  if ("volume" in order) {
    const volume = decimal(order.volume);
    if (volume.lte(0)) return refuse("bad-input", "The volume must be above zero.");
    if (!volume.round(VOLUME_DECIMALS, Big.roundDown).eq(volume))
      return refuse("bad-input", "A volume has at most eight decimals.");
    if (order.kind !== "limit") return ok(order);
  }
  if (order.kind === "limit" && !isOnTick(quote, decimal(order.price)))
    return refuse("off-tick", "The price is not on the market's tick grid.");
  const total = order.kind === "limit" ? decimal(order.price).times(decimal(order.volume)) : decimal(order.total);
  if (total.lt(MINIMUM_TOTAL[quote]))
    return refuse("below-minimum", `The order total is below ${MINIMUM_TOTAL[quote]} ${quote}.`);
  const maximum = MAXIMUM_TOTAL[quote];
  if (maximum !== null && total.gt(maximum))
    return refuse("above-maximum", `The order total is above ${maximum} ${quote}.`);
  return ok(order);
}
