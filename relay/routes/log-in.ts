import { LogInSchema, type User } from "../../domain/wire.ts";
import { countAttempt, forgetAttempts } from "../accounts/attempts.ts";
import { provesIdentity } from "../accounts/credentials.ts";
import { closeSession, openSession, tokenHashOf } from "../accounts/session.ts";
import { readUserByName, userOf } from "../accounts/user-row.ts";
import { auditRow } from "../audit.ts";
import { refuse } from "../faults.ts";
import { answer } from "../http/answer.ts";
import { readBody } from "../http/read-body.ts";
import type { Route } from "../http/route.ts";

/** Compared against when there is no such user, so that the answer takes the same steps. */
const NOBODY = { id: "nobody", verifier_mac: "00".repeat(32) };

/** A wrong name and a wrong password get the same answer. Rule X11. */
export const logIn: Route = {
  method: "POST",
  path: "/api/log-in",
  access: "anyone",
  async handle({ relay, request, address }) {
    const body = await readBody(request, LogInSchema);
    if (!body.ok) return body;
    const { name, verifier } = body.value;
    const attempt = await countAttempt(relay, `log-in:${name}`, address);
    if (!attempt.ok) return attempt;
    const user = await readUserByName(relay, name);
    const { id, verifier_mac: mac } = user ?? NOBODY;
    const proven = await provesIdentity(relay.settings, { userId: id, verifier, mac });
    if (!user || !proven) {
      await auditRow(relay, { userId: user?.id ?? null, event: "log-in-refused" }).run();
      return refuse("wrong-credentials", "Name or password is wrong.");
    }
    const earlier = await tokenHashOf(request);
    await relay.db.batch([
      forgetAttempts(relay, attempt.value),
      auditRow(relay, { userId: user.id, event: "logged-in" }),
      ...(earlier ? [closeSession(relay, earlier)] : []),
    ]);
    const cookie = await openSession(relay, user.id);
    return answer<{ user: User }>({ user: userOf(user) }, 200, { "Set-Cookie": cookie });
  },
};
