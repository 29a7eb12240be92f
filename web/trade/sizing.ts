import type { MarketCode } from "../../domain/market-code.ts";
import type { Notional, Quantity } from "../../domain/units.ts";
import type { Decision } from "./strategy.ts";

/** An order that is wanted and that nobody has approved. */
export type OrderIntent =
  | { readonly side: "bid"; readonly market: MarketCode; readonly total: Notional }
  | { readonly side: "ask"; readonly market: MarketCode; readonly volume: Quantity };

/** How much: a buy spends the user's amount, a sell gives back all that the session holds and nothing else. Rule T5.
 *  @returns null when the decision is to hold */
export function sizeOrder(
  decision: Decision,
  { market, orderTotal, held }: { readonly market: MarketCode; readonly orderTotal: Notional; readonly held: Quantity },
): OrderIntent | null {
  if (decision.action === "buy") return { side: "bid", market, total: orderTotal };
  if (decision.action === "sell") return { side: "ask", market, volume: held };
  return null;
}
