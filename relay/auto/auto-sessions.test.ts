import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MINUTE_MS, SECOND_MS } from "../../domain/units.ts";
import { rowsOf, World, type Person } from "../testing/world.ts";

const BID = { kind: "market-bid", market: "KRW-BTC", side: "bid", total: "10000" };
const LIMIT = { kind: "limit", market: "KRW-BTC", side: "bid", price: "100000000", volume: "0.001" };

describe("an automatic session", () => {
  let world: World;
  let trader: Person;
  beforeEach(async () => {
    world = await World.make();
    trader = await world.trader("trader");
  });
  afterEach(() => world.settle());
  const take = (more: object = {}) => {
    const entry = { id: crypto.randomUUID(), market: "KRW-BTC", onSilence: "cancel", ...more };
    return trader.ask("POST /api/auto-sessions", entry);
  };
  const lease = async (more: object = {}) => {
    const { body } = await take(more);
    return { id: String(body["session"]!["id"]), token: Number(body["session"]!["token"]) };
  };
  const send = async (request: object, shown: object | undefined, origin = "auto") => {
    const body = { idempotencyKey: crypto.randomUUID(), origin, request, lease: shown };
    const answer = await trader.ask("POST /api/orders", body);
    await world.settle();
    return answer.body["type"] ?? answer.body["order"]!["state"];
  };
  const beat = async ({ id, token }: { id: string; token: number }) =>
    (await trader.ask(`POST /api/auto-sessions/${id}/beat`, { token })).status;
  const sessions = async () => await rowsOf("SELECT state, end_reason, close_due FROM auto_sessions ORDER BY token");

  it("alone sends automatic orders, and only in its market [X48]", async () => {
    const held = await lease();
    expect(await send(BID, held)).toBe("accepted");
    expect(await send({ ...BID, market: "KRW-ETH" }, held)).toBe("lease-lost");
    expect(await send(BID, { ...held, token: held.token + 1 })).toBe("lease-lost");
    expect(await send(BID, { ...held, id: crypto.randomUUID() })).toBe("lease-lost");
    expect(await send(BID, undefined)).toBe("bad-input");
    expect(await send(BID, held, "manual")).toBe("bad-input");
    expect(world.exchange.requests("POST /v1/orders")).toHaveLength(1);
  });

  it("keeps another device out until that takes over, and is fenced off then [X48]", async () => {
    const first = await lease();
    expect((await take()).body["type"]).toBe("lease-held");
    const second = await lease({ takeOver: true });
    expect(second.token).toBe(first.token + 1);
    expect([await send(BID, first), await beat(first)]).toEqual(["lease-lost", 409]);
    expect([await send(BID, second), await beat(second)]).toEqual(["accepted", 204]);
    expect(await sessions()).toMatchObject([{ state: "ended", end_reason: "taken-over" }, { state: "running" }]);
  });

  it("is one among two devices that start in the same moment, and the same one when it asks twice [X48]", async () => {
    const answers = await Promise.all([take(), take(), take()]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409]);
    const { id } = answers.find(({ status }) => status === 201)!.body["session"] as unknown as { id: string };
    expect((await take({ id })).body["session"]).toMatchObject({ id, token: 1 });
    expect((await take({ market: "KRW-ETH" })).status).toBe(201);
  });

  it("is another person's for nobody else [X13]", async () => {
    const held = await lease();
    const other = await world.trader("other");
    expect((await other.ask(`POST /api/auto-sessions/${held.id}/beat`, { token: held.token })).status).toBe(409);
    const body = { idempotencyKey: crypto.randomUUID(), origin: "auto", request: BID, lease: held };
    expect((await other.ask("POST /api/orders", body)).body["type"]).toBe("lease-lost");
    expect((await other.ask("GET /api/auto-sessions")).body).toEqual({ sessions: [] });
  });

  it("lives by its signs of life, ends at its end, and may then begin elsewhere [X48]", async () => {
    const held = await lease();
    for (let minutes = 0; minutes < 5; minutes += 1) {
      world.pass(MINUTE_MS);
      expect(await beat(held)).toBe(204);
      await world.sweep();
    }
    expect(await send(BID, held)).toBe("accepted");
    await trader.ask(`POST /api/auto-sessions/${held.id}/end`, { token: held.token });
    expect([await send(BID, held), (await take()).status]).toEqual(["lease-lost", 201]);
  });

  it("that fell silent sends nothing, even before the sweep has noticed [X49]", async () => {
    const held = await lease();
    world.pass(2 * MINUTE_MS);
    expect([await send(BID, held), await beat(held)]).toEqual(["lease-lost", 409]);
  });

  it("that fell silent has its open orders cancelled and keeps what it holds; the user is told once [X49]", async () => {
    const held = await lease();
    await send(LIMIT, held);
    await send(BID, held);
    world.pass(2 * MINUTE_MS + SECOND_MS);
    for (let runs = 0; runs < 3; runs += 1) {
      await Promise.all([world.sweep(), world.sweep()]);
      world.pass(2 * MINUTE_MS);
    }
    expect(await rowsOf("SELECT kind, state FROM orders ORDER BY kind")).toEqual([
      { kind: "limit", state: "cancelled" },
      { kind: "market-bid", state: "cancelled" },
    ]);
    expect(await sessions()).toEqual([{ state: "ended", end_reason: "silent", close_due: 0 }]);
    expect(await rowsOf("SELECT kind FROM notifications WHERE kind = 'auto-ended'")).toHaveLength(1);
  });

  it("sells what it bought when that was chosen, once, and never more than it bought or is free [X49]", async () => {
    const held = await lease({ onSilence: "cancel-and-sell" });
    await send(BID, held);
    await send(BID, undefined, "manual");
    world.pass(2 * MINUTE_MS + SECOND_MS);
    for (let runs = 0; runs < 3; runs += 1) {
      await Promise.all([world.sweep(), world.sweep()]);
      await world.settle();
      world.pass(2 * MINUTE_MS);
    }
    const sales = world.exchange.requests("POST /v1/orders").filter(({ body }) => body!["side"] === "ask");
    expect(sales.map(({ body }) => body!["volume"])).toEqual(["0.001"]);
    expect(await sessions()).toEqual([{ state: "ended", end_reason: "silent", close_due: 0 }]);
  });
});
