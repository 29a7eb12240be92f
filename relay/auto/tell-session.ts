import type { Relay } from "../relay.ts";

/** Tells a user that an automatic session ended, if the statement right before this one in the batch ended it. */
export const toldIfChanged = (
  relay: Relay,
  userId: string,
  detail: Readonly<Record<"market" | "reason", string>>,
): D1PreparedStatement =>
  relay.db
    .prepare(
      `INSERT INTO notifications (user_id, kind, detail, created_wall_ms)
       SELECT ?1, 'auto-ended', ?2, ?3 WHERE changes() > 0`,
    )
    .bind(userId, JSON.stringify(detail), relay.outside.wallNow());
