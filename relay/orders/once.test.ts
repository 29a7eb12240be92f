import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MINUTE_MS, SECOND_MS } from "../../domain/units.ts";
import { rowsOf, World, type Answer, type Person } from "../testing/world.ts";

const LIMIT = { kind: "limit", market: "KRW-BTC", side: "bid", price: "100000000", volume: "0.001" };
const MARKET_BID = { kind: "market-bid", market: "KRW-BTC", side: "bid", total: "10000" };
const SEND = "POST /v1/orders";
const BUSY = [
  { status: 429, body: "Too many API requests." },
  { status: 429, body: { error: { name: "too_many_requests" } } },
  { status: 400, body: { error: { name: "too_many_request_order" } } },
];
const missing = { status: 404, body: { error: { name: "order_not_found" } } };

describe("an order, exactly once", () => {
  let world: World;
  let trader: Person;
  beforeEach(async () => {
    world = await World.make();
    trader = await world.trader("trader");
  });
  const send = (request: object, more: object = {}): Promise<Answer> =>
    trader.ask("POST /api/orders", { idempotencyKey: crypto.randomUUID(), origin: "manual", request, ...more });
  afterEach(() => world.settle());
  const row = async () => (await rowsOf("SELECT * FROM orders"))[0]!;
  const sends = () => world.exchange.requests(SEND);
  /** Trips to the database, as they go out. */
  function trips(): string[] {
    const seen: string[] = [];
    const { db } = world.relay;
    const watched = new Proxy(db, {
      get(target, name) {
        if (name === "batch")
          return (statements: D1PreparedStatement[]) => {
            seen.push(`batch of ${statements.length}`);
            return target.batch(statements);
          };
        if (name === "prepare") return (sql: string) => watch(target.prepare(sql), sql);
        return Reflect.get(target, name) as unknown;
      },
    });
    const watch = (statement: D1PreparedStatement, sql: string): D1PreparedStatement =>
      new Proxy(statement, {
        get(target, name) {
          const value: unknown = Reflect.get(target, name);
          if (name === "bind") return (...values: unknown[]) => watchBound(target.bind(...values), sql);
          return typeof value === "function" ? value.bind(target) : value;
        },
      });
    // A batch wants the statements themselves, so only their own ways out are watched.
    const watchBound = (statement: D1PreparedStatement, sql: string): D1PreparedStatement => {
      for (const name of ["first", "all", "run", "raw"] as const) {
        const go = statement[name].bind(statement) as (...values: unknown[]) => unknown;
        Object.assign(statement, { [name]: (...values: unknown[]) => (seen.push(sql.slice(0, 40)), go(...values)) });
      }
      return statement;
    };
    Object.assign(world.relay, { db: watched });
    return seen;
  }

  it("costs one batch before it is sent and one behind the answer, while the facts are fresh [X36]", async () => {
    await send(LIMIT);
    await world.settle();
    world.pass(SECOND_MS);
    const seen = trips();
    const before: string[] = [];
    const { exchange } = world;
    const fetchReal = exchange.fetch.bind(exchange);
    exchange.fetch = async (address, init) => {
      if (init.method === "POST") before.push(...seen);
      return fetchReal(address, init);
    };
    const placed = await send(LIMIT);
    expect([placed.status, before]).toEqual([201, ["batch of 6"]]);
    await world.settle();
    expect(seen.filter((trip) => !trip.startsWith("batch"))).toEqual([]);
    expect(seen).toHaveLength(2);
  });

  it("is sent again under the same identifier only after ten seconds of denial past our time-out [X39]", async () => {
    world.exchange.spoil(SEND, "never-arrives");
    const placed = await send(LIMIT);
    const sentMs = world.nowMs;
    let againMs = 0;
    const { exchange } = world;
    const fetchReal = exchange.fetch.bind(exchange);
    exchange.fetch = async (address, init) => {
      if (init.method === "POST") againMs = world.nowMs;
      return fetchReal(address, init);
    };
    await world.settle();
    expect([placed.status, (await row())["state"]]).toEqual([202, "accepted"]);
    expect(againMs - sentMs).toBeGreaterThanOrEqual(15 * SECOND_MS);
    expect(new Set(sends().map(({ body }) => body!["identifier"])).size).toBe(1);
    expect([sends().length, (await row())["attempts"]]).toEqual([2, 2]);
  });

  it.each([
    [MARKET_BID, {}],
    [LIMIT, { validForMs: 10_000 }],
  ])("is never sent again once its validity is over: %o %o [X39]", async (request, more) => {
    world.exchange.spoil(SEND, "never-arrives");
    await send(request, more);
    await world.settle();
    for (let minutes = 0; minutes < 4; minutes += 1) {
      world.pass(MINUTE_MS);
      await world.sweep();
    }
    expect(sends()).toHaveLength(1);
    expect((await row())["state"]).toBe("expired");
  });

  it("is not sent at all by a handler that was held up past its validity [X39]", async () => {
    await send(LIMIT);
    await world.settle();
    const { outside } = world.relay;
    Object.assign(world.relay, { outside: { ...outside } });
    // The queue of turns is so long that the market order's ten seconds pass in it.
    await env.DB.prepare("UPDATE paces SET until_wall_ms = ? WHERE name LIKE 'order:%'")
      .bind(world.nowMs + 12_000)
      .run();
    const placed = await send(MARKET_BID);
    await world.settle();
    expect(placed.body["order"]!["state"]).toBe("expired");
    expect(sends()).toHaveLength(1);
  });

  it("is not sent again after a lagging lookup found it at last [X39]", async () => {
    world.exchange.spoil(SEND, "answer-lost");
    world.exchange.spoil("GET /v1/order", missing, missing, missing);
    await send(LIMIT);
    await world.settle();
    expect([sends().length, (await row())["state"]]).toEqual([1, "accepted"]);
  });

  it("is asked about again when the second copy is told to be a duplicate [X39]", async () => {
    world.exchange.spoil(SEND, "answer-lost");
    // The lookup lags for so long that a second copy is sent, which the exchange refuses.
    world.exchange.spoil("GET /v1/order", ...Array.from({ length: 9 }, () => missing));
    await send(LIMIT);
    await world.settle();
    for (let minutes = 0; minutes < 2; minutes += 1) {
      world.pass(MINUTE_MS);
      await world.sweep();
    }
    expect(world.exchange.orders.size).toBe(1);
    expect((await row())["state"]).toBe("accepted");
  });

  it("is not taken for refused because a second copy was: the first may stand [X39]", async () => {
    const refusal = { status: 400, body: { error: { name: "insufficient_funds_bid" } } };
    world.exchange.spoil(SEND, "never-arrives", refusal);
    await send(LIMIT);
    await world.settle();
    expect(await row()).toMatchObject({ state: "unknown", exchange_error: "insufficient_funds_bid" });
    for (let minutes = 0; minutes < 3; minutes += 1) {
      world.pass(MINUTE_MS);
      await world.sweep();
    }
    expect([(await row())["state"], sends().length]).toEqual(["burned", 2]);
  });

  it("that was refused is settled only after a minute of agreement, and adopted if it turns up, and told [X39]", async () => {
    world.exchange.spoil(SEND, { status: 400, body: { error: { name: "insufficient_funds_bid" } } });
    const id = String((await send(LIMIT)).status);
    await world.settle();
    const shown = async () => (await trader.ask("GET /api/orders")).body["orders"]![0 as never] as unknown as object;
    expect([id, await shown()]).toMatchObject(["422", { state: "burned", settled: false }]);
    for (let minutes = 0; minutes < 3; minutes += 1) {
      world.pass(MINUTE_MS);
      await world.sweep();
    }
    expect(await shown()).toMatchObject({ state: "burned", settled: true });
    const { identifier } = (await row()) as { identifier: string };
    const late = {
      market: "KRW-BTC",
      uuid: "late",
      side: "bid",
      ord_type: "limit",
      price: "100000000",
      volume: "0.001",
    };
    const fields = { created_at: "2026-11-22T12:00:00+09:00", executed_volume: "0", paid_fee: "0", locked: "0" };
    world.exchange.orders.set(identifier, { ...late, ...fields, trades_count: 0, identifier, state: "wait" });
    world.pass(24 * 60 * MINUTE_MS);
    await world.sweep();
    expect((await row())["state"]).toBe("accepted");
    expect(await rowsOf("SELECT kind FROM notifications WHERE kind = 'order-late'")).toHaveLength(1);
  });

  it("that was given up is looked for again soon, however often it was asked about before [X39]", async () => {
    world.exchange.spoil(SEND, "never-arrives");
    await send({ kind: "market-bid", market: "KRW-BTC", side: "bid", total: "10000" });
    await world.settle();
    for (let minutes = 0; minutes < 3; minutes += 1) {
      world.pass(MINUTE_MS);
      await world.sweep();
    }
    const { state, missing_count: denials, ask_wall_ms: askMs } = await row();
    expect(state).toBe("expired");
    expect(denials).toBeGreaterThan(5);
    expect(Number(askMs) - world.nowMs).toBeLessThanOrEqual(5 * MINUTE_MS);
  });

  it.each(BUSY)(
    "is tried again under the same identifier when the exchange is busy, and told: %o [X40]",
    async (busy) => {
      world.exchange.spoil(SEND, busy, busy);
      const placed = await send(LIMIT);
      expect([placed.status, placed.body["order"]!["state"]]).toEqual([202, "sending"]);
      expect(placed.body["order"]!["exchangeError"]).toMatch(/too_many_request/);
      await world.settle();
      expect([(await row())["state"], sends().length]).toEqual(["accepted", 3]);
      expect(new Set(sends().map(({ body }) => body!["identifier"])).size).toBe(1);
      expect(await rowsOf("SELECT kind FROM notifications")).toEqual([{ kind: "order-delayed" }]);
    },
  );

  it("is refused once the exchange was busy for all of its validity [X40]", async () => {
    world.exchange.spoil(SEND, ...Array.from({ length: 50 }, () => BUSY[0]!));
    await send(MARKET_BID);
    await world.settle();
    world.pass(MINUTE_MS);
    await world.sweep();
    expect(await row()).toMatchObject({ state: "rejected", exchange_error: "too_many_requests" });
  });

  it("names its SMP mode and its time in force, but no SMP with post_only [X40]", async () => {
    await send({ ...LIMIT, timeInForce: "post_only" });
    await send({ ...LIMIT, timeInForce: "ioc" });
    await send({ kind: "best-bid", market: "KRW-BTC", side: "bid", total: "10000", timeInForce: "fok" });
    const [postOnly, ioc, best] = sends().map(({ body }) => body!);
    expect([postOnly!["time_in_force"], "smp_type" in postOnly!]).toEqual(["post_only", false]);
    expect([ioc!["time_in_force"], ioc!["smp_type"]]).toEqual(["ioc", "cancel_maker"]);
    expect(best).toMatchObject({ ord_type: "best", price: "10000", time_in_force: "fok", smp_type: "cancel_maker" });
  });

  it("is told of once, whoever finds out and however many at once [X38]", async () => {
    world.exchange.spoil(SEND, "answer-lost");
    world.exchange.spoil("GET /v1/order", ...Array.from({ length: 30 }, () => ({ status: 500, body: {} })));
    const placed = await send(MARKET_BID);
    await world.settle();
    world.exchange.forgive("GET /v1/order");
    const address = `GET /api/orders/${String(placed.body["order"]!["id"])}`;
    // All of them are answered before any of them writes.
    const { exchange } = world;
    const fetchReal = exchange.fetch.bind(exchange);
    let free = (): void => undefined;
    const all = new Promise<void>((resolve) => (free = resolve));
    let asking = 0;
    exchange.fetch = async (url, init) => {
      const answer = await fetchReal(url, init);
      if (!url.includes("/v1/order?")) return answer;
      asking += 1;
      if (asking === 3) free();
      await all;
      return answer;
    };
    await Promise.all([trader.ask(address), trader.ask(address), trader.ask(address)]);
    expect(await rowsOf("SELECT kind FROM notifications ORDER BY id")).toEqual([
      { kind: "order-unknown" },
      { kind: "order-done" },
    ]);
    expect(await rowsOf("SELECT COUNT(*) AS count FROM fills")).toEqual([{ count: 1 }]);
  });

  it("does not leave for a session that was idle too long or is too old [X37]", async () => {
    for (const column of ["seen_wall_ms", "created_wall_ms"]) {
      const person = await world.trader(column.slice(0, 4));
      await env.DB.prepare(`UPDATE sessions SET ${column} = 1 WHERE user_id = ?`).bind(person.id).run();
      const body = { idempotencyKey: crypto.randomUUID(), origin: "manual", request: LIMIT };
      expect((await person.ask("POST /api/orders", body)).body["type"]).toBe("signed-out");
    }
    expect(sends()).toEqual([]);
  });

  it("leaves only while its session stands, told in the same batch [X37]", async () => {
    await rowsOf("DELETE FROM sessions RETURNING id");
    const answer = await send(LIMIT);
    expect([answer.status, answer.body["type"], sends().length]).toEqual([401, "signed-out", 0]);
    const locked = await world.trader("locked");
    await env.DB.prepare("UPDATE users SET locked_wall_ms = 1 WHERE id = ?").bind(locked.id).run();
    const body = { idempotencyKey: crypto.randomUUID(), origin: "manual", request: LIMIT };
    expect((await locked.ask("POST /api/orders", body)).body["type"]).toBe("signed-out");
    expect(await rowsOf("SELECT * FROM orders")).toEqual([]);
  });

  it("goes to a real exchange only where the deployment switched that on [X2]", async () => {
    const live = await World.make({ EXCHANGE_URL: "https://api.upbit.com", LIVE_TRADING: "on" });
    const owner = await live.trader("owner");
    const body = { idempotencyKey: crypto.randomUUID(), origin: "manual", request: LIMIT };
    expect((await owner.ask("POST /api/orders", body)).status).toBe(201);
    await expect(World.make({ LIVE_TRADING: "yes" })).rejects.toThrow("LIVE_TRADING");
  });
});
