import { ReAuthenticationSchema } from "../../domain/wire.ts";
import { countAttempt, forgetAttempts } from "../accounts/attempts.ts";
import { provesIdentity, readPassword } from "../accounts/credentials.ts";
import { auditRow } from "../audit/audit-row.ts";
import { refuse } from "../faults.ts";
import { nothing } from "../http/answer.ts";
import { readBody } from "../http/read-body.ts";
import type { Route } from "../http/route.ts";

/** The password once more, for what a stolen session alone must not do. Rule X22. */
export const reAuthenticate: Route = {
  method: "POST",
  path: "/api/re-authenticate",
  access: "owner",
  async handle({ relay, request, user, sessionHash, address }) {
    const body = await readBody(request, ReAuthenticationSchema);
    if (!body.ok) return body;
    // Counted by session: whoever guesses here holds one, and the owner's others stay free.
    const counted = await countAttempt(relay, `re-authenticate:${user.id}`, sessionHash);
    if (!counted.ok) return counted;
    if (!(await provesIdentity(relay, await readPassword(relay, user.id), body.value.verifier))) {
      await auditRow(relay, { userId: user.id, event: "re-authentication-refused", address }).run();
      return refuse("wrong-credentials", "The password is wrong.");
    }
    await relay.db.batch([
      relay.db
        .prepare("UPDATE sessions SET confirmed_wall_ms = ? WHERE token_hash = ?")
        .bind(relay.outside.wallNow(), sessionHash),
      forgetAttempts(relay, counted.value),
      auditRow(relay, { userId: user.id, event: "re-authenticated", address }),
    ]);
    return nothing();
  },
};
