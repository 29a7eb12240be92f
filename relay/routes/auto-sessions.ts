import { AutoSessionEntrySchema, LeaseTokenSchema, type AutoSession } from "../../domain/wire.ts";
import { beatLease, endLease, takeLease } from "../auto/auto-lease.ts";
import { autoSessionOf, type AutoSessionRow } from "../auto/auto-session-row.ts";
import { answer, nothing } from "../http/answer.ts";
import { readBody } from "../http/read-body.ts";
import type { Route } from "../http/route.ts";

const PATH = "/api/auto-sessions";
const MOST_LISTED = 20;

export const postAutoSession: Route = {
  method: "POST",
  path: PATH,
  access: "owner",
  async handle({ relay, request, user }) {
    const body = await readBody(request, AutoSessionEntrySchema);
    if (!body.ok) return body;
    const taken = await takeLease(relay, user.id, body.value);
    return taken.ok ? answer<{ session: AutoSession }>({ session: autoSessionOf(taken.value) }, 201) : taken;
  },
};

export const listAutoSessions: Route = {
  method: "GET",
  path: PATH,
  access: "owner",
  async handle({ relay, user }) {
    const rows = await relay.db
      .prepare("SELECT * FROM auto_sessions WHERE user_id = ? ORDER BY started_wall_ms DESC, rowid DESC LIMIT ?")
      .bind(user.id, MOST_LISTED)
      .all<AutoSessionRow>();
    return answer<{ sessions: AutoSession[] }>({ sessions: rows.results.map(autoSessionOf) });
  },
};

const withToken = (name: "beat" | "end", act: typeof beatLease): Route => ({
  method: "POST",
  path: `/api/auto-sessions/:id/${name}`,
  access: "owner",
  async handle({ relay, request, user, params }) {
    const body = await readBody(request, LeaseTokenSchema);
    if (!body.ok) return body;
    const done = await act(relay, { userId: user.id, id: params["id"] ?? "", token: body.value.token });
    return done.ok ? nothing() : done;
  },
});

export const postBeat = withToken("beat", beatLease);
export const postEnd = withToken("end", endLease);
