import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "../../domain/units.ts";
import { allow, rowsOf, World, type Person } from "../testing/world.ts";

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
      schedule: { every: "once", atMs: world.nowMs + inMs },
      windowMs: 10 * MINUTE_MS,
      ...more,
    });
  const sweep = async () => {
    await world.sweep();
    await world.settle();
  };
  const listed = async () => (await trader.ask("GET /api/reservations")).body["reservations"] as unknown as object[];
  const sent = () => world.exchange.requests(SEND).length;

  it("wait, are carried out when their time comes, once, and show their order [X8]", async () => {
    expect((await reserve(2 * MINUTE_MS)).body["reservation"]).toMatchObject({ state: "waiting" });
    await sweep();
    expect(sent()).toBe(0);
    world.pass(2 * MINUTE_MS);
    await sweep();
    await sweep();
    expect(sent()).toBe(1);
    expect(await listed()).toMatchObject([
      {
        state: "done",
        runs: [{ refusal: null, order: { state: "cancelled", origin: "reserved", executedFunds: "9999.5" } }],
      },
    ]);
  });

  it("fire once each under four handlers at the same time [X8]", async () => {
    await allow(trader, { ordersPerMinute: 60 });
    for (let count = 0; count < 24; count += 1) await reserve(MINUTE_MS + count);
    world.pass(2 * MINUTE_MS);
    await Promise.all([sweep(), sweep(), sweep(), sweep()]);
    // Those whose facts other orders' fills kept making old.
    world.pass(MINUTE_MS);
    await sweep();
    expect(sent()).toBe(24);
    expect(new Set(world.exchange.requests(SEND).map(({ body }) => body!["identifier"])).size).toBe(24);
    expect(await rowsOf("SELECT id FROM orders WHERE state <> 'cancelled'")).toEqual([]);
  }, 30_000);

  it("fire once when a handler died before or after sending [X8]", async () => {
    await reserve(MINUTE_MS);
    world.pass(MINUTE_MS);
    // Claimed, and dead.
    await env.DB.prepare("UPDATE orders SET state = 'claimed', lease_wall_ms = ?")
      .bind(world.nowMs + 90 * SECOND_MS)
      .run();
    await sweep();
    expect(sent()).toBe(0);
    world.pass(90 * SECOND_MS);
    await sweep();
    expect(sent()).toBe(1);
    // Sent, and dead before it could say so.
    await env.DB.prepare("UPDATE orders SET state = 'sending', exchange_uuid = NULL, ask_wall_ms = 0").run();
    world.pass(20 * MINUTE_MS);
    await sweep();
    expect(await listed()).toMatchObject([{ state: "done", runs: [{ order: { state: "cancelled" } }] }]);
    expect(sent()).toBe(1);
  });

  it("are not sent by a handler whose claim has run out while it was held up [X8]", async () => {
    await reserve(MINUTE_MS);
    world.pass(MINUTE_MS);
    const { exchange } = world;
    const fetchReal = exchange.fetch.bind(exchange);
    // The handler hangs on its questions about account and market, long enough for its claim to run out.
    exchange.fetch = (address, init) => {
      if (address.includes("/v1/")) world.pass(2 * MINUTE_MS);
      return fetchReal(address, init);
    };
    await sweep();
    exchange.fetch = fetchReal;
    const first = sent();
    world.pass(2 * MINUTE_MS);
    await sweep();
    expect([first, sent()]).toEqual([0, 1]);
  });

  it("do not leave after their window when the handler that claimed them in time was held up [X8]", async () => {
    await reserve(MINUTE_MS, { windowMs: MINUTE_MS });
    world.pass(2 * MINUTE_MS - SECOND_MS);
    const { exchange } = world;
    const fetchReal = exchange.fetch.bind(exchange);
    // Its first question takes two seconds, and the window has one.
    exchange.fetch = (address, init) => {
      if (address.includes("/v1/accounts")) world.pass(2 * SECOND_MS);
      return fetchReal(address, init);
    };
    await sweep();
    exchange.fetch = fetchReal;
    world.pass(MINUTE_MS);
    await sweep();
    expect(sent()).toBe(0);
    expect(await rowsOf("SELECT state FROM orders")).toEqual([{ state: "expired" }]);
  });

  it("expire unfired when nobody came for more than ten minutes [X8]", async () => {
    await reserve(MINUTE_MS);
    world.pass(11 * MINUTE_MS + 1);
    await sweep();
    expect(await listed()).toMatchObject([{ state: "expired", runs: [{ state: "expired", order: null }] }]);
    expect(await rowsOf("SELECT kind FROM notifications")).toEqual([{ kind: "reservation-expired" }]);
    expect(sent()).toBe(0);
  });

  it("follow the local exchange's clock, at any speed [X8]", async () => {
    const anchor = { marketMs: Date.parse("2024-02-01T00:00:00Z"), wallMs: world.nowMs, speed: 60 };
    world.exchange.replies.set("GET /emulator/clock", () => ({ status: 200, body: anchor }));
    Object.assign(world.relay.memory, { clock: null });
    await reserve(0, { schedule: { every: "once", atMs: anchor.marketMs + 90 * SECOND_MS } });
    world.pass(SECOND_MS);
    await sweep();
    expect(sent()).toBe(0);
    world.pass(MINUTE_MS);
    await sweep();
    const order = { createdAtMs: anchor.marketMs + 61 * MINUTE_MS };
    expect(await listed()).toMatchObject([{ state: "done", runs: [{ order }] }]);
    expect(sent()).toBe(1);
  });

  it("are made for a time ahead and within a year [X9]", async () => {
    for (const inMs of [0, -1, -DAY_MS])
      expect((await reserve(inMs)).body).toMatchObject({ type: "due-time-past", field: "schedule.atMs" });
    expect((await reserve(365 * DAY_MS + 1)).body["type"]).toBe("bad-input");
    expect((await reserve(365 * DAY_MS)).status).toBe(201);
  });

  it("are one under one idempotency key [X5]", async () => {
    const idempotencyKey = crypto.randomUUID();
    const schedule = { every: "once", atMs: world.nowMs + MINUTE_MS };
    const answers = await Promise.all([1, 2, 3].map(() => reserve(0, { idempotencyKey, schedule })));
    expect(new Set(answers.map(({ body }) => body["reservation"]!["id"])).size).toBe(1);
    const other = await reserve(0, { idempotencyKey, schedule: { ...schedule, atMs: schedule.atMs + 1 } });
    expect([other.status, other.body["type"]]).toEqual([422, "idempotency-conflict"]);
    world.pass(2 * MINUTE_MS);
    await sweep();
    expect(sent()).toBe(1);
    expect((await reserve(0, { idempotencyKey, schedule })).body["reservation"]).toMatchObject({ state: "done" });
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
    await sweep();
    expect(sent()).toBe(0);
  });

  it("fail with the reason when the key is gone, and never leave for a real exchange [X2]", async () => {
    await reserve(MINUTE_MS);
    await reserve(2 * MINUTE_MS);
    await trader.ask("DELETE /api/key");
    world.pass(MINUTE_MS);
    await sweep();
    expect(await listed()).toMatchObject([
      { state: "waiting" },
      { state: "failed", runs: [{ refusal: "no-key", order: null }] },
    ]);
    Object.assign(world.relay.settings, { loopbackExchange: false });
    expect((await reserve(MINUTE_MS)).body["type"]).toBe("live-trading-off");
    world.pass(MINUTE_MS);
    await sweep();
    expect((await listed()).map((one) => (one as { state: string }).state)).toEqual(["failed", "failed"]);
    expect(await rowsOf("SELECT refusal FROM orders ORDER BY due_market_ms")).toEqual([
      { refusal: "no-key" },
      { refusal: "live-trading-off" },
    ]);
    expect(sent()).toBe(0);
  });

  it("are checked, need a key, and are at most a hundred waiting", async () => {
    expect((await reserve(MINUTE_MS, { request: { ...REQUEST, total: "1" } })).body["type"]).toBe("below-minimum");
    const keyless = await world.person("keyless");
    const schedule = { every: "once", atMs: world.nowMs + MINUTE_MS };
    const body = { idempotencyKey: crypto.randomUUID(), request: REQUEST, schedule, windowMs: 10 * MINUTE_MS };
    expect((await keyless.ask("POST /api/reservations", body)).body["type"]).toBe("no-key");
    for (let count = 0; count < 100; count += 1) expect((await reserve(DAY_MS)).status).toBe(201);
    expect((await reserve(DAY_MS)).body["type"]).toBe("limit-reached");
  });
});

