import { beforeEach, describe, expect, it } from "vitest";
import { DAY_MS, MINUTE_MS } from "../../domain/units.ts";
import { cookieOf, rowsOf, World } from "../testing/world.ts";

const VERIFIER = "ab".repeat(32);
const SET_UP_CODE = "set-up-code-of-the-tests";

describe("accounts", () => {
  let world: World;
  beforeEach(async () => {
    world = await World.make();
  });
  const logIn = (name: string, verifier = VERIFIER, address = "192.0.2.1") =>
    world.ask("POST /api/log-in", { body: { name, verifier }, headers: { "CF-Connecting-IP": address } });

  it("opens an account and a session that the page's scripts cannot read", async () => {
    const answer = await world.signUpAs("새사용자");
    expect(answer.status).toBe(201);
    expect(answer.body["user"]).toMatchObject({ name: "새사용자", role: "member" });
    const cookie = answer.headers.get("Set-Cookie")!;
    for (const part of ["__Host-session=", "HttpOnly", "Secure", "SameSite=Strict", "Path=/"])
      expect(cookie).toContain(part);
    const me = await world.ask("GET /api/me", { cookie: cookieOf(answer) });
    expect(me.body["user"]!["name"]).toBe("새사용자");
    const token = cookieOf(answer).split("=")[1]!;
    expect(JSON.stringify(await rowsOf("SELECT * FROM sessions"))).not.toContain(token);
  });

  it("gives a name to one of two who ask for it at the same time [X10]", async () => {
    const answers = await Promise.all(["Same", "same", " SAME ", "same"].map((name) => world.signUpAs(name)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409]);
    expect(answers.find(({ status }) => status === 409)!.body["type"]).toBe("name-taken");
    expect(await rowsOf("SELECT * FROM users")).toHaveLength(1);
  });

  it("makes exactly one admin out of two who bring the set-up code at the same time [X10]", async () => {
    const bring = { setUpCode: SET_UP_CODE.toLowerCase() };
    const answers = await Promise.all(["one", "two"].map((name) => world.signUpAs(name, bring)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 403]);
    const later = await world.signUpAs("three", bring);
    expect([later.status, later.body["type"]]).toEqual([403, "set-up-code-wrong"]);
    expect(await rowsOf("SELECT name FROM users WHERE role = 'admin'")).toHaveLength(1);
  });

  it("refuses a wrong set-up code and after ten tries also the right one [X10]", async () => {
    for (let tries = 0; tries < 10; tries += 1) {
      const wrong = await world.signUpAs("guesser", { setUpCode: `wrong-${tries}` });
      expect([wrong.status, wrong.body["type"]]).toEqual([403, "set-up-code-wrong"]);
    }
    expect((await world.signUpAs("guesser", { setUpCode: SET_UP_CODE })).status).toBe(429);
    expect(await rowsOf("SELECT * FROM users")).toHaveLength(0);
  });

  it("answers a wrong password and an unknown name alike, and gives both a lasting salt [X11]", async () => {
    await world.person("known");
    const wrong = await logIn("known", "cd".repeat(32));
    const nobody = await logIn("nobody");
    expect([wrong.status, wrong.body["detail"]]).toEqual([401, nobody.body["detail"]]);
    const salt = async (name: string) => (await world.ask("POST /api/sign-in-salt", { body: { name } })).body["salt"]!;
    expect(await salt("known")).toBe("0f".repeat(16));
    expect(await salt("nobody")).toMatch(/^[0-9a-f]{32}$/);
    expect(await salt("nobody")).toBe(await salt("NOBODY"));
    expect(await salt("nobody")).not.toBe(await salt("somebody"));
  });

  it("stops guessing after ten wrong passwords, also when they come at once, for that name and address only [X11]", async () => {
    await world.person("target");
    const wrong = await Promise.all(Array.from({ length: 14 }, () => logIn("target", "cd".repeat(32))));
    expect(wrong.filter(({ status }) => status === 401)).toHaveLength(10);
    const refused = await logIn("target");
    expect([refused.status, refused.body["type"], refused.body["kind"]]).toEqual([429, "too-many-requests", "retry"]);
    expect(refused.body["retryAfterMs"]).toBe(15 * MINUTE_MS);
    expect((await logIn("target", VERIFIER, "192.0.2.2")).status).toBe(200);
    world.pass(15 * MINUTE_MS);
    expect((await logIn("target")).status).toBe(200);
  });

  it("forgets wrong tries after a right one [X11]", async () => {
    await world.person("clumsy");
    for (let round = 0; round < 3; round += 1) {
      for (let tries = 0; tries < 9; tries += 1) await logIn("clumsy", "cd".repeat(32));
      expect((await logIn("clumsy")).status).toBe(200);
    }
  });

  it("ends a session at log-out, after two idle weeks and after ninety days", async () => {
    const person = await world.person("leaver");
    expect((await person.ask("POST /api/log-out")).status).toBe(204);
    expect((await person.ask("GET /api/me")).status).toBe(401);
    const idle = cookieOf(await logIn("leaver"));
    world.pass(14 * DAY_MS + 1);
    expect((await world.ask("GET /api/me", { cookie: idle })).status).toBe(401);
    const busy = cookieOf(await logIn("leaver"));
    for (let days = 0; days < 90; days += 10) {
      expect((await world.ask("GET /api/me", { cookie: busy })).status).toBe(200);
      world.pass(10 * DAY_MS);
    }
    world.pass(1);
    expect((await world.ask("GET /api/me", { cookie: busy })).status).toBe(401);
  });

  it("keeps neither verifier nor password: the stored hash is keyed and bound to the user", async () => {
    await world.person("one");
    await world.person("two");
    const rows = await rowsOf("SELECT verifier_mac FROM credentials");
    expect(rows).toHaveLength(2);
    expect(rows[0]!["verifier_mac"]).not.toBe(rows[1]!["verifier_mac"]);
    expect(JSON.stringify(rows)).not.toContain(VERIFIER);
  });
});
