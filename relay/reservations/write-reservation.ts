import type { InferOutput } from "valibot";
import { checkOrder } from "../../domain/order.ts";
import { ok, type Result } from "../../domain/result.ts";
import { DAY_MS, type EpochMs } from "../../domain/units.ts";
import type { ReservationEntrySchema } from "../../domain/wire.ts";
import { marketNow } from "../clock.ts";
import { refuse, stop, type RelayFault } from "../faults.ts";
import { readKey } from "../keys/key-row.ts";
import { liveTrading } from "../orders/live-trading.ts";
import { columnsOfRequest, sameRequest } from "../orders/request-columns.ts";
import { newId, type Relay } from "../relay.ts";
import type { ReservationRow } from "./reservation-row.ts";

type Entry = InferOutput<typeof ReservationEntrySchema>;
/** A key lives for a year (upbit-api 2.1): nothing later could be carried out with it. */
const FURTHEST_MS = 365 * DAY_MS;
/** Waiting ones of one user. */
const MOST_WAITING = 100;

/** Everything that can be known now is checked now; the rest when the time comes. Rules X2, X9, T4. */
export async function writeReservation(
  relay: Relay,
  userId: string,
  entry: Entry,
): Promise<Result<ReservationRow, RelayFault>> {
  const checked = checkOrder(entry.request);
  if (!checked.ok) return checked;
  const live = liveTrading(relay);
  if (!live.ok) return live;
  if (!(await readKey(relay, userId))) return stop("no-key", "No trading key is stored.");
  const now = await marketNow(relay);
  if (!now.ok) return now;
  const standing = await readStanding(relay, userId, entry);
  if (standing) return sameEntry(standing, entry);
  if (entry.dueAtMs <= now.value) return refuse("due-time-past", "The time is past.", "dueAtMs");
  if (entry.dueAtMs > now.value + FURTHEST_MS)
    return refuse("bad-input", "The time is more than a year away.", "dueAtMs");
  await insert(relay, userId, { entry, marketMs: now.value });
  const written = await readStanding(relay, userId, entry);
  return written ? sameEntry(written, entry) : refuse("limit-reached", `At most ${MOST_WAITING} orders may wait.`);
}

const readStanding = (relay: Relay, userId: string, entry: Entry): Promise<ReservationRow | null> =>
  relay.db
    .prepare("SELECT * FROM reservations WHERE user_id = ? AND idempotency_key = ?")
    .bind(userId, entry.idempotencyKey)
    .first<ReservationRow>();

function sameEntry(row: ReservationRow, entry: Entry): Result<ReservationRow, RelayFault> {
  const same = row.due_market_ms === entry.dueAtMs && sameRequest(row, columnsOfRequest(entry.request));
  return same
    ? ok(row)
    : refuse("idempotency-conflict", "Another reservation was made under this idempotency key.", "idempotencyKey");
}

async function insert(relay: Relay, userId: string, { entry, marketMs }: { entry: Entry; marketMs: EpochMs }) {
  const { kind, market, side, price, volume, total } = columnsOfRequest(entry.request);
  await relay.db
    .prepare(
      `INSERT INTO reservations (id, user_id, idempotency_key, kind, market, side, price, volume, total, due_market_ms,
         state, created_market_ms, updated_wall_ms)
       SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'waiting', ?11, ?12
       WHERE (SELECT COUNT(*) FROM reservations WHERE user_id = ?2 AND state = 'waiting') < ?13
       ON CONFLICT (user_id, idempotency_key) DO NOTHING`,
    )
    .bind(
      newId(relay),
      userId,
      entry.idempotencyKey,
      kind,
      market,
      side,
      price,
      volume,
      total,
      entry.dueAtMs,
      marketMs,
      relay.outside.wallNow(),
      MOST_WAITING,
    )
    .run();
}

/** Only what still waits can be taken back. @returns null when it does not wait any more or is not the user's */
export const cancelReservation = (relay: Relay, userId: string, id: string): Promise<ReservationRow | null> =>
  relay.db
    .prepare(
      `UPDATE reservations SET state = 'cancelled', updated_wall_ms = ?
       WHERE id = ? AND user_id = ? AND state = 'waiting' RETURNING *`,
    )
    .bind(relay.outside.wallNow(), id, userId)
    .first<ReservationRow>();
