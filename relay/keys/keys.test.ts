import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { openSigner, sealKey } from "../dangerous/vault.ts";
import { DAY_MS } from "../../domain/units.ts";
import { warnExpiring } from "./warn-expiring.ts";
import { ACCESS_KEY, cookieOf, rowsOf, SECRET_KEY, World, type Person } from "../testing/world.ts";

const ENTRY = { accessKey: ACCESS_KEY, secretKey: SECRET_KEY };
const refusal = (status: number, name: string) => () => ({ status, body: { error: { name } } });

describe("the trading key", () => {
  let world: World;
  let person: Person;
  beforeEach(async () => {
    world = await World.make();
    person = await world.person("owner");
  });

  it("is shown masked with what it may do and when it ends, and its secret never again [K1]", async () => {
    const stored = await person.ask("PUT /api/key", ENTRY);
    expect(stored.body["key"]).toEqual({
      accessKeyMasked: "OBST…0001",
      permissions: { viewAccount: "yes", viewOrders: "yes", makeOrders: "yes", withdraw: "no" },
      expiresAtMs: Date.parse("2030-01-01T00:00:00+09:00"),
      storedAtMs: world.nowMs,
    });
    expect((await person.ask("GET /api/key")).body).toEqual(stored.body);
  });

  it("lies nowhere in the clear: no table holds secret or access key [K1]", async () => {
    await person.ask("PUT /api/key", ENTRY);
    const tables = await rowsOf(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\'",
    );
    expect(tables.length).toBeGreaterThan(8);
    for (const { name } of tables) {
      const text = JSON.stringify(await rowsOf(`SELECT * FROM ${name}`));
      expect(text).not.toContain(SECRET_KEY);
      expect(text).not.toContain(ACCESS_KEY);
    }
  });

  it("comes back in no answer of any refusal, even when the exchange repeats it [K1]", async () => {
    const echo = JSON.stringify({ error: { name: `bad ${SECRET_KEY}`, message: SECRET_KEY } });
    for (const status of [200, 400, 401, 500]) {
      world.exchange.spoil("GET /v1/accounts", { status, body: `${SECRET_KEY} ${echo}` });
      const answer = await person.ask("PUT /api/key", ENTRY);
      expect(JSON.stringify(answer.body)).not.toContain(SECRET_KEY);
    }
    world.exchange.spoil("GET /v1/accounts", { status: 401, body: echo });
    expect(JSON.stringify((await person.ask("PUT /api/key", ENTRY)).body)).not.toContain(SECRET_KEY);
  });

  it("leaves the vault as a handle that cannot be exported [K1]", async () => {
    const owner = { userId: "u", keyId: "k" };
    const opened = await openSigner(world.relay, owner, await sealKey(world.relay, owner, ENTRY));
    if (!opened.ok) throw new Error(opened.fault.detail);
    expect(JSON.stringify(opened.value)).not.toContain(SECRET_KEY);
    await expect(crypto.subtle.exportKey("raw", opened.value.key)).rejects.toThrow("extractable");
  });

  it("does not open for another user, another key, another master key or after a change [K2]", async () => {
    const owner = { userId: "u", keyId: "k" };
    const sealed = await sealKey(world.relay, owner, ENTRY);
    const opens = async (...parts: Parameters<typeof openSigner>) => (await openSigner(...parts)).ok;
    expect(await opens(world.relay, owner, sealed)).toBe(true);
    expect(await opens(world.relay, { ...owner, userId: "v" }, sealed)).toBe(false);
    expect(await opens(world.relay, { ...owner, keyId: "l" }, sealed)).toBe(false);
    expect(await opens(world.relay, owner, { ...sealed, version: 2 })).toBe(false);
    const turned = sealed.sealed.replace(/^./, (letter) => (letter === "A" ? "B" : "A"));
    expect(await opens(world.relay, owner, { ...sealed, sealed: turned })).toBe(false);
    const other = await World.make({ MASTER_KEY: "33".repeat(32) });
    expect(await opens(other.relay, owner, sealed)).toBe(false);
  });

  it("opens no account when its row is copied to another user [K2]", async () => {
    await person.ask("PUT /api/key", ENTRY);
    const thief = await world.person("thief");
    await env.DB.prepare("UPDATE trading_keys SET user_id = ?").bind(thief.id).run();
    world.exchange.seen.length = 0;
    expect((await thief.ask("GET /api/assets")).status).toBe(500);
    expect(world.exchange.seen).toEqual([]);
  });

  it.each(["withdraw_not_found", "open_api_withdraw_locked"])(
    "is refused when the exchange would let it withdraw (%s) [K3]",
    async (name) => {
      world.exchange.replies.set("DELETE /v1/withdraws/coin", refusal(name.includes("locked") ? 403 : 404, name));
      const answer = await person.ask("PUT /api/key", ENTRY);
      expect([answer.status, answer.body["type"]]).toEqual([422, "key-can-withdraw"]);
      expect((await person.ask("GET /api/key")).body).toEqual({ key: null });
    },
  );

  it("is taken only after its owner wrote that it cannot withdraw when the exchange does not tell [K7]", async () => {
    world.exchange.replies.set("DELETE /v1/withdraws/coin", () => ({ status: 502, body: "<html>" }));
    const told = await person.ask("PUT /api/key", ENTRY);
    expect([told.status, told.body["type"]]).toEqual([422, "key-withdraw-unclear"]);
    expect((await person.ask("GET /api/key")).body).toEqual({ key: null });
    const answer = await person.ask("PUT /api/key", { ...ENTRY, cannotWithdraw: true });
    expect(answer.body["key"]!["permissions"]!["withdraw"]).toBe("unclear");
    const rows = await rowsOf("SELECT event FROM audit WHERE user_id = ? ORDER BY id", person.id);
    expect(rows.map(({ event }) => event)).toContain("withdraw-unclear-accepted");
  });

  it("is refused when it can withdraw, whatever its owner wrote [K7]", async () => {
    world.exchange.replies.set("DELETE /v1/withdraws/coin", refusal(404, "withdraw_not_found"));
    const answer = await person.ask("PUT /api/key", { ...ENTRY, cannotWithdraw: true });
    expect(answer.body["type"]).toBe("key-can-withdraw");
  });

  it.each(["GET /v1/orders/chance", "POST /v1/orders/test"])(
    "is not stored while %s leaves its permission open [K5]",
    async (request) => {
      world.exchange.replies.set(request, () => ({ status: 500, body: "" }));
      const answer = await person.ask("PUT /api/key", ENTRY);
      expect(answer.body).toMatchObject({ type: "exchange-unreachable", kind: "retry" });
      expect((await person.ask("GET /api/key")).body).toEqual({ key: null });
    },
  );

  it("tells its owner 30, 7 and 1 days before it ends and when it has, each once, and begins anew with the next key [K8]", async () => {
    world.exchange.expireAt = "2027-01-22T12:00:30+09:00";
    await person.ask("PUT /api/key", ENTRY);
    const told = async () =>
      (await rowsOf("SELECT kind, detail FROM notifications WHERE kind LIKE 'key-exp%' ORDER BY id")).map(
        ({ kind, detail }) => `${kind} ${detail}`,
      );
    for (let day = 0; day < 65; day += 1) {
      await Promise.all([warnExpiring(world.relay), warnExpiring(world.relay)]);
      world.pass(DAY_MS);
    }
    const once = ['key-expiring {"days":30}', 'key-expiring {"days":7}', 'key-expiring {"days":1}', "key-expired {}"];
    expect(await told()).toEqual(once);
    world.exchange.expireAt = new Date(world.nowMs + 20 * DAY_MS).toISOString().replace(/\.\d+Z/, "+00:00");
    await person.ask("POST /api/re-authenticate", { verifier: "ab".repeat(32) });
    expect((await person.ask("PUT /api/key", ENTRY)).status).toBe(401);
    const cookie = cookieOf(
      await world.ask("POST /api/log-in", { body: { name: "owner", verifier: "ab".repeat(32) } }),
    );
    expect((await world.ask("PUT /api/key", { cookie, body: ENTRY })).status).toBe(200);
    await warnExpiring(world.relay);
    expect(await told()).toEqual([...once, 'key-expiring {"days":30}']);
  });

  it.each([
    ["GET /v1/accounts", "viewAccount"],
    ["GET /v1/orders/chance", "viewOrders"],
    ["POST /v1/orders/test", "makeOrders"],
  ])("is refused when %s is out of its scope [K5]", async (request, permission) => {
    world.exchange.replies.set(request, refusal(403, "out_of_scope"));
    const answer = await person.ask("PUT /api/key", ENTRY);
    expect(answer.body["type"]).toBe("key-lacks-permission");
    expect(answer.body["detail"]).toContain(permission);
  });

  it.each([
    ["no_authorization_ip", "ip-not-allowed"],
    ["no_authorization_i_p", "ip-not-allowed"],
    ["jwt_verification", "key-refused"],
    ["invalid_access_key", "key-refused"],
    ["expired_access_key", "key-expired"],
  ])("is refused by its name when the exchange says %s [K5]", async (name, type) => {
    world.exchange.replies.set("GET /v1/accounts", refusal(401, name));
    const answer = await person.ask("PUT /api/key", ENTRY);
    expect(answer.body).toMatchObject({ type, kind: "stop", exchangeError: name });
  });

  it("is refused when its year is over, and is not judged when the exchange is silent [K5]", async () => {
    world.exchange.expireAt = "2026-01-01T00:00:00+09:00";
    expect((await person.ask("PUT /api/key", ENTRY)).body["type"]).toBe("key-expired");
    world.exchange.spoil("GET /v1/accounts", "never-arrives");
    expect((await person.ask("PUT /api/key", ENTRY)).body).toMatchObject({
      type: "exchange-unreachable",
      kind: "retry",
    });
  });

  it("shows assets and the market's rules, and is gone once deleted", async () => {
    expect((await person.ask("GET /api/assets")).body["type"]).toBe("no-key");
    await person.ask("PUT /api/key", ENTRY);
    const assets = await person.ask("GET /api/assets");
    expect(assets.body["assets"]![0]).toMatchObject({ currency: "KRW", balance: "1000000" });
    const chance = await person.ask("GET /api/chance/KRW-BTC");
    expect(chance.body).toMatchObject({ market: "KRW-BTC", bidFeeRate: "0.0005", askBalance: "0.5" });
    expect((await person.ask("DELETE /api/key")).status).toBe(204);
    expect((await person.ask("GET /api/assets")).body["type"]).toBe("no-key");
  });

  it("sends no Origin header and a fresh nonce each time", async () => {
    await person.ask("PUT /api/key", ENTRY);
    const tokens = world.exchange.seen.filter(({ headers }) => headers.has("Authorization"));
    expect(tokens).toHaveLength(5);
    expect(new Set(tokens.map(({ headers }) => headers.get("Authorization"))).size).toBe(5);
    expect(world.exchange.seen.some(({ headers }) => headers.has("Origin"))).toBe(false);
  });

  it("leaves a trace that cannot be changed or removed [X15]", async () => {
    await person.ask("PUT /api/key", ENTRY);
    await person.ask("DELETE /api/key");
    const events = await rowsOf("SELECT event FROM audit WHERE user_id = ? ORDER BY id", person.id);
    expect(events.map(({ event }) => event)).toEqual(["signed-up", "key-stored", "key-deleted"]);
    await expect(env.DB.prepare("UPDATE audit SET event = 'nothing'").run()).rejects.toThrow("never changed");
    await expect(env.DB.prepare("DELETE FROM audit").run()).rejects.toThrow("never deleted");
  });
});
