import { LogInSchema, type User } from "../../domain/wire.ts";
import { deviceLabel } from "../accounts/caller.ts";
import { provesIdentity, readPassword } from "../accounts/credentials.ts";
import { countLogIn, letIn, rememberDevice } from "../accounts/known-device.ts";
import { closeSession, openSession, tokenHashOf } from "../accounts/session.ts";
import { readUserByName, userOf } from "../accounts/user-row.ts";
import { auditRow } from "../audit/audit-row.ts";
import { refuse, stop } from "../faults.ts";
import { answer } from "../http/answer.ts";
import { readBody } from "../http/read-body.ts";
import type { Route } from "../http/route.ts";
import { notify } from "../push/notify.ts";

/** A wrong name and a wrong password get the same answer, after the same work. Rules X11, X21. */
export const logIn: Route = {
  method: "POST",
  path: "/api/log-in",
  access: "anyone",
  async handle(call) {
    const { relay, request, address } = call;
    const body = await readBody(request, LogInSchema);
    if (!body.ok) return body;
    const { name, verifier } = body.value;
    const user = await readUserByName(relay, name);
    const counted = await countLogIn(call, name, user?.id ?? null);
    if (!counted.ok) return counted;
    const password = await readPassword(relay, user?.id ?? "");
    const proven = await provesIdentity(relay, password, verifier);
    if (!user || !proven) {
      await auditRow(relay, { userId: user?.id ?? null, event: "log-in-refused", address }).run();
      return refuse("wrong-credentials", "Name or password is wrong.");
    }
    if (user.locked_wall_ms !== null) {
      await auditRow(relay, { userId: user.id, event: "log-in-refused", detail: "locked", address }).run();
      return stop("account-locked", "An admin has locked this account.");
    }
    const earlier = await tokenHashOf(call);
    await relay.db.batch([
      ...counted.value.forget,
      auditRow(relay, { userId: user.id, event: "logged-in", detail: deviceLabel(request), address }),
      ...(earlier ? [closeSession(relay, earlier)] : []),
    ]);
    if (!counted.value.known) await notify(relay, user.id, "new-device", { device: deviceLabel(request) });
    const headers = letIn(await openSession(call, user.id), await rememberDevice(call, user.id));
    return answer<{ user: User }>({ user: userOf(user) }, 200, headers);
  },
};
