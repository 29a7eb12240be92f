import type { InferOutput } from "valibot";
import { ok, type Result } from "../../domain/result.ts";
import { SignUpSchema, type User } from "../../domain/wire.ts";
import { countAttempt, forgetAttempts } from "../accounts/attempts.ts";
import { isSetUpCode, verifierMac } from "../accounts/credentials.ts";
import { openSession } from "../accounts/session.ts";
import { insertUser, readUserByName, userOf, type UserRow } from "../accounts/user-row.ts";
import { auditRow } from "../audit.ts";
import { refuse, type RelayFault } from "../faults.ts";
import { answer } from "../http/answer.ts";
import { readBody } from "../http/read-body.ts";
import type { Call, Route } from "../http/route.ts";
import { newId, type Relay } from "../relay.ts";

const nameTaken = () => refuse("name-taken", "Somebody has this name already.", "name");
const codeWrong = () =>
  refuse("set-up-code-wrong", "The set-up code is wrong, or an admin exists already.", "setUpCode");

/** The first admin proves to run the deployment by its set-up code; everybody else becomes a member. Rule X10. */
export const signUp: Route = {
  method: "POST",
  path: "/api/sign-up",
  access: "anyone",
  async handle(call) {
    const { relay } = call;
    const body = await readBody(call.request, SignUpSchema);
    if (!body.ok) return body;
    if (await readUserByName(relay, body.value.name)) return nameTaken();
    const role = await roleOf(call, body.value.setUpCode);
    if (!role.ok) return role;
    const row = await rowOf(relay, body.value, role.value);
    if (!(await insertUser(relay, row))) return (await readUserByName(relay, row.name)) ? nameTaken() : codeWrong();
    await auditRow(relay, { userId: row.id, event: "signed-up", detail: row.role }).run();
    const cookie = await openSession(relay, row.id);
    return answer<{ user: User }>({ user: userOf(row) }, 201, { "Set-Cookie": cookie });
  },
};

async function roleOf({ relay, address }: Call, code: string | undefined): Promise<Result<User["role"], RelayFault>> {
  if (!code) return ok("member");
  const attempt = await countAttempt(relay, "set-up-code", address);
  if (!attempt.ok) return attempt;
  if (!(await isSetUpCode(relay.settings, code))) {
    await auditRow(relay, { userId: null, event: "set-up-code-refused" }).run();
    return codeWrong();
  }
  await forgetAttempts(relay, attempt.value).run();
  return ok("admin");
}

async function rowOf(relay: Relay, entry: InferOutput<typeof SignUpSchema>, role: User["role"]): Promise<UserRow> {
  const id = newId(relay);
  return {
    id,
    name: entry.name,
    display_name: entry.displayName,
    role,
    salt: entry.salt,
    verifier_mac: await verifierMac(relay.settings, id, entry.verifier),
    created_wall_ms: relay.outside.wallNow(),
  };
}
