import { epochMs } from "../../domain/units.ts";
import type { RESERVATION_STATES, Reservation } from "../../domain/wire.ts";
import { orderOf, type OrderRow } from "../orders/order-row.ts";
import { requestOfColumns, type RequestColumns } from "../orders/request-columns.ts";
import type { Relay } from "../relay.ts";

export type ReservationRow = RequestColumns & {
  readonly id: string;
  readonly user_id: string;
  readonly idempotency_key: string;
  readonly due_market_ms: number;
  readonly state: (typeof RESERVATION_STATES)[number];
  /** Until when the claim holds; also its fencing token. */
  readonly lease_wall_ms: number | null;
  readonly order_id: string | null;
  readonly failure: string | null;
  readonly created_market_ms: number;
  readonly updated_wall_ms: number;
};

export const reservationOf = (row: ReservationRow, order: OrderRow | null): Reservation => ({
  id: row.id,
  request: requestOfColumns(row),
  dueAtMs: epochMs(row.due_market_ms),
  state: row.state,
  order: order && orderOf(order),
  failure: row.failure,
  createdAtMs: epochMs(row.created_market_ms),
});

/** With their orders, latest due first. */
export async function readReservations(relay: Relay, userId: string, most: number): Promise<Reservation[]> {
  const [reservations, orders] = await relay.db.batch([
    relay.db
      .prepare("SELECT * FROM reservations WHERE user_id = ? ORDER BY due_market_ms DESC, rowid DESC LIMIT ?")
      .bind(userId, most),
    relay.db
      .prepare(
        `SELECT orders.* FROM orders WHERE id IN (
           SELECT order_id FROM reservations WHERE user_id = ? ORDER BY due_market_ms DESC, rowid DESC LIMIT ?)`,
      )
      .bind(userId, most),
  ]);
  const byId = new Map((orders!.results as OrderRow[]).map((row) => [row.id, row]));
  return (reservations!.results as ReservationRow[]).map((row) =>
    reservationOf(row, row.order_id === null ? null : (byId.get(row.order_id) ?? null)),
  );
}
