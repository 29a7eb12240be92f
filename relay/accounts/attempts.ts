import { fail, ok, type Result } from "../../domain/result.ts";
import { MINUTE_MS } from "../../domain/units.ts";
import type { RelayFault } from "../faults.ts";
import type { Relay } from "../relay.ts";
import { pepperedHash } from "../settings.ts";

/** Ten guesses in a quarter of an hour: enough for a person, nothing for a machine against a stretched password. */
const MOST_GUESSES = 10;
const WINDOW_MS = 15 * MINUTE_MS;

/** Counts a guess before it is judged, in one statement, so that guesses made at the same time all count.
 *  @param what  what is guessed at, e.g. a name; with the address it makes the scope
 *  @param most  tries in a quarter of an hour
 *  @returns the scope to forget after a right guess. Rule X11. */
export async function countAttempt(
  relay: Relay,
  what: string,
  address: string,
  most: number = MOST_GUESSES,
): Promise<Result<string, RelayFault>> {
  const scope = await pepperedHash(relay, "attempt", `${what}:${address}`);
  const nowMs = relay.outside.wallNow();
  const sinceMs = nowMs - WINDOW_MS;
  const [, counted, oldest] = await relay.db.batch<{ at_wall_ms: number | null }>([
    relay.db.prepare("DELETE FROM attempts WHERE scope = ? AND at_wall_ms <= ?").bind(scope, sinceMs),
    relay.db
      .prepare(
        `INSERT INTO attempts (scope, at_wall_ms) SELECT ?1, ?2
         WHERE (SELECT COUNT(*) FROM attempts WHERE scope = ?1) < ?3 RETURNING at_wall_ms`,
      )
      .bind(scope, nowMs, most),
    relay.db.prepare("SELECT MIN(at_wall_ms) AS at_wall_ms FROM attempts WHERE scope = ?").bind(scope),
  ]);
  if (counted!.results.length === 1) return ok(scope);
  return fail<RelayFault>({
    type: "too-many-requests",
    kind: "retry",
    detail: "Too many tries; wait before the next.",
    retryAfterMs: (oldest!.results[0]?.at_wall_ms ?? nowMs) + WINDOW_MS - nowMs,
  });
}

export const forgetAttempts = (relay: Relay, scope: string): D1PreparedStatement =>
  relay.db.prepare("DELETE FROM attempts WHERE scope = ?").bind(scope);

/** Rows of people who never came back. */
export const dropOldAttempts = (relay: Relay): D1PreparedStatement =>
  relay.db.prepare("DELETE FROM attempts WHERE at_wall_ms <= ?").bind(relay.outside.wallNow() - WINDOW_MS);
