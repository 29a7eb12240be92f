import { ReservationEntrySchema, ReservationPlanSchema, type Reservation } from "../../domain/wire.ts";
import type { Result } from "../../domain/result.ts";
import { setAlarm } from "../alarm/set-alarm.ts";
import { apart } from "../apart.ts";
import { refuse, type RelayFault } from "../faults.ts";
import { answer } from "../http/answer.ts";
import { readBody } from "../http/read-body.ts";
import type { Answered, OwnerCall, Route } from "../http/route.ts";
import { refreshOpenOrders } from "../orders/ask-order.ts";
import type { Relay } from "../relay.ts";
import {
  cancelReservation,
  editReservation,
  pauseReservation,
  resumeReservation,
} from "../reservations/change-reservation.ts";
import { readReservation, readReservations } from "../reservations/reservation-row.ts";
import { writeReservation } from "../reservations/write-reservation.ts";

/** What one screen can show; older ones stay in the table. */
const MOST_LISTED = 100;

/** Behind the answer: nobody waits for the alarm, and what goes wrong with it the cron mends. */
const wake = (relay: Relay): void => relay.outside.waitUntil(apart(relay, [relay], setAlarm));

async function answerWith({ relay, user }: OwnerCall, id: string, status = 200): Answered {
  const reservation = await readReservation(relay, user.id, id);
  return reservation
    ? answer<{ reservation: Reservation }>({ reservation }, status)
    : refuse("not-found", "There is no such reservation.");
}

export const postReservation: Route = {
  method: "POST",
  path: "/api/reservations",
  access: "owner",
  async handle(call) {
    const body = await readBody(call.request, ReservationEntrySchema);
    if (!body.ok) return body;
    const id = await writeReservation(call.relay, call.user.id, body.value);
    if (id.ok) wake(call.relay);
    return id.ok ? answerWith(call, id.value, 201) : id;
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

export const putReservation: Route = {
  method: "PUT",
  path: "/api/reservations/:id",
  access: "owner",
  async handle(call) {
    const body = await readBody(call.request, ReservationPlanSchema);
    if (!body.ok) return body;
    const id = call.params["id"] ?? "";
    const changed = await editReservation(call.relay, { userId: call.user.id, id }, body.value);
    if (changed.ok) wake(call.relay);
    return changed.ok ? answerWith(call, id) : changed;
  },
};

type Change = (relay: Relay, own: { userId: string; id: string }) => Promise<Result<null, RelayFault>>;
const changing = (name: "cancel" | "pause" | "resume", change: Change): Route => ({
  method: "POST",
  path: `/api/reservations/:id/${name}`,
  access: "owner",
  async handle(call) {
    const id = call.params["id"] ?? "";
    const changed = await change(call.relay, { userId: call.user.id, id });
    if (changed.ok && name === "resume") wake(call.relay);
    return changed.ok ? answerWith(call, id) : changed;
  },
});

export const postCancelReservation = changing("cancel", cancelReservation);
export const postPauseReservation = changing("pause", pauseReservation);
export const postResumeReservation = changing("resume", resumeReservation);
