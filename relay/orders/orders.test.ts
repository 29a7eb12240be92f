import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { DAY_MS, MINUTE_MS, SECOND_MS } from "../../domain/units.ts";
import { claimsOf, fill } from "../testing/fake-exchange.ts";
import { ACCESS_KEY, rowsOf, SECRET_KEY, World, type Answer, type Person } from "../testing/world.ts";

const LIMIT = { kind: "limit", market: "KRW-BTC", side: "bid", price: "100000000", volume: "0.001" };
const MARKET_BID = { kind: "market-bid", market: "KRW-BTC", side: "bid", total: "10000" };
const MARKET_ASK = { kind: "market-ask", market: "KRW-BTC", side: "ask", volume: "0.001" };
const SEND = "POST /v1/orders";
const entry = (request: object, idempotencyKey: string = crypto.randomUUID()) => ({
  idempotencyKey,
  origin: "manual",
  request,
});

describe("orders", () => {
  let world: World;
  let trader: Person;
  beforeEach(async () => {
    world = await World.make();
    trader = await world.trader("trader");
  });
  /** Sends, and waits for what goes on behind the answer. */
  const place = async (request: object, key?: string): Promise<Answer> => {
    const answer = await trader.ask("POST /api/orders", entry(request, key));
    await world.settle();
    return answer;
  };
  const listed = async () => (await trader.ask("GET /api/orders")).body["orders"] as unknown as { state: string }[];
  const stateOf = async (answer: Answer) =>
    (await trader.ask(`GET /api/orders/${String(answer.body["order"]!["id"])}`)).body["order"]!["state"];

  it("leave under one identifier with every field signed, SMP named, and stay open until the exchange says otherwise", async () => {
    const placed = await place(LIMIT);
    expect([placed.status, placed.body["order"]!["state"]]).toEqual([201, "accepted"]);
    const [sent] = world.exchange.requests(SEND);
    expect(sent!.body).toEqual({
      market: "KRW-BTC",
      side: "bid",
      volume: "0.001",
      price: "100000000",
      ord_type: "limit",
      smp_type: "cancel_maker",
      identifier: placed.body["order"]!["identifier"],
    });
    expect(claimsOf(sent!.headers)["query_hash"]).toMatch(/^[0-9a-f]{128}$/);
    expect(String(placed.body["order"]!["identifier"])).toMatch(/^obs-[0-9a-f-]{36}$/);
  });

  it.each([
    [MARKET_BID, "cancelled", { price: "10000", ord_type: "price" }],
    [MARKET_ASK, "filled", { volume: "0.001", ord_type: "market" }],
  ])("are answered at once, and read back with what they filled: %o", async (request, state, fields) => {
    const placed = await place(request);
    expect([placed.status, placed.body["order"]!["state"]]).toEqual([201, "accepted"]);
    expect((await listed())[0]).toMatchObject({
      state,
      executedVolume: "0.001",
      executedFunds: "9999.5",
      paidFee: "4.99975",
      request,
    });
    expect(world.exchange.requests(SEND)[0]!.body).toMatchObject(fields);
  });

  it.each([LIMIT, MARKET_BID, MARKET_ASK])(
    "never leave for an exchange that is not on this machine: %o [X2]",
    async (request) => {
      const live = await World.make({ EXCHANGE_URL: "https://api.upbit.com" });
      const owner = await live.trader("owner");
      for (const origin of ["manual", "auto"]) {
        const lease = origin === "auto" ? { lease: { id: crypto.randomUUID(), token: 1 } } : {};
        const answer = await owner.ask("POST /api/orders", { ...entry(request), origin, ...lease });
        expect([answer.status, answer.body["type"], answer.body["kind"]]).toEqual([403, "live-trading-off", "stop"]);
      }
      expect(live.exchange.requests(SEND)).toEqual([]);
      expect(await rowsOf("SELECT * FROM orders")).toEqual([]);
    },
  );

  it.each(["http://127.0.0.1.evil.example", "http://127.0.0.1@api.upbit.com", "http://localhost.example:80"])(
    "take %s for no loopback address [X2]",
    async (url) => {
      await expect(World.make({ EXCHANGE_URL: url })).rejects.toThrow("EXCHANGE_URL");
    },
  );

  it("are not cancelled at an exchange that is not on this machine either [X2]", async () => {
    const placed = await place(LIMIT);
    Object.assign(world.relay.settings, { loopbackExchange: false });
    const answer = await trader.ask(`POST /api/orders/${String(placed.body["order"]!["id"])}/cancel`);
    expect(answer.body["type"]).toBe("live-trading-off");
    expect(world.exchange.requests("DELETE /v1/order")).toEqual([]);
  });

  it("are written down before they leave [X5]", async () => {
    let before: unknown[] = [];
    const { exchange } = world;
    const fetchReal = exchange.fetch.bind(exchange);
    exchange.fetch = async (address, init) => {
      if (init.method === "POST") before = await rowsOf("SELECT state, identifier, price, volume FROM orders");
      return fetchReal(address, init);
    };
    const placed = await place(LIMIT);
    const { identifier } = placed.body["order"] as unknown as { identifier: string };
    expect(before).toEqual([{ state: "sending", identifier, price: "100000000", volume: "0.001" }]);
  });

  it("are one order under one idempotency key, also when it comes four times at once [X5]", async () => {
    const key = crypto.randomUUID();
    const answers = await Promise.all([1, 2, 3, 4].map(() => place(MARKET_ASK, key)));
    const later = await place(MARKET_ASK, key);
    expect(new Set([...answers, later].map(({ body }) => body["order"]!["id"])).size).toBe(1);
    expect([later.status, later.body["order"]!["state"]]).toEqual([201, "filled"]);
    expect(world.exchange.requests(SEND)).toHaveLength(1);
  });

  it("refuse another order under the same idempotency key [X5]", async () => {
    const key = crypto.randomUUID();
    await place(LIMIT, key);
    for (const other of [{ ...LIMIT, volume: "0.002" }, MARKET_BID]) {
      const answer = await place(other, key);
      expect([answer.status, answer.body["type"]]).toEqual([422, "idempotency-conflict"]);
    }
    expect(world.exchange.requests(SEND)).toHaveLength(1);
  });

  it.each(["answer-lost", "never-arrives", { status: 500, body: {} }, { status: 200, body: "<html>" }] as const)(
    "are unknown, not lost and not repeated, when the answer is %o [X6]",
    async (fate) => {
      world.exchange.spoil(SEND, fate);
      const key = crypto.randomUUID();
      const placed = await trader.ask("POST /api/orders", entry(MARKET_BID, key));
      expect([placed.status, placed.body["order"]!["state"]]).toEqual([202, "unknown"]);
      expect((await trader.ask("POST /api/orders", entry(MARKET_BID, key))).status).toBe(202);
      await world.settle();
      await world.sweep();
      expect(world.exchange.requests(SEND)).toHaveLength(1);
    },
  );

  it("are found again by their identifier after a lost answer [X6]", async () => {
    world.exchange.spoil(SEND, "answer-lost");
    const placed = await place(MARKET_BID);
    world.pass(MINUTE_MS);
    await world.sweep();
    const [row] = await rowsOf("SELECT state, executed_funds FROM orders");
    expect(row).toEqual({ state: "cancelled", executed_funds: "9999.5" });
    expect(await stateOf(placed)).toBe("cancelled");
    const { activity } = (await trader.ask("GET /api/activity")).body as never as { activity: object[] };
    const trade = { market: "KRW-BTC", side: "bid", executedVolume: expect.stringMatching(/^0\.0/), sent: true };
    expect(activity[0]).toMatchObject({ event: "order-cancelled", trade });
    expect(world.exchange.requests(SEND)).toHaveLength(1);
  });

  it("are found again after the relay died between writing and answering [X6]", async () => {
    await place(LIMIT);
    await env.DB.prepare("UPDATE orders SET state = 'sending', exchange_uuid = NULL, ask_wall_ms = 0").run();
    await world.sweep();
    expect(await rowsOf("SELECT state FROM orders")).toEqual([{ state: "sending" }]);
    world.pass(MINUTE_MS);
    await world.sweep();
    expect(await rowsOf("SELECT state FROM orders")).toEqual([{ state: "accepted" }]);
  });

  it("are asked about when the exchange knows the identifier already [X6]", async () => {
    world.exchange.spoil(SEND, { status: 400, body: { error: { name: "duplicated_identifier" } } });
    const placed = await place(LIMIT);
    expect(placed.body["order"]!["state"]).toBe("unknown");
    expect(world.exchange.requests("GET /v1/order").length).toBeGreaterThan(2);
  });

  it("expire only after the exchange has denied them for a minute past our own time-out [X7]", async () => {
    world.exchange.spoil(SEND, "never-arrives");
    const placed = await trader.ask("POST /api/orders", entry(MARKET_BID));
    const sentMs = world.nowMs;
    await world.settle();
    let state = await stateOf(placed);
    for (; String(state) === "unknown" && world.nowMs - sentMs < 5 * MINUTE_MS; state = await stateOf(placed))
      world.pass(SECOND_MS);
    expect(state).toBe("expired");
    expect(world.nowMs - sentMs).toBeGreaterThanOrEqual(65 * SECOND_MS);
    expect(world.nowMs - sentMs).toBeLessThan(75 * SECOND_MS);
    expect(world.exchange.requests(SEND)).toHaveLength(1);
  });

  it("do not expire by two denials, however far apart, nor by silence [X7]", async () => {
    world.exchange.spoil(SEND, "never-arrives");
    const silence = Array.from({ length: 40 }, () => ({ status: 500, body: {} }));
    world.exchange.spoil("GET /v1/order", ...silence);
    const placed = await place(MARKET_BID);
    world.pass(10 * MINUTE_MS);
    for (let asked = world.exchange.requests("GET /v1/order").length; asked < 40; asked += 1)
      expect(await stateOf(placed)).toBe("unknown");
    expect(await stateOf(placed)).toBe("unknown");
    world.pass(10 * MINUTE_MS);
    expect([await stateOf(placed), await stateOf(placed)]).toEqual(["unknown", "expired"]);
  });

  it("do not expire within a minute of the wall, however fast the market's clock runs [X7]", async () => {
    const anchor = { marketMs: world.nowMs, wallMs: world.nowMs, speed: 600 };
    world.exchange.replies.set("GET /emulator/clock", () => ({ status: 200, body: anchor }));
    Object.assign(world.relay.memory, { clock: null });
    world.exchange.spoil(SEND, "never-arrives");
    const placed = await place(MARKET_BID);
    for (let seconds = 0; seconds < 55; seconds += 11) {
      expect(await stateOf(placed)).toBe("unknown");
      world.pass(11 * SECOND_MS);
    }
  });

  it("do not expire because another key, of another account, does not find them [X7]", async () => {
    world.exchange.spoil(SEND, "never-arrives");
    const placed = await place(MARKET_BID);
    await trader.ask("PUT /api/key", { accessKey: ACCESS_KEY.replace("TEST", "NEXT"), secretKey: SECRET_KEY });
    for (let minutes = 0; minutes < 5; minutes += 1) {
      world.pass(MINUTE_MS);
      expect(await stateOf(placed)).toBe("unknown");
    }
  });

  it("are taken back from the dead when they turn up days later [X7]", async () => {
    world.exchange.spoil(SEND, "answer-lost");
    world.exchange.spoil(
      "GET /v1/order",
      ...Array.from({ length: 40 }, () => ({ status: 404, body: { error: { name: "order_not_found" } } })),
    );
    const placed = await place(MARKET_BID);
    for (let minutes = 0; minutes < 4; minutes += 1) {
      world.pass(MINUTE_MS);
      await world.sweep();
    }
    expect(await rowsOf("SELECT state FROM orders")).toEqual([{ state: "expired" }]);
    world.exchange.forgive("GET /v1/order");
    world.pass(2 * DAY_MS);
    await world.sweep();
    expect(await rowsOf("SELECT state FROM orders")).toEqual([{ state: "cancelled" }]);
    expect(await stateOf(placed)).toBe("cancelled");
  });

  it.each([
    { status: 400, name: "insufficient_funds_bid", told: 422, type: "insufficient-funds", state: "burned" },
    { status: 400, name: "under_min_total_bid", told: 422, type: "below-minimum", state: "burned" },
    { status: 401, name: "no_authorization_ip", told: 422, type: "ip-not-allowed", state: "rejected" },
  ])("tell a refusal by its name and keep it: $status $name", async ({ status, name, told, type, state }) => {
    world.exchange.spoil(SEND, { status, body: { error: { name } } });
    const key = crypto.randomUUID();
    for (const answer of [await place(LIMIT, key), await place(LIMIT, key)]) {
      expect(answer.status).toBe(told);
      expect(answer.body).toMatchObject({ type, exchangeError: name });
    }
    expect(await listed()).toMatchObject([{ state, exchangeError: name }]);
    expect(world.exchange.requests(SEND)).toHaveLength(1);
  });

  it.each([
    [{ ...LIMIT, price: "100000001" }, "off-tick"],
    [{ ...LIMIT, volume: "0.00001" }, "below-minimum"],
    [{ ...MARKET_BID, total: "4999" }, "below-minimum"],
    [{ ...LIMIT, price: "1e8" }, "bad-input"],
    [{ ...LIMIT, price: 100_000_000 }, "bad-input"],
    [{ ...MARKET_BID, side: "ask" }, "bad-input"],
  ])("are checked before anything is written: %o is %s", async (request, type) => {
    expect((await place(request)).body["type"]).toBe(type);
    expect(await rowsOf("SELECT * FROM orders")).toEqual([]);
  });

  it("need a key", async () => {
    const person = await world.person("keyless");
    expect((await person.ask("POST /api/orders", entry(LIMIT))).body["type"]).toBe("no-key");
    expect(await rowsOf("SELECT * FROM orders")).toEqual([]);
  });

  it("are seen and cancelled by their owner alone [X13]", async () => {
    const id = String((await place(LIMIT)).body["order"]!["id"]);
    const other = await world.trader("other");
    expect((await other.ask(`GET /api/orders/${id}`)).status).toBe(404);
    expect((await other.ask(`POST /api/orders/${id}/cancel`)).status).toBe(404);
    expect((await other.ask("GET /api/orders")).body).toEqual({ orders: [] });
    expect(world.exchange.requests("DELETE /v1/order")).toEqual([]);
  });

  it("are cancelled once the exchange says so, and not again", async () => {
    const id = String((await place(LIMIT)).body["order"]!["id"]);
    const cancelled = await trader.ask(`POST /api/orders/${id}/cancel`);
    expect([cancelled.status, cancelled.body["order"]!["state"]]).toEqual([200, "cancelled"]);
    const again = await trader.ask(`POST /api/orders/${id}/cancel`);
    expect([again.status, again.body["type"]]).toEqual([409, "order-not-open"]);
  });

  it("show a fill that was faster than the cancellation", async () => {
    const placed = await place(LIMIT);
    fill([...world.exchange.orders.values()][0]!, { volume: "0.001", funds: "100000", paidFee: "50" });
    world.exchange.replies.set("DELETE /v1/order", () => ({
      status: 404,
      body: { error: { name: "order_not_found" } },
    }));
    const answer = await trader.ask(`POST /api/orders/${String(placed.body["order"]!["id"])}/cancel`);
    expect(answer.body["order"]).toMatchObject({ state: "filled", executedFunds: "100000" });
  });

  it("show fills in the list without being asked for one by one, newest first", async () => {
    await place(LIMIT);
    world.pass(SECOND_MS);
    await place({ ...LIMIT, volume: "0.002" });
    world.pass(2 * SECOND_MS);
    for (const order of world.exchange.orders.values())
      fill(order, { volume: "0.001", funds: "100000", paidFee: "50" });
    expect(await listed()).toMatchObject([
      { state: "filled", request: { volume: "0.002" } },
      { state: "filled", request: { volume: "0.001" } },
    ]);
  });

  it("never take a fill back because an older answer comes later", async () => {
    await place(MARKET_ASK);
    const [order] = world.exchange.orders.values();
    Object.assign(order!, { executed_volume: "0", trades_count: 0, trades: [] });
    await env.DB.prepare("UPDATE orders SET state = 'accepted'").run();
    world.pass(MINUTE_MS);
    await listed();
    expect(await rowsOf("SELECT executed_volume FROM orders")).toEqual([{ executed_volume: "0.001" }]);
  });

  it("leave a trace of every state, written by the database itself [X15]", async () => {
    world.exchange.spoil(SEND, "answer-lost");
    const placed = await place(MARKET_ASK);
    world.pass(MINUTE_MS);
    await stateOf(placed);
    const trace = await rowsOf("SELECT event FROM audit WHERE subject = ? ORDER BY id", placed.body["order"]!["id"]);
    expect(trace.map(({ event }) => event)).toEqual(["order-sending", "order-unknown", "order-filled"]);
  });
});
