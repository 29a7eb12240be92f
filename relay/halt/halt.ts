import type { HaltAnswer } from "../../domain/wire.ts";
import { MAY_BE_OPEN } from "../orders/order-row.ts";
import type { Relay } from "../relay.ts";

/** Everybody. */
const ALL = "*";

type HaltRow = { readonly scope: string; readonly at_wall_ms: number };

export async function readHalt(relay: Relay, userId: string): Promise<HaltAnswer> {
  const rows = await relay.db
    .prepare("SELECT scope, at_wall_ms FROM halts WHERE scope IN (?, ?)")
    .bind(userId, ALL)
    .all<HaltRow>();
  const since = (scope: string) => rows.results.find((row) => row.scope === scope)?.at_wall_ms ?? null;
  return { ownSinceMs: since(userId), allSinceMs: since(ALL) };
}

/** Stops a user's own trading: from this batch on nothing that opens or enlarges a position passes, automatic sessions
 *  are over, and every order that the relay issued for the user is marked to be cancelled, by its identifier, also one
 *  that was given up and may still turn up; orders made elsewhere are not touched. Rule X47. */
export async function haltOwn(relay: Relay, userId: string): Promise<void> {
  await relay.db.batch([
    mark(relay, { scope: userId, byUser: userId }),
    told(relay, "id = ?1", userId, "halted"),
    endSessions(relay, "user_id = ?2", userId),
    relay.db.prepare(`UPDATE orders SET cancel_due = 1 WHERE user_id = ? AND ${MAY_BE_OPEN}`).bind(userId),
  ]);
}

/** The same for everybody, by an admin; of the orders only what automatic sessions want to buy. */
export async function haltAll(relay: Relay, adminId: string): Promise<void> {
  await relay.db.batch([
    mark(relay, { scope: ALL, byUser: adminId }),
    told(relay, "deleted_wall_ms IS NULL OR id = ?1", adminId, "halted"),
    endSessions(relay, "?2 = ?2", ALL),
    relay.db.prepare(`UPDATE orders SET cancel_due = 1 WHERE origin = 'auto' AND side = 'bid' AND ${MAY_BE_OPEN}`),
  ]);
}

export async function liftHalt(
  relay: Relay,
  scope: { readonly userId: string } | "all",
  byUser: string,
): Promise<void> {
  const whose = scope === "all" ? ALL : scope.userId;
  await relay.db.batch([
    relay.db.prepare("DELETE FROM halts WHERE scope = ?").bind(whose),
    told(relay, scope === "all" ? "deleted_wall_ms IS NULL OR id = ?1" : "id = ?1", byUser, "halt-lifted"),
    relay.db
      .prepare(
        "INSERT INTO audit (at_wall_ms, user_id, event, subject) SELECT ?1, ?2, 'halt-lifted', ?3 WHERE changes() > 0",
      )
      .bind(relay.outside.wallNow(), byUser, whose),
  ]);
}

const mark = (relay: Relay, { scope, byUser }: { scope: string; byUser: string }): D1PreparedStatement =>
  relay.db
    .prepare("INSERT INTO halts (scope, by_user, at_wall_ms) VALUES (?, ?, ?) ON CONFLICT (scope) DO NOTHING")
    .bind(scope, byUser, relay.outside.wallNow());

/** Right behind the statement that it is about, in the same batch: told only if that changed something. */
const told = (relay: Relay, whom: string, id: string, kind: "halted" | "halt-lifted"): D1PreparedStatement =>
  relay.db
    .prepare(
      `INSERT INTO notifications (user_id, kind, detail, created_wall_ms)
       SELECT id, ?2, '{}', ?3 FROM users WHERE changes() > 0 AND (${whom})`,
    )
    .bind(id, kind, relay.outside.wallNow());

const endSessions = (relay: Relay, whose: string, id: string): D1PreparedStatement =>
  relay.db
    .prepare(
      `UPDATE auto_sessions SET state = 'ended', end_reason = 'halted', ended_wall_ms = ?1
       WHERE state = 'running' AND ${whose}`,
    )
    .bind(relay.outside.wallNow(), id);
