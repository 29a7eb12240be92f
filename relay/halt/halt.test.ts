import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MINUTE_MS } from "../../domain/units.ts";
import { createApp } from "../app.ts";
import { rowsOf, World, type Person } from "../testing/world.ts";

const LIMIT = { kind: "limit", market: "KRW-BTC", side: "bid", price: "100000000", volume: "0.001" };
const ASK = { ...LIMIT, side: "ask", price: "110000000" };
const CANCEL = "DELETE /v1/order";

describe("a halt", () => {
  let world: World;
  let trader: Person;
  beforeEach(async () => {
    world = await World.make();
    trader = await world.trader("trader");
  });
  afterEach(() => world.settle());
  const send = async (request: object, who = trader, more: object = {}) => {
    const body = { idempotencyKey: crypto.randomUUID(), origin: "manual", request, ...more };
    const answer = await who.ask("POST /api/orders", body);
    await world.settle();
    return answer.body["type"] ?? answer.body["order"]!["state"];
  };
  const halt = async (path = "halt", who = trader) => {
    const answer = await who.ask(`POST /api/${path}`);
    await world.settle();
    return answer;
  };
  const states = async () => (await rowsOf("SELECT state FROM orders ORDER BY rowid")).map(({ state }) => state);

  it("cancels what the relay issued, by identifier, and nothing else, and lets nothing be bought [X47]", async () => {
    await send(LIMIT);
    await send(ASK);
    world.exchange.orders.set("of-the-app", { identifier: "of-the-app", state: "wait" });
    const sinceMs = world.nowMs;
    expect((await halt()).body).toEqual({ ownSinceMs: sinceMs, allSinceMs: null });
    expect(await states()).toEqual(["cancelled", "cancelled"]);
    const identifiers = (await rowsOf("SELECT identifier FROM orders")).map(({ identifier }) => identifier);
    const cancelled = world.exchange.requests(CANCEL).map(({ query }) => query.get("identifier"));
    expect(new Set(cancelled)).toEqual(new Set(identifiers));
    expect(world.exchange.orders.get("of-the-app")!.state).toBe("wait");
    expect([await send(LIMIT), await send(ASK)]).toEqual(["halted", "accepted"]);
  });

  it("survives a restart and is lifted by its owner's password alone [X47]", async () => {
    await halt();
    Object.assign(world, { app: createApp(world.relay) });
    world.pass(10 * MINUTE_MS);
    expect(await send(LIMIT)).toBe("halted");
    expect((await trader.ask("DELETE /api/halt")).body["type"]).toBe("re-authentication-needed");
    await env.DB.prepare("UPDATE sessions SET confirmed_wall_ms = ?").bind(world.nowMs).run();
    expect((await trader.ask("DELETE /api/halt")).body).toMatchObject({ ownSinceMs: null });
    expect(await send(LIMIT)).toBe("accepted");
    expect(await rowsOf("SELECT kind FROM notifications ORDER BY id")).toEqual([
      { kind: "halted" },
      { kind: "halt-lifted" },
    ]);
    expect(
      (await rowsOf("SELECT event FROM audit WHERE event LIKE 'halt%' AND user_id = ? ORDER BY id", trader.id)).map(
        ({ event }) => event,
      ),
    ).toEqual(["halted", "halt-lifted"]);
  });

  it("cancels an order that was unknown as soon as it is found [X47]", async () => {
    world.exchange.spoil("POST /v1/orders", "answer-lost");
    world.exchange.spoil("GET /v1/order", ...Array.from({ length: 9 }, () => ({ status: 500, body: {} })));
    const body = { idempotencyKey: crypto.randomUUID(), origin: "manual", request: LIMIT };
    await trader.ask("POST /api/orders", body);
    await trader.ask("POST /api/halt");
    await world.settle();
    world.exchange.forgive("GET /v1/order");
    world.pass(MINUTE_MS);
    await world.sweep();
    expect(await states()).toEqual(["cancelled"]);
    expect(world.exchange.requests("POST /v1/orders")).toHaveLength(1);
  });

  it("cancels an order that had been given up when it turns up after the halt [X47]", async () => {
    world.exchange.spoil("POST /v1/orders", "answer-lost");
    const body = { idempotencyKey: crypto.randomUUID(), origin: "manual", request: LIMIT, validForMs: 1_000 };
    await trader.ask("POST /api/orders", body);
    await world.settle();
    // For a while the exchange does not show it.
    const shown = new Map(world.exchange.orders);
    world.exchange.orders.clear();
    await env.DB.prepare("UPDATE orders SET state = 'unknown'").run();
    for (let minutes = 0; minutes < 5; minutes += 1) {
      world.pass(MINUTE_MS);
      await world.sweep();
    }
    expect(await states()).toEqual(["expired"]);
    await trader.ask("POST /api/halt");
    await world.settle();
    for (const [name, order] of shown) world.exchange.orders.set(name, order);
    world.pass(10 * MINUTE_MS);
    await world.sweep();
    expect(await states()).toEqual(["cancelled"]);
  });

  it("keeps an unanswered order from being sent again [X47]", async () => {
    world.exchange.spoil("POST /v1/orders", "never-arrives");
    const body = { idempotencyKey: crypto.randomUUID(), origin: "manual", request: LIMIT };
    await trader.ask("POST /api/orders", body);
    await trader.ask("POST /api/halt");
    await world.settle();
    expect(world.exchange.requests("POST /v1/orders")).toHaveLength(1);
  });

  it("of an admin stops everybody's buying, ends sessions, and cancels only what they wanted to buy [X47]", async () => {
    const admin = await world.person("admin", { setUpCode: "set-up-code-of-the-tests" });
    expect((await trader.ask("POST /api/admin/halt")).status).toBe(403);
    const id = crypto.randomUUID();
    await trader.ask("POST /api/auto-sessions", { id, market: "KRW-BTC", onSilence: "cancel" });
    const lease = { id, token: 1 };
    await send(LIMIT, trader, { origin: "auto", lease });
    await send(ASK, trader, { origin: "auto", lease });
    await send(LIMIT);
    await halt("admin/halt", admin);
    expect(await states()).toEqual(["cancelled", "accepted", "accepted"]);
    expect(await rowsOf("SELECT state, end_reason FROM auto_sessions")).toEqual([
      { state: "ended", end_reason: "halted" },
    ]);
    expect(await send(LIMIT)).toBe("halted");
    const again = { id: crypto.randomUUID(), market: "KRW-BTC", onSilence: "cancel" };
    expect((await trader.ask("POST /api/auto-sessions", again)).body["type"]).toBe("halted");
    await admin.ask("DELETE /api/admin/halt");
    expect(await send(LIMIT)).toBe("accepted");
  });

  it("fails a reserved buy whose time comes, and carries out a reserved sale [X47]", async () => {
    const schedule = { every: "once", atMs: world.nowMs + MINUTE_MS };
    for (const request of [LIMIT, ASK]) {
      const body = { idempotencyKey: crypto.randomUUID(), request, schedule, windowMs: MINUTE_MS };
      expect((await trader.ask("POST /api/reservations", body)).status).toBe(201);
    }
    await halt();
    world.pass(MINUTE_MS);
    await world.sweep();
    await world.settle();
    expect(await rowsOf("SELECT side, state, refusal FROM orders ORDER BY side")).toEqual([
      { side: "ask", state: "accepted", refusal: null },
      { side: "bid", state: "rejected", refusal: "halted" },
    ]);
  });
});
