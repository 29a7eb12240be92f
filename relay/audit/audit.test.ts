import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { ACCESS_KEY, rowsOf, SECRET_KEY, World, type Person } from "../testing/world.ts";
import { sealAudit, verifyAudit } from "./seal-audit.ts";

const SET_UP_CODE = "set-up-code-of-the-tests";
const run = (...queries: string[]) => env.DB.batch(queries.map((query) => env.DB.prepare(query)));
/** Somebody with the database in hand: the triggers are no hindrance. */
const UNGUARDED = ["DROP TRIGGER IF EXISTS audit_is_not_changed", "DROP TRIGGER IF EXISTS audit_is_not_deleted"];

/** Each test breaks it in its own way: the next begins with an empty one, its guards in place. */
const guards = await rowsOf(
  "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%\\_is\\_not\\_%' ESCAPE '\\'",
);
const emptyTrail = () =>
  run(
    ...guards.map(({ name }) => `DROP TRIGGER IF EXISTS ${name}`),
    "DELETE FROM audit",
    "DELETE FROM audit_chain",
    ...guards.map(({ sql }) => String(sql)),
  );

describe("the trail", () => {
  let world: World;
  let admin: Person;
  beforeEach(async () => {
    await emptyTrail();
    world = await World.make();
    admin = await world.person("admin", { setUpCode: SET_UP_CODE });
    await sealAudit(world.relay);
  });

  it("is linked by every run, one link however many run at once, and verifies [X26]", async () => {
    const before = (await verifyAudit(world.relay)).links;
    for (let at = 0; at < 4; at += 1) {
      await world.person(`member-${at}`);
      await Promise.all([sealAudit(world.relay), sealAudit(world.relay), world.sweep()]);
    }
    await sealAudit(world.relay);
    const verdict = await verifyAudit(world.relay);
    expect(verdict).toMatchObject({ intact: true, brokenLink: null, links: before + 4 });
    expect(verdict.rows).toBe((await rowsOf("SELECT * FROM audit")).length);
    expect((await admin.ask("GET /api/audit/verification")).body).toEqual(verdict);
  });

  it.each([
    [
      "changed",
      "UPDATE audit SET event = 'logged-in' WHERE id = (SELECT MIN(id) FROM audit WHERE event = 'key-deleted')",
    ],
    [
      "moved in time",
      "UPDATE audit SET at_wall_ms = at_wall_ms + 1 WHERE id = (SELECT MIN(id) FROM audit WHERE event = 'key-deleted')",
    ],
    ["removed", "DELETE FROM audit WHERE id = (SELECT MIN(id) FROM audit WHERE event = 'key-deleted')"],
    [
      "moved to another user",
      "UPDATE audit SET user_id = 'x' WHERE id = (SELECT MIN(id) FROM audit WHERE event = 'key-deleted')",
    ],
  ])("shows that a row was %s, and in which link [X26]", async (_what, change) => {
    const member = await world.person("member");
    await member.ask("DELETE /api/key");
    await sealAudit(world.relay);
    const { links } = await verifyAudit(world.relay);
    await world.person("later");
    await sealAudit(world.relay);
    await run(...UNGUARDED, change);
    const verdict = await verifyAudit(world.relay);
    expect(verdict.intact).toBe(false);
    expect(verdict.brokenLink).toBeLessThanOrEqual(links);
  });

  it("shows a row that was slipped in between, and a link that was made without the pepper [X26]", async () => {
    const [{ id } = { id: 0 }] = await rowsOf("SELECT MAX(id) AS id FROM audit");
    await run(`UPDATE sqlite_sequence SET seq = ${Number(id) + 10} WHERE name = 'audit'`);
    await world.person("member");
    await sealAudit(world.relay);
    await run(`INSERT INTO audit (id, at_wall_ms, user_id, event) VALUES (${Number(id) + 5}, 1, 'x', 'logged-in')`);
    expect((await verifyAudit(world.relay)).intact).toBe(false);
    await run(...UNGUARDED, `DELETE FROM audit WHERE id = ${Number(id) + 5}`);
    expect((await verifyAudit(world.relay)).intact).toBe(true);
    const forger = await World.make({ PEPPER: "77".repeat(32) });
    await forger.person("forger");
    await sealAudit(forger.relay);
    expect((await verifyAudit(world.relay)).intact).toBe(false);
  });

  it("keeps its links from being changed or removed [X26]", async () => {
    await expect(run("UPDATE audit_chain SET hash = 'x'")).rejects.toThrow("never changed");
    await expect(run("DELETE FROM audit_chain")).rejects.toThrow("never deleted");
  });

  it("shows everybody one's own and an admin also what one did to others, page by page [X28]", async () => {
    const member = await world.person("member");
    await member.ask("PUT /api/key", { accessKey: ACCESS_KEY, secretKey: SECRET_KEY });
    await admin.ask(`POST /api/members/${member.id}`, { action: "promote" });
    const own = (await member.ask("GET /api/activity")).body["activity"] as never as Record<string, unknown>[];
    expect(own.map(({ event, by }) => [event, by])).toEqual([
      ["role-changed", "admin"],
      ["key-stored", "self"],
      ["signed-up", "self"],
    ]);
    const did = (await admin.ask("GET /api/activity")).body["activity"] as never as Record<string, unknown>[];
    expect(did[0]).toMatchObject({ event: "role-changed", by: "to-other" });
    expect(did.some(({ event }) => event === "key-stored")).toBe(false);
    for (let at = 0; at < 60; at += 1) await member.ask("DELETE /api/key");
    const first = await member.ask("GET /api/activity");
    expect(first.body["activity"]).toHaveLength(50);
    const second = await member.ask(`GET /api/activity?before=${String(first.body["before"])}`);
    expect(second.body["activity"]).toHaveLength(13);
    expect(second.body["before"]).toBeNull();
    expect((await member.ask("GET /api/activity?before=x")).status).toBe(400);
  });
});
