import { ReservationEntrySchema, type Reservation } from "../../domain/wire.ts";
import { refuse } from "../faults.ts";
import { answer } from "../http/answer.ts";
import { readBody } from "../http/read-body.ts";
import type { Route } from "../http/route.ts";
import { refreshOpenOrders } from "../orders/ask-order.ts";
import { readOrder } from "../orders/order-row.ts";
import { readReservations, reservationOf } from "../reservations/reservation-row.ts";
import { cancelReservation, writeReservation } from "../reservations/write-reservation.ts";

type ReservationAnswer = { readonly reservation: Reservation };
/** What one screen can show; older ones stay in the table. */
const MOST_LISTED = 100;

export const postReservation: Route = {
  method: "POST",
  path: "/api/reservations",
  access: "owner",
  async handle({ relay, request, user }) {
    const body = await readBody(request, ReservationEntrySchema);
    if (!body.ok) return body;
    const row = await writeReservation(relay, user.id, body.value);
    if (!row.ok) return row;
    const order = row.value.order_id === null ? null : await readOrder(relay, user.id, row.value.order_id);
    return answer<ReservationAnswer>({ reservation: reservationOf(row.value, order) }, 201);
  },
};

export const listReservations: Route = {
  method: "GET",
  path: "/api/reservations",
  access: "owner",
  async handle({ relay, user }) {
    await refreshOpenOrders(relay, user.id);
    return answer({ reservations: await readReservations(relay, user.id, MOST_LISTED) });
  },
};

export const postCancelReservation: Route = {
  method: "POST",
  path: "/api/reservations/:id/cancel",
  access: "owner",
  async handle({ relay, user, params }) {
    const id = params["id"] ?? "";
    const row = await cancelReservation(relay, user.id, id);
    if (row) return answer<ReservationAnswer>({ reservation: reservationOf(row, null) });
    const known = await relay.db
      .prepare("SELECT 1 FROM reservations WHERE id = ? AND user_id = ?")
      .bind(id, user.id)
      .first();
    return known
      ? refuse("reservation-not-waiting", "The reservation does not wait any more.")
      : refuse("not-found", "There is no such reservation.");
  },
};
