import type { InferOutput } from "valibot";
import { epochMs } from "../../domain/units.ts";
import type { SessionsAnswerSchema } from "../../domain/wire.ts";
import { forgetDevices } from "../accounts/known-device.ts";
import { closedCookie, closeSessions, readSessions } from "../accounts/session.ts";
import { auditRow } from "../audit/audit-row.ts";
import { refuse } from "../faults.ts";
import { answer, nothing } from "../http/answer.ts";
import type { Route } from "../http/route.ts";

const PATH = "/api/sessions";

export const listSessions: Route = {
  method: "GET",
  path: PATH,
  access: "owner",
  async handle({ relay, user, sessionHash }) {
    const rows = await readSessions(relay, user.id);
    return answer<InferOutput<typeof SessionsAnswerSchema>>({
      sessions: rows.map((row) => ({
        id: row.id,
        device: row.device,
        address: row.address,
        createdAtMs: epochMs(row.created_wall_ms),
        // Noted now and then only; whoever asks is here.
        seenAtMs: row.token_hash === sessionHash ? relay.outside.wallNow() : epochMs(row.seen_wall_ms),
        current: row.token_hash === sessionHash,
      })),
    });
  },
};

export const endSession: Route = {
  method: "DELETE",
  path: `${PATH}/:id`,
  access: "owner",
  async handle({ relay, user, params, address }) {
    const ended = await relay.db
      .prepare("DELETE FROM sessions WHERE id = ? AND user_id = ? RETURNING device")
      .bind(params["id"] ?? "", user.id)
      .first<{ device: string }>();
    if (!ended) return refuse("not-found", "There is no such session.");
    await auditRow(relay, { userId: user.id, event: "session-ended", detail: ended.device, address }).run();
    return nothing();
  },
};

/** Everywhere, this one too: for whoever lost a device. Browsers count as strangers again. */
export const endSessions: Route = {
  method: "DELETE",
  path: PATH,
  access: "owner",
  async handle({ relay, user, address }) {
    await relay.db.batch([
      closeSessions(relay, user.id),
      forgetDevices(relay, user.id),
      auditRow(relay, { userId: user.id, event: "sessions-ended", address }),
    ]);
    return nothing({ "Set-Cookie": closedCookie });
  },
};
