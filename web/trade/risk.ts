import { decimal, decimalFromQuote } from "../../domain/decimal.ts";
import { MINIMUM_TOTAL, quoteOf } from "../../domain/market.ts";
import type { OrderRequest } from "../../domain/order.ts";
import { fail, ok, type Result } from "../../domain/result.ts";
import type { EpochMs, Quantity } from "../../domain/units.ts";
import type { OrderIntent } from "./sizing.ts";

/** What is known at the moment of the decision. Times are market time. */
export type RiskFacts = {
  readonly nowMs: EpochMs;
  /** Start of the closed candle that was decided on. */
  readonly candleOpenMs: EpochMs;
  readonly intervalMs: number;
  /** Its close: what a sale would bring, near enough for the minimum. */
  readonly close: number;
  /** Base volume that this session bought and has not sold. */
  readonly held: Quantity;
  /** An order of this session is on its way, open or unknown. */
  readonly orderInFlight: boolean;
  /** Orders of this session that left on the present KST day, whatever became of them. */
  readonly ordersToday: number;
  readonly maxOrdersPerDay: number;
};

/** Why an order may not leave: a rule and a stable code that the screens have words for. */
export type RiskRefused = {
  readonly rule: "R2" | "R3" | "R4" | "R5" | "R6";
  readonly reason:
    | "stale-data"
    | "too-many-orders"
    | "order-in-flight"
    | "below-minimum"
    | "already-holding"
    | "nothing-to-sell";
};

declare const approval: unique symbol;
/** An intent that passed every rule. Only `approve` makes one, and only one becomes an order. Rule R1. */
export type RiskApproved = { readonly intent: OrderIntent; readonly [approval]: true };

/** A closed candle may be this many intervals old, counted from its close: one silent minute and a late frame. */
const MOST_INTERVALS_OLD = 2;
/** For the frame's own way and a busy worker. */
const STALE_MARGIN_MS = 5_000;

/** Checks an intent against the session's limits; the first broken rule is named. The relay checks its own again. */
export function approve(intent: OrderIntent, facts: RiskFacts): Result<RiskApproved, RiskRefused> {
  const refuse = (rule: RiskRefused["rule"], reason: RiskRefused["reason"]) => fail<RiskRefused>({ rule, reason });
  const age = facts.nowMs - (facts.candleOpenMs + facts.intervalMs);
  if (!(age <= MOST_INTERVALS_OLD * facts.intervalMs + STALE_MARGIN_MS)) return refuse("R2", "stale-data");
  if (facts.orderInFlight) return refuse("R4", "order-in-flight");
  if (!(facts.ordersToday < facts.maxOrdersPerDay)) return refuse("R3", "too-many-orders");
  const held = decimal(facts.held);
  if (intent.side === "bid" && held.gt(0)) return refuse("R6", "already-holding");
  if (intent.side === "ask" && (held.lte(0) || decimal(intent.volume).gt(held))) return refuse("R6", "nothing-to-sell");
  const total =
    intent.side === "bid" ? decimal(intent.total) : decimal(intent.volume).times(decimalFromQuote(facts.close));
  if (total.lt(MINIMUM_TOTAL[quoteOf(intent.market)])) return refuse("R5", "below-minimum");
  return ok({ intent } as RiskApproved);
}

/** The only way from a decision to an order. Rule R1. Source: upbit-api 4.3 (a market bid names the amount to spend). */
export function toOrderRequest({ intent }: RiskApproved): OrderRequest {
  return intent.side === "bid"
    ? { kind: "market-bid", market: intent.market, side: "bid", total: intent.total }
    : { kind: "market-ask", market: intent.market, side: "ask", volume: intent.volume };
}
