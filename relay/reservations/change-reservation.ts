import type { Schedule } from "../../domain/schedule.ts";
import { ok, type Result } from "../../domain/result.ts";
import type { EpochMs } from "../../domain/units.ts";
import { marketNow } from "../clock.ts";
import { refuse, type RelayFault } from "../faults.ts";
import type { Relay } from "../relay.ts";
import { nextRunAfter } from "./next-run.ts";
import { planRun } from "./plan-run.ts";
import { columnsOfReserved, type ReservationRow } from "./reservation-row.ts";
import { checkPlan, type Plan } from "./write-reservation.ts";

/** Changes stand in one batch with the run that waits: they hold only while nothing is under way, and what waits follows
 *  them. Rule X51. */
const STILL_OPEN = `NOT EXISTS (SELECT 1 FROM orders o WHERE o.reservation_id = reservations.id AND o.state = 'claimed')
  AND (schedule ->> '$.every' <> 'once' OR EXISTS (
    SELECT 1 FROM orders o WHERE o.reservation_id = reservations.id AND o.state = 'reserved'))`;
/** True in the statements behind a change that took place; each batch changes one reservation. */
const CHANGED = "reservation_id = ?1 AND state = 'reserved' AND EXISTS (SELECT 1 FROM reservations r WHERE r.id = ?1";

type Own = { readonly userId: string; readonly id: string };
type Changed = Promise<Result<null, RelayFault>>;

export async function editReservation(relay: Relay, { userId, id }: Own, plan: Plan): Changed {
  const checked = await checkPlan(relay, userId, plan);
  if (!checked.ok) return checked;
  const { kind, market, side, price, volume, total, time_in_force, share_bps } = columnsOfReserved(plan.request);
  const nowMs = relay.outside.wallNow();
  const schedule = JSON.stringify(plan.schedule);
  const amounts = [kind, market, side, price, volume, total, time_in_force];
  const [changed] = await relay.db.batch([
    relay.db
      .prepare(
        `UPDATE reservations SET kind = ?3, market = ?4, side = ?5, price = ?6, volume = ?7, total = ?8,
           time_in_force = ?9, share_bps = ?10, schedule = ?11, window_ms = ?12, updated_wall_ms = ?13
         WHERE id = ?1 AND user_id = ?2 AND state IN ('active', 'paused') AND ${STILL_OPEN} RETURNING id`,
      )
      .bind(id, userId, ...amounts, share_bps, schedule, plan.windowMs, nowMs),
    relay.db
      .prepare(
        `UPDATE orders SET kind = ?2, market = ?3, side = ?4, price = ?5, volume = ?6, total = ?7, time_in_force = ?8,
           due_market_ms = ?9, updated_wall_ms = ?10
         WHERE ${CHANGED} AND r.schedule = ?11 AND r.updated_wall_ms = ?10 AND r.user_id = ?12)`,
      )
      .bind(id, ...amounts, checked.value.dueMs, nowMs, schedule, userId),
    planRun(relay, id, checked.value),
  ]);
  return changed!.results.length === 1 ? ok(null) : notWaiting(relay, { userId, id });
}

/** Only what still waits can be taken back; the run that waits goes with it. */
export async function cancelReservation(relay: Relay, own: Own): Changed {
  const nowMs = relay.outside.wallNow();
  const [changed] = await relay.db.batch([
    relay.db
      .prepare(
        `UPDATE reservations SET state = 'cancelled', updated_wall_ms = ?3
         WHERE id = ?1 AND user_id = ?2 AND state IN ('active', 'paused') AND ${STILL_OPEN} RETURNING id`,
      )
      .bind(own.id, own.userId, nowMs),
    relay.db
      .prepare(
        `UPDATE orders SET state = 'cancelled', updated_wall_ms = ?2 WHERE ${CHANGED} AND r.state = 'cancelled')`,
      )
      .bind(own.id, nowMs),
  ]);
  return changed!.results.length === 1 ? ok(null) : notWaiting(relay, own);
}

export const pauseReservation = (relay: Relay, own: Own): Changed => move(relay, own, { from: "active", to: "paused" });

/** Times that passed meanwhile are over: a recurring one goes on with the next; a single one that is past expires. */
export async function resumeReservation(relay: Relay, own: Own): Changed {
  const now = await marketNow(relay);
  if (!now.ok) return now;
  const row = await relay.db
    .prepare("SELECT * FROM reservations WHERE id = ? AND user_id = ?")
    .bind(own.id, own.userId)
    .first<ReservationRow>();
  const schedule = row && (JSON.parse(row.schedule) as Schedule);
  const dueMs = schedule && schedule.every !== "once" ? nextRunAfter(schedule, now.value) : null;
  return move(relay, own, { from: "paused", to: "active", dueMs });
}

type Move = { readonly from: "active" | "paused"; readonly to: "active" | "paused"; readonly dueMs?: EpochMs | null };

async function move(relay: Relay, own: Own, { from, to, dueMs = null }: Move): Changed {
  const nowMs = relay.outside.wallNow();
  const [changed] = await relay.db.batch([
    relay.db
      .prepare(
        `UPDATE reservations SET state = ?3, updated_wall_ms = ?4
         WHERE id = ?1 AND user_id = ?2 AND state = ?5 AND ${STILL_OPEN} RETURNING id`,
      )
      .bind(own.id, own.userId, to, nowMs, from),
    relay.db
      .prepare(
        `UPDATE orders SET due_market_ms = COALESCE(?2, due_market_ms), updated_wall_ms = ?3
         WHERE ${CHANGED} AND r.state = ?4 AND r.updated_wall_ms = ?3 AND r.user_id = ?5)`,
      )
      .bind(own.id, dueMs, nowMs, to, own.userId),
  ]);
  return changed!.results.length === 1 ? ok(null) : notWaiting(relay, own);
}

async function notWaiting(relay: Relay, { userId, id }: Own): Promise<Result<never, RelayFault>> {
  const known = await relay.db
    .prepare("SELECT 1 FROM reservations WHERE id = ? AND user_id = ?")
    .bind(id, userId)
    .first();
  return known
    ? refuse("reservation-not-waiting", "The reservation does not wait any more, or its order is just leaving.")
    : refuse("not-found", "There is no such reservation.");
}
