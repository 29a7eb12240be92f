import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { STRICT_LIMITS } from "../../domain/limits.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../domain/units.ts";
import { fill } from "../testing/fake-exchange.ts";
import { allow, rowsOf, World, type Answer, type Person } from "../testing/world.ts";

const BID = { kind: "market-bid", market: "KRW-BTC", side: "bid", total: "10000" };
const ASK = { kind: "market-ask", market: "KRW-BTC", side: "ask", volume: "0.001" };
const LIMIT = { kind: "limit", market: "KRW-BTC", side: "bid", price: "100000000", volume: "0.001" };
const SEND = "POST /v1/orders";
const REFUSAL = { status: 400, body: { error: { name: "insufficient_funds_bid" } } };

describe("guard rails", () => {
  let world: World;
  let trader: Person;
  beforeEach(async () => {
    world = await World.make();
    trader = await world.trader("trader");
  });
  afterEach(() => world.settle());
  const send = (request: object): Promise<Answer> =>
    trader.ask("POST /api/orders", { idempotencyKey: crypto.randomUUID(), origin: "manual", request });
  /** Type of the refusal, or the state of what was sent. */
  const told = async (request: object): Promise<unknown> => {
    const { body } = await send(request);
    await world.settle();
    return body["type"] ?? body["order"]!["state"];
  };
  const sends = () => world.exchange.requests(SEND).length;

  it("refuse a buy above the largest, in another market and beyond the day's and the minute's number [X42] [X43]", async () => {
    await allow(trader, { largestOrderKrw: 20_000, ordersPerMinute: 2, ordersPerDay: 3 });
    expect(await told({ ...BID, total: "20001" })).toBe("order-too-large");
    expect(await told({ ...LIMIT, volume: "0.00020001" })).toBe("order-too-large");
    expect(await told({ ...BID, market: "KRW-THIN" })).toBe("market-not-allowed");
    expect(await told({ ...BID, market: "BTC-ETH", total: "0.001" })).toBe("market-not-allowed");
    expect([await told(BID), await told({ ...BID, total: "20000" })]).toEqual(["accepted", "accepted"]);
    const third = await send(BID);
    expect([third.status, third.body["type"], third.body["kind"]]).toEqual([429, "orders-too-many", "retry"]);
    world.pass(MINUTE_MS);
    expect(await told(BID)).toBe("accepted");
    world.pass(MINUTE_MS);
    expect((await send(BID)).body).toMatchObject({ type: "orders-too-many", kind: "refuse" });
    world.pass(DAY_MS);
    expect(await told(BID)).toBe("accepted");
    expect(sends()).toBe(4);
  });

  it("name the limit in the way, its figure and what the order comes to, and nobody else's [X42] [X43] [X46]", async () => {
    const limitOf = async (request: object) => (await send(request)).body["limit"];
    await allow(trader, { largestOrderKrw: 20_000, exposureKrw: 25_000, ordersPerDay: 3, priceDistanceBps: 100 });
    expect(await limitOf({ ...BID, total: "20000.5" })).toEqual({
      name: "largestOrderKrw",
      most: 20_000,
      reached: 20_001,
    });
    expect(await limitOf({ ...LIMIT, price: "101001000", volume: "0.0001" })).toEqual({
      name: "priceDistanceBps",
      most: 100,
    });
    // Stays open, with all of it at stake.
    expect(await limitOf({ ...LIMIT, volume: "0.0001" })).toBeUndefined();
    await world.settle();
    expect(await limitOf({ ...BID, total: "15001" })).toEqual({ name: "exposureKrw", most: 25_000, reached: 25_001 });
    await allow(trader, { ordersPerMinute: 1 });
    expect(await limitOf(BID)).toEqual({ name: "ordersPerMinute", most: 1 });
    await allow(trader, { ordersPerDay: 1 });
    expect(await limitOf(BID)).toEqual({ name: "ordersPerDay", most: 1 });
    expect(await limitOf({ ...BID, market: "KRW-THIN" })).toBeUndefined();
  });

  it("refuse a buy too far above the market, by its price or by its average fill [X42]", async () => {
    await allow(trader, { largestOrderKrw: 1_000_000_000, exposureKrw: 1_000_000_000, priceDistanceBps: 100 });
    expect(await told({ ...LIMIT, price: "101000000" })).toBe("accepted");
    expect(await told({ ...LIMIT, price: "101001000" })).toBe("price-too-far");
    expect(await told({ ...LIMIT, price: "50000000" })).toBe("accepted");
    // One coin at 100, 100.5, 101, 101.5, 102 million: five coins average 101 million.
    expect(await told({ ...BID, total: "505000000" })).toBe("accepted");
    expect(await told({ ...BID, total: "506000000" })).toBe("price-too-far");
  });

  it("let through only one of two devices that would pass together [X37]", async () => {
    await allow(trader, { exposureKrw: 150_000, ordersPerMinute: 60 });
    const answers = await Promise.all(Array.from({ length: 6 }, () => send(LIMIT)));
    await world.settle();
    const types = answers.map(({ body }) => body["type"] ?? "sent").toSorted();
    expect(types).toEqual([...Array.from({ length: 5 }, () => "exposure-reached"), "sent"]);
    expect(sends()).toBe(1);
  });

  it("free what an order could have spent once it is closed [X46]", async () => {
    await allow(trader, { exposureKrw: 100_000 });
    const placed = await send(LIMIT);
    await world.settle();
    expect(await told(LIMIT)).toBe("exposure-reached");
    expect((await trader.ask("GET /api/limits")).body["today"]).toMatchObject({ exposureKrw: 100_000, orders: 1 });
    await trader.ask(`POST /api/orders/${String(placed.body["order"]!["id"])}/cancel`);
    expect(await told(LIMIT)).toBe("accepted");
  });

  it.each([
    ["expired", BID, ["never-arrives"]],
    // The second copy was refused, which says nothing about the first.
    ["burned", { ...LIMIT, volume: "0.0001" }, ["never-arrives", REFUSAL]],
  ] as const)("count a buy that was given up as %s for twenty minutes: it may still arrive [X55]", async (...given) => {
    const [state, request, fates] = given;
    await allow(trader, { exposureKrw: 15_000 });
    world.exchange.spoil(SEND, ...fates);
    await send(request);
    const writtenMs = world.nowMs;
    await world.settle();
    const sweepUntil = async (minutes: number) => {
      while (world.nowMs < writtenMs + minutes * MINUTE_MS) {
        world.pass(MINUTE_MS / 2);
        await world.sweep();
      }
    };
    await sweepUntil(4);
    expect(await rowsOf("SELECT state FROM orders")).toEqual([{ state }]);
    expect(await told(BID)).toBe("exposure-reached");
    expect((await trader.ask("GET /api/limits")).body["today"]).toMatchObject({ exposureKrw: 10_000 });
    await sweepUntil(19);
    expect(await told(BID)).toBe("exposure-reached");
    await sweepUntil(21);
    expect((await trader.ask("GET /api/limits")).body["today"]).toMatchObject({ exposureKrw: 0 });
    expect(await told(BID)).toBe("accepted");
  });

  it("free at once what the exchange itself refused [X46]", async () => {
    await allow(trader, { exposureKrw: 15_000 });
    world.exchange.spoil(SEND, REFUSAL);
    expect((await send(BID)).status).toBe(422);
    await world.settle();
    expect(await told(BID)).toBe("accepted");
  });

  it("never stop a sale, whatever is reached, but by its number in a minute [X41]", async () => {
    await allow(trader, { ...STRICT_LIMITS, largestOrderKrw: 0, ordersPerMinute: 0, dailyLossKrw: 0, markets: [] });
    await trader.ask("POST /api/halt");
    expect([await told(BID), await told(ASK)]).toEqual(["halted", "accepted"]);
    await env.DB.prepare("UPDATE orders SET intent_wall_ms = ?").bind(world.nowMs).run();
    const copy = `INSERT INTO orders (id, user_id, identifier, idempotency_key, origin, kind, market, side, state,
      created_market_ms, updated_market_ms, created_wall_ms, updated_wall_ms, intent_wall_ms)
      SELECT id || ?1, user_id, identifier || ?1, idempotency_key || ?1, origin, kind, market, side, 'filled',
      1, 1, 1, 1, intent_wall_ms FROM orders WHERE idempotency_key NOT LIKE '%+%'`;
    await env.DB.batch(Array.from({ length: 59 }, (_, place) => env.DB.prepare(copy).bind(`+${place}`)));
    expect(await told(ASK)).toBe("orders-too-many");
    world.pass(MINUTE_MS);
    expect(await told(ASK)).toBe("accepted");
  });

  it("let a sale through without facts, and no buy [X41] [X45]", async () => {
    for (const path of ["accounts", "ticker", "orderbook"])
      world.exchange.replies.set(`GET /v1/${path}`, () => ({ status: 500, body: {} }));
    expect(await told(BID)).toBe("exchange-unreachable");
    expect(await told(ASK)).toBe("accepted");
    expect(sends()).toBe(1);
  });

  it("are held against the market of the last five seconds and the account of the last thirty [X45]", async () => {
    const asked = () => ["ticker", "accounts"].map((path) => world.exchange.requests(`GET /v1/${path}`).length);
    await told(LIMIT);
    expect(asked()).toEqual([1, 1]);
    world.pass(4 * SECOND_MS);
    await told(LIMIT);
    expect(asked()).toEqual([1, 1]);
    world.pass(2 * SECOND_MS);
    await told(LIMIT);
    // Asked for together.
    expect(asked()).toEqual([2, 2]);
    world.exchange.replies.set("GET /v1/ticker", () => ({ status: 200, body: [] }));
    world.pass(6 * SECOND_MS);
    expect(await told(LIMIT)).not.toBe("accepted");
  });

  it("stop buying for the KST day once its loss is realised, fees included, and count each fill once [X46] [X38]", async () => {
    await allow(trader, { dailyLossKrw: 1_000 });
    await told(BID);
    // Bought 0.001 for 9,999.5 and 4.99975; sold for 9,000 and 4.5: a loss of 1,008.99975.
    world.exchange.replies.set(SEND, ({ body }) => {
      const order = {
        ...body!,
        uuid: "sale",
        state: "wait",
        identifier: body!["identifier"]!,
        created_at: "",
        locked: "0",
      };
      const sale = { ...order, executed_volume: "0", paid_fee: "0", trades_count: 0 };
      world.exchange.orders.set(sale.identifier, sale);
      const answer = { ...sale };
      fill(sale, { volume: "0.001", funds: "9000", paidFee: "4.5" });
      return { status: 201, body: answer };
    });
    expect(await told(ASK)).toBe("accepted");
    world.exchange.replies.delete(SEND);
    await trader.ask("GET /api/orders");
    world.pass(2 * SECOND_MS);
    expect(await told(BID)).toBe("daily-loss-reached");
    expect(await rowsOf("SELECT realised_krw, exposure_krw FROM account_snapshots")).toEqual([
      { realised_krw: -1009, exposure_krw: 0 },
    ]);
    expect(await rowsOf("SELECT COUNT(*) AS count FROM fills")).toEqual([{ count: 2 }]);
    expect((await trader.ask("GET /api/limits")).body["today"]).toEqual({
      realisedKrw: -1009,
      exposureKrw: 0,
      orders: 1,
    });
    // 12:00 KST: the next day begins twelve hours later.
    world.pass(12 * HOUR_MS);
    expect(await told(BID)).toBe("accepted");
  });

  it("hold at once when they are lowered, and a day after the password when they are raised [X44]", async () => {
    const put = (more: object) => trader.ask("PUT /api/limits", { ...STRICT_LIMITS, ...more });
    world.pass(10 * MINUTE_MS);
    expect((await put({ largestOrderKrw: 6_000 })).body["current"]).toMatchObject({ largestOrderKrw: 6_000 });
    expect(await told(BID)).toBe("order-too-large");
    const refused = await put({ largestOrderKrw: 50_000 });
    expect([refused.status, refused.body["type"]]).toEqual([403, "re-authentication-needed"]);
    await env.DB.prepare("UPDATE sessions SET confirmed_wall_ms = ?").bind(world.nowMs).run();
    const raised = await put({ largestOrderKrw: 50_000, ordersPerDay: 5 });
    expect(raised.body).toMatchObject({
      current: { largestOrderKrw: 6_000, ordersPerDay: 5 },
      raise: { limits: { largestOrderKrw: 50_000 }, fromMs: world.nowMs + DAY_MS },
    });
    world.pass(DAY_MS - SECOND_MS);
    expect(await told(BID)).toBe("order-too-large");
    world.pass(SECOND_MS);
    expect(await told(BID)).toBe("accepted");
    expect((await trader.ask("GET /api/limits")).body).toMatchObject({
      current: { largestOrderKrw: 50_000 },
      raise: null,
    });
    expect(await rowsOf("SELECT kind FROM notifications")).toEqual([{ kind: "limits-raised" }]);
  });

  it("forget a raise that was taken back, and begin its wait anew when it is changed [X44]", async () => {
    const put = (more: object) => trader.ask("PUT /api/limits", { ...STRICT_LIMITS, ...more });
    await put({ exposureKrw: 9_000_000 });
    world.pass(2 * MINUTE_MS);
    const fromMs = async () => (await trader.ask("GET /api/limits")).body["raise"]?.["fromMs"];
    const first = await fromMs();
    await put({ exposureKrw: 9_000_000 });
    expect(await fromMs()).toBe(first);
    await put({ exposureKrw: 10_000_000 });
    expect(await fromMs()).toBe(world.nowMs + DAY_MS);
    await trader.ask("DELETE /api/limits/raise");
    expect(await fromMs()).toBeUndefined();
    world.pass(2 * DAY_MS);
    expect((await trader.ask("GET /api/limits")).body["current"]).toMatchObject({ exposureKrw: 5_000_000 });
  });
});
