import { closedCookie, closeSession } from "../accounts/session.ts";
import { auditRow } from "../audit/audit-row.ts";
import { nothing } from "../http/answer.ts";
import type { Route } from "../http/route.ts";

export const logOut: Route = {
  method: "POST",
  path: "/api/log-out",
  access: "owner",
  async handle({ relay, user, sessionHash, address }) {
    const left = auditRow(relay, { userId: user.id, event: "logged-out", address });
    await relay.db.batch([closeSession(relay, sessionHash), left]);
    return nothing({ "Set-Cookie": closedCookie });
  },
};
