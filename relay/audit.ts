import type { Relay } from "./relay.ts";

export type AuditEntry = {
  readonly userId: string | null;
  readonly event:
    | "signed-up"
    | "set-up-code-refused"
    | "logged-in"
    | "log-in-refused"
    | "logged-out"
    | "key-stored"
    | "key-refused"
    | "key-deleted"
    | "model-published";
  readonly subject?: string;
  readonly detail?: string;
};

/** A row about security, to stand in one batch with what it tells of. Orders and reservations write theirs by trigger.
 *  Rule X15. */
export const auditRow = (relay: Relay, { userId, event, subject, detail }: AuditEntry): D1PreparedStatement =>
  relay.db
    .prepare("INSERT INTO audit (at_wall_ms, user_id, event, subject, detail) VALUES (?, ?, ?, ?, ?)")
    .bind(relay.outside.wallNow(), userId, event, subject ?? null, detail ?? null);
