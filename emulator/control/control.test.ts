import { request } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MarketCode } from "../../domain/market-code.ts";
import { createSigningClient } from "../signing-client.ts";
import { startEmulator, type Emulator } from "../start-emulator.ts";

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ synthetic: ["KRW-XRP" as MarketCode], control: 0 });
});
afterAll(() => emulator.close());

async function control(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const init = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await fetch(`${emulator.control}${path}`, { method, headers, ...init });
  return { status: answer.status, body: (await answer.json()) as Record<string, never> };
}
const market = () => fetch(`${emulator.rest}/v1/market/all`);

describe("the control port", () => {
  it("tells what is played and how much happened", async () => {
    const { body } = await control("GET", "/state");
    expect(body).toMatchObject({ markets: ["KRW-XRP"], speed: 1, connections: 0, faults: { rules: 0 } });
  });

  it("plays faults over the network, and takes them away", async () => {
    const rule = (effect: object) => ({ rules: [{ match: { group: "market" }, effect }] });
    expect((await control("PUT", "/faults", rule({ kind: "reset", accepted: false }))).status).toBe(200);
    await expect(market()).rejects.toThrow("fetch failed");
    await control("PUT", "/faults", rule({ kind: "timeout", accepted: false }));
    await expect(fetch(`${emulator.rest}/v1/market/all`, { signal: AbortSignal.timeout(300) })).rejects.toMatchObject({
      name: "TimeoutError",
    });
    await control("PUT", "/faults", rule({ kind: "error", accepted: true, status: 503 }));
    const broken = await market();
    expect([broken.status, broken.headers.get("Content-Type")]).toEqual([503, "text/html; charset=utf-8"]);
    await control("PUT", "/faults", rule({ kind: "clock-skew", skewMs: -600_000 }));
    const skewed = Date.parse((await market()).headers.get("Date")!);
    expect(Date.now() - skewed).toBeGreaterThan(500_000);
    const { body: log } = await control("GET", "/faults/log");
    expect((log as unknown as { kind: string }[]).map(({ kind }) => kind)).toEqual([
      "reset",
      "timeout",
      "error",
      "clock-skew",
    ]);
    await control("DELETE", "/faults");
    expect((await market()).status).toBe(200);
  });

  it("moves the clock forward and changes its speed", async () => {
    const before = emulator.world.clock.now();
    const { body } = await control("POST", "/clock", { advanceMs: 3_600_000, speed: 60 });
    expect(body["speed"]).toBe(60);
    expect(emulator.world.clock.now() - before).toBeGreaterThanOrEqual(3_600_000);
    const product = (await (await fetch(`${emulator.rest}/emulator/clock`)).json()) as { speed: number };
    expect(product.speed).toBe(60);
    await control("POST", "/clock", { speed: 1 });
  });

  it("changes switches and market states", async () => {
    expect((await control("PUT", "/switches", { limitBody: "text" })).body["limitBody"]).toBe("text");
    expect((await control("PUT", "/switches", { retryAfter: true })).body).toMatchObject({
      limitBody: "text",
      retryAfter: true,
    });
    const delisted = { state: "DELISTED", delistingDate: "2026-12-01" };
    expect((await control("PUT", "/markets/KRW-XRP", delisted)).status).toBe(200);
    expect(emulator.world.marketStates.get("KRW-XRP" as MarketCode)).toMatchObject(delisted);
    await control("PUT", "/markets/KRW-XRP", { state: "ACTIVE" });
  });

  it("ends a key, changes its list of addresses, makes keys and puts money into pockets (2.1)", async () => {
    const { body: people } = await control("GET", "/accounts");
    const [pocket] = people["pockets"] as unknown as { id: string }[];
    const made = await control("POST", "/keys", { pocket: pocket!.id, permissions: ["view_account"] });
    const { accessKey, secretKey } = made.body as unknown as { accessKey: string; secretKey: string };
    const client = createSigningClient(emulator.rest, accessKey, secretKey);
    const won = async () => {
      const rows = (await client.call("GET", "/v1/accounts")).body as { currency: string; balance: string }[];
      return Number(rows.find(({ currency }) => currency === "KRW")!.balance);
    };
    const before = await won();
    await control("POST", "/accounts/fund", { pocket: pocket!.id, currency: "KRW", amount: "1000" });
    expect(await won()).toBe(before + 1_000);
    const nameOf = async () => {
      const { body } = await client.call("GET", "/v1/accounts");
      return (body as { error: { name: string } }).error.name;
    };
    await control("POST", `/keys/${accessKey}`, { allowedIps: ["203.0.113.9"] });
    expect(await nameOf()).toBe("no_authorization_ip");
    await control("POST", `/keys/${accessKey}`, { expired: true });
    expect(await nameOf()).toBe("expired_access_key");
    expect((await control("POST", "/keys/nobody", {})).status).toBe(400);
  });

  it("halts a market: orders are refused as under maintenance (1.4)", async () => {
    const client = createSigningClient(emulator.rest, emulator.accessKey, emulator.secretKey);
    const order = { market: "KRW-XRP", side: "bid", ord_type: "price", price: "10000" };
    const test = () => client.call("POST", "/v1/orders/test", order);
    await control("PUT", "/markets/KRW-XRP", { state: "ACTIVE", halted: true });
    expect(await test()).toMatchObject({ status: 403, body: { error: { name: "market_offline" } } });
    await control("PUT", "/markets/KRW-XRP", { state: "ACTIVE" });
    expect((await test()).status).toBe(201);
  });

  it.each([
    ["PUT", "/faults", { rules: 1 }, "rules: "],
    ["PUT", "/switches", { limitBdy: "text" }, "limitBdy: no switch of this name"],
    ["PUT", "/markets/KRW-NONE", { state: "ACTIVE" }, "KRW-NONE is not played"],
    ["POST", "/clock", { speed: 0 }, "speed: "],
  ])("refuses %s %s %j with a line that names the fault", async (method, path, body, line) => {
    const answer = await control(method, path, body);
    expect(answer.status).toBe(400);
    expect(answer.body["error"]).toContain(line);
  });

  it("refuses pages and other names for this machine", async () => {
    expect((await control("DELETE", "/faults", undefined, { Origin: "https://evil.example" })).status).toBe(403);
    const { port } = new URL(emulator.control!);
    const status = await new Promise((resolve, reject) =>
      request({ port, host: "127.0.0.1", path: "/state", headers: { Host: `evil.example:${port}` } }, (answer) =>
        resolve(answer.statusCode),
      )
        .once("error", reject)
        .end(),
    );
    expect(status).toBe(403);
    expect((await control("GET", "/nothing")).status).toBe(404);
  });

  it("listens on loopback alone", async () => {
    const { port } = new URL(emulator.control!);
    const outside = connect({ port: Number(port), host: "127.0.0.2" });
    await expect(
      new Promise((resolve, reject) => outside.once("connect", resolve).once("error", reject)),
    ).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });
});
