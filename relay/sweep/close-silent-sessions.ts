import { Big, decimal, decimalText } from "../../domain/decimal.ts";
import { baseOf } from "../../domain/market.ts";
import { ok, type Result } from "../../domain/result.ts";
import { SECOND_MS } from "../../domain/units.ts";
import type { AutoSessionRow } from "../auto/auto-session-row.ts";
import { toldIfChanged } from "../auto/tell-session.ts";
import type { RelayFault } from "../faults.ts";
import { signerOfUser } from "../keys/key-row.ts";
import { LEASE_SILENCE_MS } from "../limits/guard.ts";
import { MAY_BE_OPEN } from "../orders/order-row.ts";
import { placeOrder } from "../orders/place-order.ts";
import type { Relay } from "../relay.ts";
import { requestOfShare } from "../reservations/share-of-balance.ts";
import { apart } from "../apart.ts";

const MOST_CLOSED = 20;
/** As with reservations: longer than a handler lives. */
const LEASE_MS = 90 * SECOND_MS;

/** Ends automatic sessions whose holder fell silent: their open orders are cancelled, and where that was chosen what
 *  they bought and still hold is sold. Each step can be taken up by a later run. Rule X49. */
export async function closeSilentSessions(relay: Relay): Promise<void> {
  const wallMs = relay.outside.wallNow();
  const silent = await relay.db
    .prepare("SELECT * FROM auto_sessions WHERE state = 'running' AND seen_wall_ms <= ? LIMIT ?")
    .bind(wallMs - LEASE_SILENCE_MS, MOST_CLOSED)
    .all<AutoSessionRow>();
  await apart(relay, silent.results, (session) => endSilent(relay, session));
  const claimed = await relay.db
    .prepare(
      `UPDATE auto_sessions SET close_lease_wall_ms = ?1 WHERE id IN (SELECT id FROM auto_sessions
         WHERE close_due = 1 AND COALESCE(close_lease_wall_ms, 0) <= ?2 LIMIT ?3) RETURNING *`,
    )
    .bind(wallMs + LEASE_MS, wallMs, MOST_CLOSED)
    .all<AutoSessionRow>();
  await apart(relay, claimed.results, (session) => close(relay, session));
}

/** A sign of life that comes in the same moment wins. */
const endSilent = (relay: Relay, { id, user_id, market, seen_wall_ms }: AutoSessionRow): Promise<unknown> => {
  const nowMs = relay.outside.wallNow();
  return relay.db.batch([
    relay.db
      .prepare(
        `UPDATE auto_sessions SET state = 'ended', end_reason = 'silent', ended_wall_ms = ?1, close_due = 1
         WHERE id = ?2 AND state = 'running' AND seen_wall_ms = ?3`,
      )
      .bind(nowMs, id, seen_wall_ms),
    toldIfChanged(relay, user_id, { market, reason: "silent" }),
    relay.db
      .prepare(
        `UPDATE orders SET cancel_due = 1 WHERE auto_session_id = ?1 AND ${MAY_BE_OPEN}
           AND EXISTS (SELECT 1 FROM auto_sessions WHERE id = ?1 AND end_reason = 'silent')`,
      )
      .bind(id),
  ]);
};

/** The sweep cancels what is marked; until no order of the session is open, nothing is known about what it holds. */
async function close(relay: Relay, session: AutoSessionRow): Promise<void> {
  const open = await relay.db
    .prepare(
      "SELECT COUNT(*) AS count FROM orders WHERE auto_session_id = ? AND state IN ('sending', 'unknown', 'accepted')",
    )
    .bind(session.id)
    .first<number>("count");
  const sold = session.on_silence === "cancel-and-sell" && open === 0 ? await sellHeld(relay, session) : ok(null);
  const done = open === 0 && (sold.ok || sold.fault.kind !== "retry");
  await relay.db
    .prepare(
      "UPDATE auto_sessions SET close_due = ?, close_lease_wall_ms = NULL WHERE id = ? AND close_lease_wall_ms = ?",
    )
    .bind(done ? 0 : 1, session.id, session.close_lease_wall_ms)
    .run();
}

/** Reduce-only: no more than the session bought and did not sell, and no more than is free at this moment. */
async function sellHeld(relay: Relay, session: AutoSessionRow): Promise<Result<unknown, RelayFault>> {
  const { id, user_id: userId, market } = session;
  const rows = await relay.db
    .prepare("SELECT side, executed_volume FROM orders WHERE auto_session_id = ?")
    .bind(id)
    .all<{ readonly side: string; readonly executed_volume: string }>();
  const held = rows.results.reduce(
    (sum, row) => (row.side === "bid" ? sum.plus(row.executed_volume) : sum.minus(row.executed_volume)),
    new Big(0),
  );
  if (held.lte(0)) return ok(null);
  const signer = await signerOfUser(relay, userId);
  if (!signer.ok) return signer;
  const all = { kind: "market-ask", market, side: "ask", shareBps: 10_000 } as const;
  const free = await requestOfShare(relay, userId, all);
  if (!free.ok || free.value.kind !== "market-ask") return free;
  const volume = decimal(free.value.volume).lt(held) ? free.value.volume : decimalText(held);
  if (decimal(volume).lte(0)) return ok(null);
  return placeOrder(relay, {
    by: { userId },
    origin: "auto",
    request: { kind: "market-ask", market, side: "ask", volume },
    // No browser can send it: theirs are UUIDs. One session is sold out once.
    idempotencyKey: `silence:${id}:${baseOf(market)}`,
    autoSessionId: id,
  });
}
