import { Big, decimal } from "../../domain/decimal.ts";
import type { MatchingOrder } from "../../domain/matching-order.ts";
import { MINUTE_MS } from "../../domain/units.ts";
import type { OrderRow } from "../../relay/orders/order-row.ts";
import { rowsOf, type Evidence } from "../record/evidence.ts";
import type { Invariant } from "./breach.ts";

const STATE_OF = { wait: "accepted", watch: "accepted", done: "filled", cancel: "cancelled" } as const;
const NEVER_THERE = ["rejected", "burned", "expired"];

/** When all is over every intent ends in a truth that the exchange agrees with, to the last digit; every time of a
 *  reservation that came is one of: fired, expired, refused. Rules X6, X7, X8. */
export const noneLost: Invariant = (evidence) => {
  const orders = new Map(evidence.exchangeOrders.map((order) => [order.identifier, order]));
  return rowsOf(evidence).flatMap((row) => {
    const what = flawOf(evidence, row, orders.get(row.identifier));
    return what === null ? [] : [{ what, about: [row.id, row.identifier, row.reservation_id ?? row.id] }];
  });
};

function flawOf(evidence: Evidence, row: OrderRow, order: MatchingOrder | undefined): string | null {
  if (row.intent_wall_ms === null)
    return order ? "an order of a run that was never to be sent" : runFlaw(evidence, row);
  if (!order) return NEVER_THERE.includes(row.state) ? null : `it is ${row.state}, and the exchange has no such order`;
  if (row.state !== STATE_OF[order.state]) return `it is ${row.state}, and at the exchange ${order.state}`;
  if (row.exchange_uuid !== order.uuid) return "another order's name is written down";
  const fills = evidence.database.prepare("SELECT volume, funds FROM fills WHERE order_id = ?").all(row.id);
  const pairs = [
    ["executed volume", row.executed_volume, order.executedVolume],
    ["executed funds", row.executed_funds, order.executedFunds],
    ["fee", row.paid_fee, order.paidFee],
    ["volume of its fills", sumOf(fills, "volume"), order.executedVolume],
    ["funds of its fills", sumOf(fills, "funds"), order.executedFunds],
  ] as const;
  const wrong = pairs.find(([, ours, theirs]) => ours === null || !decimal(ours).eq(theirs));
  return wrong ? `its ${wrong[0]} is ${wrong[1]}, and at the exchange ${wrong[2].toFixed()}` : null;
}

const sumOf = (fills: readonly Record<string, unknown>[], column: "volume" | "funds"): string =>
  fills.reduce((all, fill) => all.plus(String(fill[column])), new Big(0)).toFixed();

function runFlaw({ database, endMs }: Evidence, row: OrderRow): string | null {
  if (row.state === "claimed") return "a claim was never ended";
  if (row.state !== "reserved") return null;
  const reservation = database
    .prepare("SELECT state, window_ms FROM reservations WHERE id = ?")
    .get(row.reservation_id);
  // Within its window it may wait, for its turn in the minute's orders for example; the next sweep ends it after that.
  const overMs = (row.due_market_ms ?? 0) + Number(reservation?.["window_ms"]) + MINUTE_MS;
  const over = reservation?.["state"] === "active" && overMs < endMs;
  return over ? "its time passed and nothing came of it" : null;
}
