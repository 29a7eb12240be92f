import type { InferOutput } from "valibot";
import { Big, decimal } from "../../domain/decimal.ts";
import { isOnTick, quoteOf } from "../../domain/market.ts";
import { checkOrder } from "../../domain/order.ts";
import { ok, type Result } from "../../domain/result.ts";
import { FURTHEST_RESERVATION_MS } from "../../domain/schedule.ts";
import type { EpochMs } from "../../domain/units.ts";
import type { ReservationEntrySchema, ReservationPlanSchema, ReservedRequest } from "../../domain/wire.ts";
import { marketNow } from "../clock.ts";
import { refuse, stop, type RelayFault } from "../faults.ts";
import { readKey } from "../keys/key-row.ts";
import { liveTrading } from "../orders/live-trading.ts";
import { sameRequest } from "../orders/request-columns.ts";
import { newId, type Relay } from "../relay.ts";
import { nextRunAfter } from "./next-run.ts";
import { planRun } from "./plan-run.ts";
import { columnsOfReserved, type ReservationRow } from "./reservation-row.ts";

type Entry = InferOutput<typeof ReservationEntrySchema>;
export type Plan = InferOutput<typeof ReservationPlanSchema>;
/** Waiting and paused ones of one user. */
const MOST_WAITING = 100;

/** Everything that can be known now is checked now; the rest when the time comes. Rules X2, X9, T4.
 *  @returns the first time, and market time now */
export async function checkPlan(
  relay: Relay,
  userId: string,
  plan: Plan,
): Promise<Result<{ readonly dueMs: EpochMs; readonly marketMs: EpochMs }, RelayFault>> {
  const checked = checkReserved(plan.request);
  if (!checked.ok) return checked;
  const live = liveTrading(relay);
  if (!live.ok) return live;
  if (!(await readKey(relay, userId))) return stop("no-key", "No trading key is stored.");
  const now = await marketNow(relay);
  if (!now.ok) return now;
  const dueMs = nextRunAfter(plan.schedule, now.value);
  if (dueMs === null) return refuse("due-time-past", "The time is past.", "schedule.atMs");
  if (dueMs > now.value + FURTHEST_RESERVATION_MS)
    return refuse("bad-input", "The time is more than a year away.", "schedule.atMs");
  return ok({ dueMs, marketMs: now.value });
}

/** Of a share only the price is known. */
function checkReserved(request: ReservedRequest): Result<unknown, RelayFault> {
  if (!("shareBps" in request)) return checkOrder(request);
  const price = "price" in request ? decimal(request.price) : new Big(0);
  return "price" in request && !isOnTick(quoteOf(request.market), price)
    ? refuse("off-tick", "The price is not on the market's tick grid.")
    : ok(null);
}

/** @returns the id of the reservation that stands under this idempotency key */
export async function writeReservation(
  relay: Relay,
  userId: string,
  entry: Entry,
): Promise<Result<string, RelayFault>> {
  // A repetition is answered before anything else: meanwhile its time may have come.
  const earlier = await readStanding(relay, userId, entry);
  if (earlier) return sameEntry(earlier, entry);
  const checked = await checkPlan(relay, userId, entry);
  if (!checked.ok) return checked;
  const id = newId(relay);
  await relay.db.batch([
    insert(relay, { id, userId, marketMs: checked.value.marketMs }, entry),
    planRun(relay, id, checked.value),
  ]);
  const written = await readStanding(relay, userId, entry);
  return written ? sameEntry(written, entry) : refuse("limit-reached", `At most ${MOST_WAITING} orders may wait.`);
}

const readStanding = (relay: Relay, userId: string, entry: Entry): Promise<ReservationRow | null> =>
  relay.db
    .prepare("SELECT * FROM reservations WHERE user_id = ? AND idempotency_key = ?")
    .bind(userId, entry.idempotencyKey)
    .first<ReservationRow>();

function sameEntry(row: ReservationRow, entry: Entry): Result<string, RelayFault> {
  const columns = columnsOfReserved(entry.request);
  const same =
    row.schedule === JSON.stringify(entry.schedule) &&
    row.window_ms === entry.windowMs &&
    row.share_bps === columns.share_bps &&
    sameRequest(row, columns);
  return same
    ? ok(row.id)
    : refuse("idempotency-conflict", "Another reservation was made under this idempotency key.", "idempotencyKey");
}

function insert(
  relay: Relay,
  { id, userId, marketMs }: { readonly id: string; readonly userId: string; readonly marketMs: EpochMs },
  entry: Entry,
): D1PreparedStatement {
  const { kind, market, side, price, volume, total, time_in_force, share_bps } = columnsOfReserved(entry.request);
  return relay.db
    .prepare(
      `INSERT INTO reservations (id, user_id, idempotency_key, kind, market, side, price, volume, total, time_in_force,
         share_bps, schedule, window_ms, state, created_market_ms, updated_wall_ms)
       SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 'active', ?14, ?15
       WHERE (SELECT COUNT(*) FROM reservations WHERE user_id = ?2 AND state IN ('active', 'paused')) < ?16
       ON CONFLICT (user_id, idempotency_key) DO NOTHING`,
    )
    .bind(
      id,
      userId,
      entry.idempotencyKey,
      kind,
      market,
      side,
      price,
      volume,
      total,
      time_in_force,
      share_bps,
      JSON.stringify(entry.schedule),
      entry.windowMs,
      marketMs,
      relay.outside.wallNow(),
      MOST_WAITING,
    );
}
