import { closedCookie, closeSession } from "../accounts/session.ts";
import { auditRow } from "../audit.ts";
import { nothing } from "../http/answer.ts";
import type { Route } from "../http/route.ts";

export const logOut: Route = {
  method: "POST",
  path: "/api/log-out",
  access: "owner",
  async handle({ relay, user, sessionHash }) {
    await relay.db.batch([closeSession(relay, sessionHash), auditRow(relay, { userId: user.id, event: "logged-out" })]);
    return nothing({ "Set-Cookie": closedCookie });
  },
};
