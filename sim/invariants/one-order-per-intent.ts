import type { Invariant } from "./breach.ts";

/** An idempotency key, and a reservation's time, is at most one order at the exchange, under whatever names. Rule X5, X8. */
export const oneOrderPerIntent: Invariant = ({ witnessed, exchangeOrders }) => {
  const intentOf = new Map<string, string>();
  for (const one of witnessed)
    if (one.what === "order")
      intentOf.set(
        one.identifier,
        one.reservation ? `${one.reservation} at ${one.dueMs}` : `${one.user} ${one.idempotencyKey}`,
      );
  const byIntent = Map.groupBy(exchangeOrders, ({ identifier }) => intentOf.get(identifier ?? "") ?? identifier);
  return [...byIntent]
    .filter(([, orders]) => orders.length > 1)
    .map(([intent, orders]) => ({
      what: `${orders.length} orders at the exchange for one intent`,
      about: [...(intent ?? "").split(" "), ...orders.map(({ identifier }) => identifier ?? "")],
    }));
};
