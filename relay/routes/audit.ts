import type { InferOutput } from "valibot";
import type { MarketCode } from "../../domain/market-code.ts";
import { epochMs } from "../../domain/units.ts";
import type { ActivityAnswerSchema, ActivityEntry, AuditVerificationSchema } from "../../domain/wire.ts";
import { verifyAudit } from "../audit/seal-audit.ts";
import { refuse } from "../faults.ts";
import { answer } from "../http/answer.ts";
import type { Route } from "../http/route.ts";

const PAGE_SIZE = 50;
type Row = {
  readonly id: number;
  readonly at_wall_ms: number;
  readonly user_id: string | null;
  readonly actor_id: string | null;
  readonly event: string;
  readonly subject: string | null;
  readonly detail: string | null;
  readonly address: string | null;
  readonly result: ActivityEntry["result"];
  readonly market: MarketCode | null;
  readonly side: "bid" | "ask";
  readonly executed_volume: string | null;
  readonly attempts: number | null;
};

/** What happened to one's own account, and for an admin what one did to others'. Rule X28. */
export const listActivity: Route = {
  method: "GET",
  path: "/api/activity",
  access: "owner",
  async handle({ relay, request, user }) {
    const before = new URL(request.url).searchParams.get("before") ?? String(Number.MAX_SAFE_INTEGER);
    if (!/^\d{1,16}$/.test(before)) return refuse("bad-input", "Not a place in the list.", "before");
    const rows = await relay.db
      .prepare(
        `SELECT a.*, COALESCE(o.market, r.market) AS market, COALESCE(o.side, r.side) AS side, o.executed_volume,
           o.attempts
         FROM audit a LEFT JOIN orders o ON o.id = a.subject AND o.user_id = ?1
           LEFT JOIN reservations r ON r.id = a.subject AND r.user_id = ?1
         WHERE (a.user_id = ?1 OR a.actor_id = ?1) AND a.id < ?2 ORDER BY a.id DESC LIMIT ?3`,
      )
      .bind(user.id, Number(before), PAGE_SIZE)
      .all<Row>();
    return answer<InferOutput<typeof ActivityAnswerSchema>>({
      activity: rows.results.map((row) => entryOf(row, user.id)),
      before: rows.results.length === PAGE_SIZE ? rows.results.at(-1)!.id : null,
    });
  },
};

const entryOf = (row: Row, userId: string): ActivityEntry => ({
  id: row.id,
  atMs: epochMs(row.at_wall_ms),
  event: row.event,
  subject: row.subject,
  detail: row.detail,
  // Where an admin was is the admin's own.
  address: row.actor_id !== null && row.actor_id !== userId ? null : row.address,
  result: row.result,
  trade: row.market && {
    market: row.market,
    side: row.side,
    executedVolume: row.executed_volume ?? "0",
    sent: (row.attempts ?? 0) > 0,
  },
  by: row.actor_id === null || row.actor_id === row.user_id ? "self" : row.actor_id === userId ? "to-other" : "admin",
});

/** Rule X26. */
export const auditVerification: Route = {
  method: "GET",
  path: "/api/audit/verification",
  access: "admin",
  handle: async ({ relay }) => answer<InferOutput<typeof AuditVerificationSchema>>(await verifyAudit(relay)),
};
