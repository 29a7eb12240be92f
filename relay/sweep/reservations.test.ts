import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "../../domain/units.ts";
import { rowsOf, World, type Person } from "../testing/world.ts";

const REQUEST = { kind: "market-bid", market: "KRW-BTC", side: "bid", total: "10000" };
const SEND = "POST /v1/orders";

describe("reservations", () => {
  let world: World;
  let trader: Person;
  beforeEach(async () => {
    world = await World.make();
    trader = await world.trader("trader");
  });
  const reserve = (inMs: number, more: object = {}) =>
    trader.ask("POST /api/reservations", {
      idempotencyKey: crypto.randomUUID(),
      request: REQUEST,
      dueAtMs: world.nowMs + inMs,
      ...more,
    });
  const listed = async () => (await trader.ask("GET /api/reservations")).body["reservations"] as unknown as object[];
  const sent = () => world.exchange.requests(SEND).length;

  it("wait, are carried out when their time comes, once, and show their order [X8]", async () => {
    expect((await reserve(2 * MINUTE_MS)).body["reservation"]).toMatchObject({ state: "waiting", order: null });
    await world.sweep();
    expect(sent()).toBe(0);
    world.pass(2 * MINUTE_MS);
    await world.sweep();
    await world.sweep();
    expect(sent()).toBe(1);
    expect(await listed()).toMatchObject([
      { state: "done", failure: null, order: { state: "cancelled", origin: "reserved", executedFunds: "9999.5" } },
    ]);
  });

  it("fire once each under four handlers at the same time [X8]", async () => {
    for (let count = 0; count < 12; count += 1) await reserve(MINUTE_MS + count);
    world.pass(2 * MINUTE_MS);
    await Promise.all([world.sweep(), world.sweep(), world.sweep(), world.sweep()]);
    expect(sent()).toBe(12);
    expect(
      new Set((await rowsOf("SELECT idempotency_key FROM orders")).map((row) => row["idempotency_key"])).size,
    ).toBe(12);
    expect(await rowsOf("SELECT id FROM reservations WHERE state <> 'done'")).toEqual([]);
  });

  it("fire once when a handler died after sending and before it could say so [X8]", async () => {
    await reserve(MINUTE_MS);
    world.pass(MINUTE_MS);
    await world.sweep();
    await env.DB.prepare("UPDATE reservations SET state = 'claimed', order_id = NULL, lease_wall_ms = ?")
      .bind(world.nowMs + 90 * SECOND_MS)
      .run();
    await world.sweep();
    expect(await rowsOf("SELECT state FROM reservations")).toEqual([{ state: "claimed" }]);
    world.pass(20 * MINUTE_MS);
    await world.sweep();
    expect(await listed()).toMatchObject([{ state: "done", order: { state: "cancelled" } }]);
    expect(sent()).toBe(1);
  });

  it("are not sent by a handler whose claim has run out while it was held up [X8]", async () => {
    await reserve(MINUTE_MS);
    world.pass(MINUTE_MS);
    const { exchange } = world;
    const fetchReal = exchange.fetch.bind(exchange);
    // The handler hangs on its first question, long enough for its claim to run out.
    exchange.fetch = (address, init) => {
      world.pass(2 * MINUTE_MS);
      return fetchReal(address, init);
    };
    Object.assign(world.relay.memory, { clock: null });
    await world.sweep();
    exchange.fetch = fetchReal;
    const first = sent();
    world.pass(2 * MINUTE_MS);
    await world.sweep();
    expect([first, sent()]).toEqual([0, 1]);
  });

  it("expire unfired when nobody came for more than ten minutes [X8]", async () => {
    await reserve(MINUTE_MS);
    world.pass(11 * MINUTE_MS + 1);
    await world.sweep();
    expect(await listed()).toMatchObject([{ state: "expired", order: null }]);
    expect(sent()).toBe(0);
  });

  it("follow the local exchange's clock, at any speed [X8]", async () => {
    const anchor = { marketMs: Date.parse("2024-02-01T00:00:00Z"), wallMs: world.nowMs, speed: 60 };
    world.exchange.replies.set("GET /emulator/clock", () => ({ status: 200, body: anchor }));
    Object.assign(world.relay.memory, { clock: null });
    await reserve(0, { dueAtMs: anchor.marketMs + 90 * SECOND_MS });
    world.pass(SECOND_MS);
    await world.sweep();
    expect(sent()).toBe(0);
    world.pass(MINUTE_MS);
    await world.sweep();
    expect(await listed()).toMatchObject([{ state: "done", order: { createdAtMs: anchor.marketMs + 61 * MINUTE_MS } }]);
    expect(sent()).toBe(1);
  });

  it("are made for a time ahead and within a year [X9]", async () => {
    for (const inMs of [0, -1, -DAY_MS])
      expect((await reserve(inMs)).body).toMatchObject({ type: "due-time-past", field: "dueAtMs" });
    expect((await reserve(365 * DAY_MS + 1)).body["type"]).toBe("bad-input");
    expect((await reserve(365 * DAY_MS)).status).toBe(201);
  });

  it("are one under one idempotency key [X5]", async () => {
    const idempotencyKey = crypto.randomUUID();
    const dueAtMs = world.nowMs + MINUTE_MS;
    const answers = await Promise.all([1, 2, 3].map(() => reserve(0, { idempotencyKey, dueAtMs })));
    expect(new Set(answers.map(({ body }) => body["reservation"]!["id"])).size).toBe(1);
    const other = await reserve(0, { idempotencyKey, dueAtMs: dueAtMs + 1 });
    expect([other.status, other.body["type"]]).toEqual([422, "idempotency-conflict"]);
    world.pass(2 * MINUTE_MS);
    await world.sweep();
    expect(sent()).toBe(1);
    expect((await reserve(0, { idempotencyKey, dueAtMs })).body["reservation"]).toMatchObject({ state: "done" });
  });

  it("are taken back while they wait, by their owner alone [X13]", async () => {
    const id = String((await reserve(MINUTE_MS)).body["reservation"]!["id"]);
    const other = await world.trader("other");
    expect((await other.ask(`POST /api/reservations/${id}/cancel`)).status).toBe(404);
    expect((await other.ask("GET /api/reservations")).body).toEqual({ reservations: [] });
    const cancelled = await trader.ask(`POST /api/reservations/${id}/cancel`);
    expect(cancelled.body["reservation"]).toMatchObject({ state: "cancelled" });
    const again = await trader.ask(`POST /api/reservations/${id}/cancel`);
    expect([again.status, again.body["type"]]).toEqual([409, "reservation-not-waiting"]);
    world.pass(2 * MINUTE_MS);
    await world.sweep();
    expect(sent()).toBe(0);
  });

  it("fail with the reason when the key is gone, and never leave for a real exchange [X2]", async () => {
    await reserve(MINUTE_MS);
    await reserve(2 * MINUTE_MS);
    await trader.ask("DELETE /api/key");
    world.pass(MINUTE_MS);
    await world.sweep();
    expect(await listed()).toMatchObject([{ state: "waiting" }, { state: "failed", failure: "no-key", order: null }]);
    Object.assign(world.relay.settings, { loopbackExchange: false });
    expect((await reserve(MINUTE_MS)).body["type"]).toBe("live-trading-off");
    world.pass(MINUTE_MS);
    await world.sweep();
    expect(await listed()).toMatchObject([{ state: "failed", failure: "live-trading-off" }, {}]);
    expect(sent()).toBe(0);
  });

  it("are checked, need a key, and are at most a hundred waiting", async () => {
    expect((await reserve(MINUTE_MS, { request: { ...REQUEST, total: "1" } })).body["type"]).toBe("below-minimum");
    const keyless = await world.person("keyless");
    const body = { idempotencyKey: crypto.randomUUID(), request: REQUEST, dueAtMs: world.nowMs + MINUTE_MS };
    expect((await keyless.ask("POST /api/reservations", body)).body["type"]).toBe("no-key");
    for (let count = 0; count < 100; count += 1) expect((await reserve(DAY_MS)).status).toBe(201);
    expect((await reserve(DAY_MS)).body["type"]).toBe("limit-reached");
  });
});
