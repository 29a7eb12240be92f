import type { InferOutput } from "valibot";
import { ok, type Result } from "../../domain/result.ts";
import { NameCheckSchema, SignUpSchema, type User } from "../../domain/wire.ts";
import { countAttempt, forgetAttempts } from "../accounts/attempts.ts";
import { isSetUpCode, verifierMac } from "../accounts/credentials.ts";
import { codeHash } from "../accounts/invitation.ts";
import { letIn, rememberDevice } from "../accounts/known-device.ts";
import { openSession } from "../accounts/session.ts";
import { readUserByName, userOf, type UserRow } from "../accounts/user-row.ts";
import { writeUser } from "../accounts/write-user.ts";
import { auditRow } from "../audit/audit-row.ts";
import { refuse, type RelayFault } from "../faults.ts";
import { answer } from "../http/answer.ts";
import { readBody } from "../http/read-body.ts";
import type { Call, Route } from "../http/route.ts";
import { newId, type Relay } from "../relay.ts";

type Entry = InferOutput<typeof SignUpSchema>;
/** How somebody comes in: as the first admin, or as a member with the invitation it takes, if any. */
type Entrance = { readonly role: User["role"]; readonly invitation: string | null };

/** In a quarter of an hour from one address: a family signing up together, not a machine. */
const MOST_SIGN_UPS = 30;
/** One for each pause in typing a name, and then some. */
const MOST_NAME_CHECKS = 60;

const nameTaken = () => refuse("name-taken", "Somebody has this name already.", "name");
const closed = () => refuse("sign-up-closed", "This deployment takes nobody new.");
const codeWrong = () =>
  refuse("set-up-code-wrong", "The set-up code is wrong, or an admin exists already.", "setUpCode");
const notInvited = () =>
  refuse("invitation-refused", "It takes an invitation code that is unused and not out of date.", "invitationCode");

/** Whether a name is free, while it is typed; the database has the last word at sign-up. Rule X20. */
export const nameCheck: Route = {
  method: "POST",
  path: "/api/name-check",
  access: "anyone",
  async handle({ relay, request, address }) {
    const body = await readBody(request, NameCheckSchema);
    if (!body.ok) return body;
    if (relay.settings.signUp === "closed") return closed();
    const counted = await countAttempt(relay, "name-check", address, MOST_NAME_CHECKS);
    if (!counted.ok) return counted;
    return answer({ taken: (await readUserByName(relay, body.value.name)) !== null });
  },
};

/** The first admin proves to run the deployment by its set-up code; everybody else becomes a member, where the
 *  deployment lets them. Rules X10, X20. */
export const signUp: Route = {
  method: "POST",
  path: "/api/sign-up",
  access: "anyone",
  async handle(call) {
    const { relay, address } = call;
    const body = await readBody(call.request, SignUpSchema);
    if (!body.ok) return body;
    const counted = await countAttempt(relay, "sign-up", address, MOST_SIGN_UPS);
    if (!counted.ok) return counted;
    if (await readUserByName(relay, body.value.name)) return nameTaken();
    const entrance = await entranceOf(call, body.value);
    if (!entrance.ok) return entrance;
    const { role, invitation } = entrance.value;
    const row = rowOf(relay, body.value, role);
    const mac = await verifierMac(relay, row.id, body.value.verifier);
    const { salt } = body.value;
    if (!(await writeUser(relay, { row, salt, verifierMac: mac, invitation, address }))) {
      if (await readUserByName(relay, row.name)) return nameTaken();
      if (role === "admin") return codeWrong();
      await auditRow(relay, { userId: null, event: "invitation-refused", address }).run();
      return notInvited();
    }
    const headers = letIn(await openSession(call, row.id), await rememberDevice(call, row.id));
    return answer<{ user: User }>({ user: userOf(row) }, 201, headers);
  },
};

async function entranceOf(call: Call, entry: Entry): Promise<Result<Entrance, RelayFault>> {
  const { relay, address } = call;
  if (entry.setUpCode) return asAdmin(call, entry.setUpCode);
  if (relay.settings.signUp === "open") return ok({ role: "member", invitation: null });
  if (relay.settings.signUp === "closed") return closed();
  if (!entry.invitationCode) return notInvited();
  const counted = await countAttempt(relay, "invitation", address);
  if (!counted.ok) return counted;
  return ok({ role: "member", invitation: await codeHash(relay, entry.invitationCode) });
}

async function asAdmin({ relay, address }: Call, code: string): Promise<Result<Entrance, RelayFault>> {
  const attempt = await countAttempt(relay, "set-up-code", address);
  if (!attempt.ok) return attempt;
  if (!(await isSetUpCode(relay, code))) {
    await auditRow(relay, { userId: null, event: "set-up-code-refused", address }).run();
    return codeWrong();
  }
  await forgetAttempts(relay, attempt.value).run();
  return ok({ role: "admin", invitation: null });
}

const rowOf = (relay: Relay, entry: Entry, role: User["role"]): UserRow => ({
  id: newId(relay),
  name: entry.name,
  display_name: entry.displayName,
  role,
  created_wall_ms: relay.outside.wallNow(),
  locked_wall_ms: null,
  deleted_wall_ms: null,
});