describe("recurring reservations", () => {
  let world: World;
  let trader: Person;
  beforeEach(async () => {
    world = await World.make();
    trader = await world.trader("trader");
  });
  // The world begins at 12:00:30 KST.
  const DAILY = { every: "day", at: "12:05" };
  const reserve = async (schedule: object, more: object = {}) => {
    const body = { idempotencyKey: crypto.randomUUID(), request: REQUEST, schedule, windowMs: 10 * MINUTE_MS, ...more };
    const answer = await trader.ask("POST /api/reservations", body);
    return { ...answer, id: String(answer.body["reservation"]?.["id"]) };
  };
  const sweepAt = async (passMs: number) => {
    world.pass(passMs);
    await world.sweep();
    await world.settle();
  };
  const sent = () => world.exchange.requests(SEND);
  const one = async () =>
    ((await trader.ask("GET /api/reservations")).body["reservations"] as unknown as Record<string, unknown>[])[0]!;
  const toDue = 5 * MINUTE_MS;

  it("come every time, each once, under an identifier of its own, and keep their history [X50]", async () => {
    await reserve(DAILY);
    await sweepAt(toDue);
    await sweepAt(MINUTE_MS);
    expect(await one()).toMatchObject({ state: "waiting", runs: [{ state: "reserved" }, { state: "cancelled" }] });
    await sweepAt(DAY_MS - MINUTE_MS);
    await Promise.all([sweepAt(0), sweepAt(MINUTE_MS), sweepAt(0)]);
    expect(sent()).toHaveLength(2);
    expect(new Set(sent().map(({ body }) => body!["identifier"])).size).toBe(2);
  });

  it("leave a row for a time that nobody came for, send nothing late, and go on [X50]", async () => {
    await reserve(DAILY);
    await sweepAt(toDue + 3 * DAY_MS + 20 * MINUTE_MS);
    for (let runs = 0; runs < 5; runs += 1) await sweepAt(MINUTE_MS);
    expect(sent()).toHaveLength(0);
    const runs = (await one())["runs"] as { state: string }[];
    expect(runs.map(({ state }) => state)).toEqual(["reserved", "expired", "expired", "expired", "expired"]);
    await sweepAt(DAY_MS - 25 * MINUTE_MS);
    expect(sent()).toHaveLength(1);
  });

  it("follow an edit, and refuse one while their order is leaving [X51]", async () => {
    const { id } = await reserve(DAILY);
    const plan = {
      request: { ...REQUEST, total: "20000" },
      schedule: { every: "day", at: "13:00" },
      windowMs: MINUTE_MS,
    };
    const other = await world.trader("other");
    expect((await other.ask(`PUT /api/reservations/${id}`, plan)).status).toBe(404);
    expect((await trader.ask(`PUT /api/reservations/${id}`, plan)).body["reservation"]).toMatchObject(plan);
    await sweepAt(toDue);
    expect(sent()).toHaveLength(0);
    await env.DB.prepare("UPDATE orders SET state = 'claimed', lease_wall_ms = ?")
      .bind(world.nowMs + MINUTE_MS)
      .run();
    for (const route of ["PUT ", "POST /cancel", "POST /pause"]) {
      const [method, action = ""] = route.split(" ");
      const answer = await trader.ask(`${method} /api/reservations/${id}${action}`, plan);
      expect([route, answer.body["type"]]).toEqual([route, "reservation-not-waiting"]);
    }
    await sweepAt(55 * MINUTE_MS);
    expect(sent().map(({ body }) => body!["price"])).toEqual(["20000"]);
  });

  it("do not come while they are paused, and go on with the next time [X51]", async () => {
    const { id } = await reserve(DAILY);
    expect((await trader.ask(`POST /api/reservations/${id}/pause`)).body["reservation"]).toMatchObject({
      state: "paused",
    });
    await sweepAt(toDue);
    await sweepAt(20 * MINUTE_MS);
    await trader.ask(`POST /api/reservations/${id}/resume`);
    await sweepAt(MINUTE_MS);
    expect(sent()).toHaveLength(0);
    expect(await rowsOf("SELECT state FROM orders")).toEqual([{ state: "reserved" }]);
    await sweepAt(DAY_MS - 21 * MINUTE_MS);
    expect(sent()).toHaveLength(1);
  });

  it("end with a cancellation [X51]", async () => {
    const { id } = await reserve(DAILY);
    await trader.ask(`POST /api/reservations/${id}/cancel`);
    await sweepAt(toDue);
    expect([sent().length, (await one())["state"], (await one())["nextDueAtMs"]]).toEqual([0, "cancelled", null]);
  });

  it("try again within their window when nothing could be done, and once only [X8]", async () => {
    await reserve(DAILY);
    world.exchange.replies.set("GET /v1/ticker", () => ({ status: 500, body: {} }));
    await sweepAt(toDue);
    expect([sent().length, (await rowsOf("SELECT state FROM orders"))[0]]).toEqual([0, { state: "reserved" }]);
    world.exchange.replies.clear();
    await sweepAt(MINUTE_MS);
    await sweepAt(MINUTE_MS);
    expect(sent()).toHaveLength(1);
  });

  it.each([
    // One million free at 0.05 %: half of it pays for 499,750 and its fee.
    [{ kind: "market-bid", side: "bid", shareBps: 5_000 }, { price: "499750" }],
    [{ kind: "market-ask", side: "ask", shareBps: 10_000 }, { volume: "0.5" }],
    [{ kind: "market-ask", side: "ask", shareBps: 3_333 }, { volume: "0.16665" }],
    [{ kind: "limit", side: "bid", price: "100000000", shareBps: 1_000 }, { volume: "0.0009995" }],
  ])("work a share out when the time comes: %o [X52]", async (request, fields) => {
    const made = await reserve(DAILY, { request: { market: "KRW-BTC", ...request } });
    expect(made.body["reservation"]!["request"]).toEqual({ market: "KRW-BTC", ...request });
    await sweepAt(toDue);
    expect(sent().map(({ body }) => body)).toMatchObject([fields]);
  });

  it("fail with a reason when a share comes to less than the minimum [X52]", async () => {
    await reserve(DAILY, { request: { kind: "market-bid", market: "KRW-BTC", side: "bid", shareBps: 1 } });
    await sweepAt(toDue);
    expect(await rowsOf("SELECT state, refusal FROM orders WHERE state <> 'reserved'")).toEqual([
      { state: "rejected", refusal: "below-minimum" },
    ]);
    expect(await rowsOf("SELECT kind FROM notifications")).toEqual([{ kind: "reservation-failed" }]);
  });
});
