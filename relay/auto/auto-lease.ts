import type { InferOutput } from "valibot";
import { fail, ok, type Result } from "../../domain/result.ts";
import type { AutoSessionEntrySchema } from "../../domain/wire.ts";
import { refuse, stop, type RelayFault } from "../faults.ts";
import { LEASE_SILENCE_MS } from "../limits/guard.ts";
import { toldIfChanged } from "./tell-session.ts";
import type { Relay } from "../relay.ts";
import type { AutoSessionRow } from "./auto-session-row.ts";

type Entry = InferOutput<typeof AutoSessionEntrySchema>;
type Own = { readonly userId: string; readonly id: string; readonly token: number };

/** Takes the lease of a market for a session of this browser. Another device that runs it keeps it, unless it is told to
 *  give it up: then it is fenced off by the larger token, whatever it still tries. Rule X48. */
export async function takeLease(
  relay: Relay,
  userId: string,
  entry: Entry,
): Promise<Result<AutoSessionRow, RelayFault>> {
  const nowMs = relay.outside.wallNow();
  const [, , inserted, standing, halted] = await relay.db.batch([
    relay.db
      .prepare(
        `UPDATE auto_sessions SET state = 'ended', end_reason = 'taken-over', ended_wall_ms = ?1
         WHERE user_id = ?2 AND market = ?3 AND state = 'running' AND id <> ?4 AND ?5 = 1`,
      )
      .bind(nowMs, userId, entry.market, entry.id, entry.takeOver ? 1 : 0),
    toldIfChanged(relay, userId, { market: entry.market, reason: "taken-over" }),
    relay.db
      .prepare(
        `INSERT INTO auto_sessions (id, user_id, market, token, on_silence, state, started_wall_ms, seen_wall_ms)
         SELECT ?1, ?2, ?3, COALESCE((SELECT MAX(token) FROM auto_sessions WHERE user_id = ?2 AND market = ?3), 0) + 1,
           ?4, 'running', ?5, ?5
         WHERE NOT EXISTS (SELECT 1 FROM halts WHERE scope IN (?2, '*'))
         ON CONFLICT DO NOTHING RETURNING *`,
      )
      .bind(entry.id, userId, entry.market, entry.onSilence, nowMs),
    relay.db.prepare("SELECT * FROM auto_sessions WHERE id = ? AND user_id = ?").bind(entry.id, userId),
    relay.db.prepare("SELECT 1 FROM halts WHERE scope IN (?, '*')").bind(userId),
  ]);
  const [taken] = inserted!.results as AutoSessionRow[];
  if (taken) return ok(taken);
  const [own] = standing!.results as AutoSessionRow[];
  // The answer to an earlier try was lost.
  if (own?.state === "running" && own.market === entry.market) return ok(own);
  if (own) return leaseLost();
  return halted!.results.length > 0
    ? stop("halted", "No automatic session begins while trading is halted.")
    : refuse("lease-held", "Another device runs this market automatically.");
}

const leaseLost = () => stop("lease-lost", "The session has ended or another device took it over.");

/** A sign of life. It comes too late once the lease was lost to silence, whether the sweep has noticed or not. */
export async function beatLease(relay: Relay, { userId, id, token }: Own): Promise<Result<null, RelayFault>> {
  const nowMs = relay.outside.wallNow();
  const beaten = await relay.db
    .prepare(
      `UPDATE auto_sessions SET seen_wall_ms = MAX(seen_wall_ms, ?1)
       WHERE id = ?2 AND user_id = ?3 AND token = ?4 AND state = 'running' AND seen_wall_ms > ?5 RETURNING id`,
    )
    .bind(nowMs, id, userId, token, nowMs - LEASE_SILENCE_MS)
    .first();
  return beaten ? ok(null) : leaseLost();
}

export async function endLease(relay: Relay, { userId, id, token }: Own): Promise<Result<null, RelayFault>> {
  const [, known] = await relay.db.batch([
    relay.db
      .prepare(
        `UPDATE auto_sessions SET state = 'ended', end_reason = 'stopped', ended_wall_ms = ?1
         WHERE id = ?2 AND user_id = ?3 AND token = ?4 AND state = 'running'`,
      )
      .bind(relay.outside.wallNow(), id, userId, token),
    relay.db.prepare("SELECT 1 FROM auto_sessions WHERE id = ? AND user_id = ? AND token = ?").bind(id, userId, token),
  ]);
  return known!.results.length > 0 ? ok(null) : fail(leaseLost().fault);
}
