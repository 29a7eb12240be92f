import Dexie from "dexie";
import { assert } from "../../domain/assert.ts";
import { Big, decimal, quantityText } from "../../domain/decimal.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import { OPEN_ORDER_STATES } from "../../domain/order.ts";
import { kstDayStart } from "../../domain/time.ts";
import { DAY_MS, type EpochMs } from "../../domain/units.ts";
import type { Order } from "../../domain/wire.ts";
import { fromEnd, type ObservatorDatabase } from "./database.ts";
import type { DecisionRow } from "./tables.ts";

/** Writes a decision while its session is running, or nothing: a stop that came first wins. A decision with an order
 *  is on disk before the order leaves. Rule C9.
 *  @returns the row's number, or null when the session had ended */
export function addDecision(db: ObservatorDatabase, row: Omit<DecisionRow, "id">): Promise<number | null> {
  return db.transaction("rw", db.decisions, db.autoSessions, async () => {
    const session = await db.autoSessions.get(row.sessionId);
    return session?.state === "running" ? db.decisions.add(row) : null;
  });
}

/** Notes that a decision's order never came to be, and why. */
export async function refuseDecision(
  db: ObservatorDatabase,
  id: number,
  why: Pick<DecisionRow, "fault" | "orderState">,
): Promise<void> {
  await db.decisions.update(id, { action: "refused", reason: "relay-refused", ...why });
}

export async function markDecision(
  db: ObservatorDatabase,
  id: number,
  change: Pick<DecisionRow, "orderState" | "fault">,
): Promise<void> {
  await db.decisions.update(id, change);
}

/** Takes over what the relay says about a decision's order. What was filled since the last time is added to (a buy) or
 *  taken from (a sale) what the session holds, in the same transaction, so that no fill is counted twice. Rule C10. */
export function settleDecision(db: ObservatorDatabase, id: number, order: Order): Promise<void> {
  return db.transaction("rw", db.decisions, db.autoSessions, async () => {
    const row = await db.decisions.get(id);
    assert(row !== undefined, `decision ${id} is gone`);
    const session = await db.autoSessions.get(row.sessionId);
    assert(session !== undefined, `session ${row.sessionId} is gone`);
    const filled = decimal(order.executedVolume);
    const since = filled.minus(decimal(row.executedVolume));
    const signed = order.request.side === "bid" ? since : since.times(-1);
    const held = decimal(session.held).plus(signed);
    await db.decisions.update(id, {
      orderId: order.id,
      orderState: order.state,
      executedVolume: quantityText(filled),
      fault: order.state === "rejected" || order.state === "burned" ? "order-refused" : null,
    });
    await db.autoSessions.update(session.id, { held: quantityText(held.lt(0) ? new Big(0) : held) });
  });
}

/** Decisions of a session, newest first. */
export const readDecisions = (db: ObservatorDatabase, sessionId: string, limit = 100): Promise<DecisionRow[]> =>
  fromEnd(db.decisions.where("[sessionId+id]").between([sessionId, Dexie.minKey], [sessionId, Dexie.maxKey]))
    .limit(limit)
    .toArray();

/** Decisions whose order's end is not known yet, of running and of ended sessions, oldest first. */
export const openDecisions = (db: ObservatorDatabase): Promise<DecisionRow[]> =>
  db.decisions
    .where("orderState")
    .anyOf([...OPEN_ORDER_STATES])
    .sortBy("id");

/** Automatic orders of a market in the KST day that holds `nowMs`, over all sessions: stopping and starting again
 *  does not open a new allowance. */
export function ordersToday(db: ObservatorDatabase, market: MarketCode, nowMs: EpochMs): Promise<number> {
  const start = kstDayStart(nowMs);
  return db.decisions
    .where("[market+candleOpenMs]")
    .between([market, start], [market, start + DAY_MS], true, false)
    .filter((row) => row.orderState !== null)
    .count();
}
