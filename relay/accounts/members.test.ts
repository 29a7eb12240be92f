import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { MINUTE_MS } from "../../domain/units.ts";
import { ACCESS_KEY, cookieOf, rowsOf, SECRET_KEY, World, type Person } from "../testing/world.ts";

const SET_UP_CODE = "set-up-code-of-the-tests";
const VERIFIER = "ab".repeat(32);
const NEW_VERIFIER = "ef".repeat(32);

describe("members and their accounts", () => {
  let world: World;
  let admin: Person;
  beforeEach(async () => {
    world = await World.make();
    admin = await world.person("admin", { setUpCode: SET_UP_CODE });
  });
  const change = (by: Person, id: string, action: string) => by.ask(`POST /api/members/${id}`, { action });
  const logIn = (name: string, verifier = VERIFIER) => world.ask("POST /api/log-in", { body: { name, verifier } });

  it("ends every session of a locked account and lets it in again only once it is unlocked [X24]", async () => {
    const member = await world.person("member");
    const elsewhere = cookieOf(await logIn("member"));
    expect((await change(admin, member.id, "lock")).body["member"]!["lockedAtMs"]).toBe(world.nowMs);
    for (const cookie of [member.cookie, elsewhere])
      expect((await world.ask("GET /api/me", { cookie })).body["type"]).toBe("signed-out");
    const refused = await logIn("member");
    expect([refused.status, refused.body["type"]]).toEqual([403, "account-locked"]);
    expect((await logIn("member", NEW_VERIFIER)).body["type"]).toBe("wrong-credentials");
    await change(admin, member.id, "unlock");
    expect((await logIn("member")).status).toBe(200);
  });

  it("lets no session pass that outlived the lock [X24]", async () => {
    const member = await world.person("member");
    await env.DB.prepare("UPDATE users SET locked_wall_ms = 1 WHERE id = ?").bind(member.id).run();
    expect((await member.ask("GET /api/me")).body["type"]).toBe("signed-out");
  });

  it("sends no order and fires no reservation of a locked account [X24]", async () => {
    const member = await world.person("member");
    await member.ask("PUT /api/key", { accessKey: ACCESS_KEY, secretKey: SECRET_KEY });
    const request = { kind: "market-bid", market: "KRW-BTC", side: "bid", total: "10000" };
    const schedule = { every: "once", atMs: world.nowMs + MINUTE_MS };
    const entry = { idempotencyKey: crypto.randomUUID(), request, schedule, windowMs: 10 * MINUTE_MS };
    expect((await member.ask("POST /api/reservations", entry)).status).toBe(201);
    await change(admin, member.id, "lock");
    world.pass(2 * MINUTE_MS);
    await world.sweep();
    expect(world.exchange.requests("POST /v1/orders")).toEqual([]);
    expect(await rowsOf("SELECT state, intent_wall_ms FROM orders")).toEqual([
      { state: "rejected", intent_wall_ms: null },
    ]);
  });

  it("never leaves a deployment without an admin who can act [X24]", async () => {
    expect((await change(admin, admin.id, "lock")).body["type"]).toBe("last-admin");
    expect((await change(admin, admin.id, "demote")).body["type"]).toBe("last-admin");
    expect((await admin.ask("DELETE /api/account")).body["type"]).toBe("last-admin");
    const second = await world.person("second");
    expect((await change(admin, second.id, "promote")).body["member"]!["role"]).toBe("admin");
    expect((await change(admin, admin.id, "lock")).body["type"]).toBe("last-admin");
    const answers = await Promise.all([change(admin, second.id, "demote"), change(second, admin.id, "demote")]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(await rowsOf("SELECT id FROM users WHERE role = 'admin'")).toHaveLength(1);
  });

  it("makes another admin only of a password given just now, and says who did what to whom [X24]", async () => {
    const member = await world.person("member");
    world.pass(6 * MINUTE_MS);
    expect((await change(admin, member.id, "promote")).body["type"]).toBe("re-authentication-needed");
    await admin.ask("POST /api/re-authenticate", { verifier: VERIFIER });
    await change(admin, member.id, "promote");
    const rows = await rowsOf(
      "SELECT user_id, actor_id, detail FROM audit WHERE event = 'role-changed' AND user_id = ?",
      member.id,
    );
    expect(rows).toEqual([{ user_id: member.id, actor_id: admin.id, detail: "promote" }]);
    expect((await change(admin, "nobody", "lock")).status).toBe(404);
  });

  it("lists sessions, ends one, or all of them with the marks of their browsers [X23]", async () => {
    const member = await world.person("member");
    const other = cookieOf(await logIn("member"));
    const { sessions } = (await member.ask("GET /api/sessions")).body as never as {
      sessions: { id: string; current: boolean }[];
    };
    expect(sessions.map(({ current }) => current).toSorted()).toEqual([false, true]);
    const foreign = sessions.find(({ current }) => !current)!;
    expect((await admin.ask(`DELETE /api/sessions/${foreign.id}`)).status).toBe(404);
    expect((await member.ask(`DELETE /api/sessions/${foreign.id}`)).status).toBe(204);
    expect((await world.ask("GET /api/me", { cookie: other })).status).toBe(401);
    const again = cookieOf(await logIn("member"));
    const left = await member.ask("DELETE /api/sessions");
    expect([left.status, left.headers.get("Set-Cookie")]).toEqual([204, expect.stringContaining("Max-Age=0")]);
    for (const cookie of [member.cookie, again]) expect((await world.ask("GET /api/me", { cookie })).status).toBe(401);
    expect(await rowsOf("SELECT * FROM known_devices WHERE user_id = ?", member.id)).toEqual([]);
  });

  it("changes a password with everybody else logged out, and the old one is worth nothing [X23]", async () => {
    const member = await world.person("member");
    const other = cookieOf(await logIn("member"));
    const changed = await member.ask("PUT /api/password", { salt: "1e".repeat(16), verifier: NEW_VERIFIER });
    expect(changed.status).toBe(204);
    expect((await member.ask("GET /api/me")).status).toBe(200);
    expect((await world.ask("GET /api/me", { cookie: other })).status).toBe(401);
    expect((await logIn("member")).status).toBe(401);
    expect((await logIn("member", NEW_VERIFIER)).status).toBe(200);
    const salt = await world.ask("POST /api/sign-in-salt", { body: { name: "member" } });
    expect(salt.body["salt"]).toBe("1e".repeat(16));
  });

  it("deletes an account: key, password, sessions and name are gone, money and trail stay under a number [X25]", async () => {
    const member = await world.person("떠나는사람");
    await member.ask("PUT /api/key", { accessKey: ACCESS_KEY, secretKey: SECRET_KEY });
    await member.ask("POST /api/orders", {
      idempotencyKey: crypto.randomUUID(),
      origin: "manual",
      request: { kind: "market-bid", market: "KRW-BTC", side: "bid", total: "10000" },
    });
    world.pass(6 * MINUTE_MS);
    expect((await member.ask("DELETE /api/account")).body["type"]).toBe("re-authentication-needed");
    await member.ask("POST /api/re-authenticate", { verifier: VERIFIER });
    expect((await member.ask("DELETE /api/account")).status).toBe(204);
    expect((await member.ask("GET /api/me")).status).toBe(401);
    for (const table of ["trading_keys", "credentials", "sessions", "known_devices", "notifications"])
      expect(await rowsOf(`SELECT * FROM ${table} WHERE user_id = ?`, member.id)).toEqual([]);
    expect(await rowsOf("SELECT * FROM orders WHERE user_id = ?", member.id)).toHaveLength(1);
    const tables = await rowsOf(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'",
    );
    for (const { name } of tables)
      expect(JSON.stringify(await rowsOf(`SELECT * FROM ${name}`))).not.toContain("떠나는사람");
    expect((await logIn("떠나는사람")).status).toBe(401);
    expect((await world.signUpAs("떠나는사람")).status).toBe(201);
    expect((await admin.ask("GET /api/members")).body["members"]).toHaveLength(2);
  });
});
