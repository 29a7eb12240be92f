import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { DAY_MS } from "../../domain/units.ts";
import { rowsOf, World } from "../testing/world.ts";
import { codeHash, newCode } from "./invitation.ts";

const SET_UP_CODE = "set-up-code-of-the-tests";

describe("who may come in", () => {
  let world: World;
  const inMode = async (signUp: string) => {
    world = await World.make({ SIGN_UP: signUp });
  };
  beforeEach(() => inMode("invitation"));
  /** A code as an admin's route makes one. */
  async function invite(days: number): Promise<string> {
    const code = newCode(world.relay);
    await env.DB.prepare(
      "INSERT INTO invitations (id, code_hash, created_by, created_wall_ms, expires_wall_ms) VALUES (?, ?, ?, ?, ?)",
    )
      .bind(crypto.randomUUID(), await codeHash(world.relay, code), admin, world.nowMs, world.nowMs + days * DAY_MS)
      .run();
    return code;
  }
  let admin = "";
  const withAdmin = async () => {
    // As one types it who reads it from another screen.
    admin = (await world.person("admin", { setUpCode: ` ${SET_UP_CODE.replaceAll("-", "").toUpperCase()}` })).id;
  };

  it("takes nobody without an invitation where it takes one, and where it is closed nobody at all [X20]", async () => {
    await withAdmin();
    const uninvited = await world.signUpAs("uninvited");
    expect([uninvited.status, uninvited.body["type"]]).toEqual([403, "invitation-refused"]);
    await inMode("closed");
    await withAdmin();
    const late = await world.signUpAs("late", { invitationCode: await invite(7) });
    expect([late.status, late.body["type"]]).toEqual([403, "sign-up-closed"]);
    expect((await world.ask("POST /api/name-check", { body: { name: "late" } })).body["type"]).toBe("sign-up-closed");
  });

  it("lets one person in by one code, also when two bring it at once, and none after its time [X20]", async () => {
    await withAdmin();
    const code = await invite(7);
    const typed = code.toLowerCase().replaceAll("-", " ");
    const answers = await Promise.all(["one", "two"].map((name) => world.signUpAs(name, { invitationCode: typed })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 403]);
    expect((await world.signUpAs("three", { invitationCode: code })).status).toBe(403);
    const old = await invite(1);
    world.pass(DAY_MS);
    expect((await world.signUpAs("four", { invitationCode: old })).status).toBe(403);
    expect(await rowsOf("SELECT * FROM users WHERE role = 'member'")).toHaveLength(1);
    expect(await rowsOf("SELECT * FROM credentials")).toHaveLength(2);
    expect(JSON.stringify(await rowsOf("SELECT * FROM invitations"))).not.toContain(code.slice(0, 4));
  });

  it("stops guessing at codes and the asking for names [X20]", async () => {
    await withAdmin();
    for (let tries = 0; tries < 10; tries += 1) await world.signUpAs("guesser", { invitationCode: `WRONG-${tries}` });
    expect((await world.signUpAs("guesser", { invitationCode: await invite(1) })).status).toBe(429);
    const ask = (name: string) => world.ask("POST /api/name-check", { body: { name } });
    expect((await ask(" ADMIN ")).body).toEqual({ taken: true });
    expect((await ask("free")).body).toEqual({ taken: false });
    for (let tries = 0; tries < 58; tries += 1) await ask("free");
    expect((await ask("free")).status).toBe(429);
  });
});
