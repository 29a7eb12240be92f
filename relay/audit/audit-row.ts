import { coarseAddress } from "../accounts/caller.ts";
import type { Relay } from "../relay.ts";

export type AuditEntry = {
  /** Whose account it is about; null where nobody has one. */
  readonly userId: string | null;
  readonly event:
    | "signed-up"
    | "set-up-code-refused"
    | "invitation-refused"
    | "logged-in"
    | "log-in-refused"
    | "logged-out"
    | "re-authenticated"
    | "re-authentication-refused"
    | "session-ended"
    | "sessions-ended"
    | "password-changed"
    | "account-deleted"
    | "account-locked"
    | "account-unlocked"
    | "role-changed"
    | "invitation-made"
    | "invitation-withdrawn"
    | "key-stored"
    | "key-refused"
    | "key-deleted"
    | "key-rewrapped"
    | "withdraw-unclear-accepted"
    | "push-added"
    | "push-removed"
    | "limits-changed"
    | "halted"
    | "halt-lifted"
    | "auto-started"
    | "auto-ended"
    | "model-published";
  readonly subject?: string;
  readonly detail?: string;
  /** Who did it, where it was not the user: an admin. */
  readonly actorId?: string;
  /** Address of the caller; only its network is kept. */
  readonly address?: string;
  /** `done` unless said otherwise. */
  readonly result?: "done" | "refused";
};

/** A row about security, to stand in one batch with what it tells of. Orders and reservations write theirs by trigger.
 *  Never a secret, a password or a whole address. Rules X15, X27. */
export const auditRow = (relay: Relay, entry: AuditEntry): D1PreparedStatement =>
  relay.db
    .prepare(
      `INSERT INTO audit (at_wall_ms, user_id, event, subject, detail, actor_id, address, result)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .bind(
      relay.outside.wallNow(),
      entry.userId,
      entry.event,
      entry.subject ?? null,
      entry.detail ?? null,
      entry.actorId ?? null,
      entry.address === undefined ? null : coarseAddress(entry.address),
      entry.result ?? (entry.event.endsWith("-refused") ? "refused" : "done"),
    );
