import type { Order } from "../../domain/wire.ts";
import { refuse } from "../faults.ts";
import { answer } from "../http/answer.ts";
import type { Route } from "../http/route.ts";
import { askIfOpen, refreshOpenOrders } from "../orders/ask-order.ts";
import { cancelOrder } from "../orders/cancel-order.ts";
import { orderOf, readOrder, type OrderRow } from "../orders/order-row.ts";

/** What one screen can show; older ones stay in the table. */
const MOST_LISTED = 100;
const notFound = () => refuse("not-found", "There is no such order.");

export const listOrders: Route = {
  method: "GET",
  path: "/api/orders",
  access: "owner",
  async handle({ relay, user }) {
    await refreshOpenOrders(relay, user.id);
    const rows = await relay.db
      .prepare(
        "SELECT * FROM orders WHERE user_id = ? AND intent_wall_ms IS NOT NULL ORDER BY intent_wall_ms DESC, rowid DESC LIMIT ?",
      )
      .bind(user.id, MOST_LISTED)
      .all<OrderRow>();
    return answer<{ orders: Order[] }>({ orders: rows.results.map(orderOf) });
  },
};

export const getOrder: Route = {
  method: "GET",
  path: "/api/orders/:id",
  access: "owner",
  async handle({ relay, user, params }) {
    const row = await readOrder(relay, user.id, params["id"] ?? "");
    return row ? answer<{ order: Order }>({ order: orderOf(await askIfOpen(relay, row)) }) : notFound();
  },
};

export const postCancel: Route = {
  method: "POST",
  path: "/api/orders/:id/cancel",
  access: "owner",
  async handle({ relay, user, params }) {
    const row = await readOrder(relay, user.id, params["id"] ?? "");
    if (!row) return notFound();
    const cancelled = await cancelOrder(relay, row);
    return cancelled.ok ? answer<{ order: Order }>({ order: orderOf(cancelled.value) }) : cancelled;
  },
};
