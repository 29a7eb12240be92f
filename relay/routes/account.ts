import { PasswordChangeSchema } from "../../domain/wire.ts";
import { verifierMac } from "../accounts/credentials.ts";
import { deleteUser } from "../accounts/delete-user.ts";
import { forgetDevices } from "../accounts/known-device.ts";
import { closedCookie, closeSessions } from "../accounts/session.ts";
import { auditRow } from "../audit/audit-row.ts";
import { refuse } from "../faults.ts";
import { nothing } from "../http/answer.ts";
import { readBody } from "../http/read-body.ts";
import type { Route } from "../http/route.ts";
import { noticeRow } from "../push/notify.ts";

/** Whoever knew the old password is out: every other session ends and no browser counts as known. Rule X23. */
export const putPassword: Route = {
  method: "PUT",
  path: "/api/password",
  access: "fresh",
  async handle({ relay, request, user, sessionHash, address }) {
    const body = await readBody(request, PasswordChangeSchema);
    if (!body.ok) return body;
    const mac = await verifierMac(relay, user.id, body.value.verifier);
    await relay.db.batch([
      relay.db
        .prepare("UPDATE credentials SET salt = ?, verifier_mac = ? WHERE user_id = ? AND kind = 'password'")
        .bind(body.value.salt, mac, user.id),
      closeSessions(relay, user.id, sessionHash),
      forgetDevices(relay, user.id),
      auditRow(relay, { userId: user.id, event: "password-changed", address }),
      noticeRow(relay, user.id, "password-changed", {}),
    ]);
    return nothing();
  },
};

/** Rule X25. */
export const deleteAccount: Route = {
  method: "DELETE",
  path: "/api/account",
  access: "fresh",
  async handle({ relay, user, address }) {
    const deleted = await deleteUser(relay, user.id, address);
    return deleted
      ? nothing({ "Set-Cookie": closedCookie })
      : refuse("last-admin", "The last admin stays: make somebody else an admin first.");
  },
};
