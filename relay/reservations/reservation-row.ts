import type { FaultType } from "../../domain/fault.ts";
import type { Schedule } from "../../domain/schedule.ts";
import { epochMs } from "../../domain/units.ts";
import type { Reservation, ReservedRequest, Run } from "../../domain/wire.ts";
import { orderOf, type OrderRow } from "../orders/order-row.ts";
import { columnsOfRequest, requestOfColumns, type RequestColumns } from "../orders/request-columns.ts";
import type { Relay } from "../relay.ts";

export type ReservationRow = RequestColumns & {
  readonly id: string;
  readonly user_id: string;
  readonly idempotency_key: string;
  readonly share_bps: number | null;
  /** JSON, written by this relay only. */
  readonly schedule: string;
  readonly window_ms: number;
  readonly state: "active" | "paused" | "ended" | "cancelled";
  readonly created_market_ms: number;
  readonly updated_wall_ms: number;
};

/** Runs shown of one reservation; older ones stay in the table. */
const MOST_RUNS = 20;

export type ReservedColumns = RequestColumns & { readonly share_bps: number | null };

export function columnsOfReserved(request: ReservedRequest): ReservedColumns {
  if (!("shareBps" in request)) return { ...columnsOfRequest(request), share_bps: null };
  const { kind, market, side, shareBps } = request;
  const price = "price" in request ? request.price : null;
  return { kind, market, side, price, volume: null, total: null, time_in_force: null, share_bps: shareBps };
}

export function reservedRequestOf(row: ReservedColumns): ReservedRequest {
  const request = requestOfColumns(row);
  return row.share_bps === null ? request : ({ ...request, shareBps: row.share_bps } as ReservedRequest);
}

const runOf = (row: OrderRow): Run => ({
  id: row.id,
  dueAtMs: epochMs(row.due_market_ms ?? 0),
  state: row.state,
  order: row.intent_wall_ms === null ? null : orderOf(row),
  refusal: row.refusal as FaultType | null,
});

/** @param runs newest first */
export function reservationOf(row: ReservationRow, runs: readonly OrderRow[]): Reservation {
  const standing = runs.find(({ state }) => state === "reserved" || state === "claimed");
  const next = row.state === "active" || row.state === "paused" ? standing?.due_market_ms : undefined;
  return {
    id: row.id,
    request: reservedRequestOf(row),
    schedule: JSON.parse(row.schedule) as Schedule,
    windowMs: row.window_ms,
    state: stateOf(row, runs[0], standing),
    nextDueAtMs: next == null ? null : epochMs(next),
    runs: runs.slice(0, MOST_RUNS).map(runOf),
    createdAtMs: epochMs(row.created_market_ms),
  };
}

function stateOf(
  row: ReservationRow,
  last: OrderRow | undefined,
  standing: OrderRow | undefined,
): Reservation["state"] {
  if (row.state === "cancelled" || row.state === "paused") return row.state;
  if (standing?.state === "claimed") return "claimed";
  if (standing || (JSON.parse(row.schedule) as Schedule).every !== "once") return "waiting";
  if (!last || last.intent_wall_ms !== null) return "done";
  return last.state === "expired" ? "expired" : "failed";
}

/** With their runs, the next due first, then those that are over, newest first. */
export async function readReservations(relay: Relay, userId: string, most: number): Promise<Reservation[]> {
  const [reservations, runs] = await relay.db.batch([
    relay.db
      .prepare(
        `SELECT * FROM reservations WHERE user_id = ?
         ORDER BY state IN ('active', 'paused') DESC, updated_wall_ms DESC, rowid DESC LIMIT ?`,
      )
      .bind(userId, most),
    relay.db
      .prepare(
        `SELECT * FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY reservation_id ORDER BY due_market_ms DESC) AS place
           FROM orders WHERE user_id = ? AND reservation_id IS NOT NULL) WHERE place <= ? ORDER BY due_market_ms DESC`,
      )
      .bind(userId, MOST_RUNS),
  ]);
  const byReservation = Map.groupBy(runs!.results as OrderRow[], (row) => row.reservation_id);
  const all = (reservations!.results as ReservationRow[]).map((row) =>
    reservationOf(row, byReservation.get(row.id) ?? []),
  );
  return all.toSorted((one, other) => (one.nextDueAtMs ?? Infinity) - (other.nextDueAtMs ?? Infinity) || 0);
}

export async function readReservation(relay: Relay, userId: string, id: string): Promise<Reservation | null> {
  const [reservations, runs] = await relay.db.batch([
    relay.db.prepare("SELECT * FROM reservations WHERE id = ? AND user_id = ?").bind(id, userId),
    relay.db
      .prepare("SELECT * FROM orders WHERE reservation_id = ? AND user_id = ? ORDER BY due_market_ms DESC LIMIT ?")
      .bind(id, userId, MOST_RUNS),
  ]);
  const [row] = reservations!.results as ReservationRow[];
  return row ? reservationOf(row, runs!.results as OrderRow[]) : null;
}
