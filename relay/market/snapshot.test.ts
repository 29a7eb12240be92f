import { beforeEach, describe, expect, it } from "vitest";
import { MINUTE_MS, SECOND_MS } from "../../domain/units.ts";
import { MOST_MARKETS, OrderBooksAnswerSchema, TickersAnswerSchema, TradesAnswerSchema } from "../../domain/wire.ts";
import { parse } from "valibot";
import type { Seen } from "../testing/fake-exchange.ts";
import { rowsOf, World } from "../testing/world.ts";

const MARKETS = ["KRW-BTC", "KRW-ETH", "KRW-XRP", "BTC-ETH"];
const TICKER = "GET /v1/ticker";
const BOOK = "GET /v1/orderbook";
const TRADES = "GET /v1/trades/ticks";

const list = ({ query }: Seen): string[] => query.get("markets")!.split(",");
const tickerOf = (market: string) => ({
  market,
  trade_price: 101,
  signed_change_rate: 0.01,
  signed_change_price: 1,
  high_price: 110,
  low_price: 90,
  acc_trade_price_24h: 1e9,
  acc_trade_volume_24h: 1e7,
  trade_timestamp: 1_700_000_000_000,
  timestamp: 1_700_000_000_100,
  highest_52_week_price: 5,
});
const bookOf = (market: string) => ({
  market,
  timestamp: 1_700_000_000_200,
  orderbook_units: [
    { ask_price: 102, bid_price: 101, ask_size: 1, bid_size: 2 },
    { ask_price: 103, bid_price: 0, ask_size: 1, bid_size: 0 },
  ],
});
/** As the exchange writes it: the number is beyond what JSON numbers hold exactly. */
const TRADES_TEXT = `[{"market":"KRW-BTC","timestamp":1700000000300,"trade_price":101,"trade_volume":0.5,"ask_bid":"BID","sequential_id": 17951436412070001}]`;

describe("short-lived market data", () => {
  let world: World;
  beforeEach(async () => {
    world = await World.make();
    const { replies } = world.exchange;
    const names = { korean_name: "", english_name: "" };
    replies.set("GET /v1/market/all", () => ({ status: 200, body: MARKETS.map((market) => ({ market, ...names })) }));
    replies.set(TICKER, (seen) => ({ status: 200, body: list(seen).map(tickerOf) }));
    replies.set(BOOK, (seen) => ({ status: 200, body: list(seen).map(bookOf) }));
    replies.set(TRADES, () => ({ status: 200, body: TRADES_TEXT }));
  });
  const get = (path: string, cookie?: string, address = "10.0.0.1") =>
    world.ask(`GET /api/${path}`, { ...(cookie ? { cookie } : {}), headers: { "CF-Connecting-IP": address } });
  const asked = (route: string) => world.exchange.requests(route);

  it("comes in our words, by the contract, without the browser's origin (3.3, 3.4, 3.6)", async () => {
    const ticker = await world.ask("GET /api/ticker?markets=KRW-ETH,KRW-BTC", {
      headers: { Origin: "https://x.example" },
    });
    expect(parse(TickersAnswerSchema, ticker.body).tickers.map(({ market, price }) => [market, price])).toEqual([
      ["KRW-ETH", 101],
      ["KRW-BTC", 101],
    ]);
    const book = parse(OrderBooksAnswerSchema, (await get("orderbook?markets=KRW-BTC")).body);
    expect(book.books[0]).toMatchObject({ bids: [{ price: 101, size: 2 }], asks: [{ price: 102 }, { price: 103 }] });
    const trades = parse(TradesAnswerSchema, (await get("trades?market=KRW-BTC")).body);
    expect(trades.trades[0]).toMatchObject({ takerSide: "bid", sequentialId: "17951436412070001" });
    expect(trades.askedAtMs).toBeLessThanOrEqual(world.nowMs);
    expect(world.exchange.seen.some(({ headers }) => headers.has("Origin"))).toBe(false);
    expect(ticker.headers.get("Cache-Control")).toBe("no-store");
  });

  it("asks once a second for everybody, also for different markets at the same time [X17]", async () => {
    await world.ask("GET /api/markets");
    const sets = ["KRW-BTC", "KRW-BTC,KRW-ETH", "KRW-XRP", "KRW-BTC"];
    await Promise.all(sets.map((markets) => get(`ticker?markets=${markets}`)));
    expect(asked(TICKER).map((seen) => list(seen).toSorted())).toEqual([["KRW-BTC", "KRW-ETH", "KRW-XRP"]]);
    await get("ticker?markets=KRW-XRP,KRW-BTC");
    expect(asked(TICKER)).toHaveLength(1);
    await Promise.all([1, 2, 3].map(() => get("trades?market=KRW-BTC")));
    expect(asked(TRADES)).toHaveLength(1);
    world.pass(SECOND_MS);
    await get("ticker?markets=KRW-BTC,BTC-ETH");
    expect(asked(TICKER)).toHaveLength(2);
  });

  it("is shared with other isolates through the cache, and never older than a second [X17]", async () => {
    await get("orderbook?markets=KRW-BTC,KRW-ETH");
    world.relay.memory.snapshots.clear();
    await get("orderbook?markets=KRW-ETH");
    expect(asked(BOOK)).toHaveLength(1);
    world.relay.memory.snapshots.clear();
    world.pass(SECOND_MS);
    await get("orderbook?markets=KRW-ETH");
    expect(asked(BOOK)).toHaveLength(2);
  });

  it("refuses what is no list of listed markets and does not ask the exchange about it", async () => {
    const many = Array.from({ length: MOST_MARKETS + 1 }, (_, at) => `KRW-A${at}`).join(",");
    const bad = [
      "ticker",
      "ticker?markets=",
      `ticker?markets=${many}`,
      "orderbook?markets=KRW-BTC,KRW-BTC",
      "trades",
      "trades?market=krw-btc",
      "ticker?markets=KRW-BTC,",
    ];
    for (const path of bad) expect([path, (await get(path)).status]).toEqual([path, 400]);
    expect((await get("ticker?markets=KRW-BTC,KRW-NOPE")).body).toMatchObject({ type: "not-found", kind: "refuse" });
    expect((await get("trades?market=KRW-NOPE")).status).toBe(404);
    expect([...asked(TICKER), ...asked(BOOK), ...asked(TRADES)]).toEqual([]);
  });

  it("takes one turn of the visitors for all who ask together, and none of members [X18]", async () => {
    const { cookie } = await world.person("hong");
    await world.ask("GET /api/markets");
    await Promise.all(MARKETS.map((market) => get(`ticker?markets=${market}`, cookie)));
    expect((await rowsOf("SELECT name FROM paces")).map(({ name }) => name).toSorted()).toEqual([
      "quotation:market",
      "quotation:ticker",
    ]);
  });

  it("is not asked for again while the exchange blocks the address, in any group or isolate [X17]", async () => {
    world.exchange.spoil(TICKER, { status: 418, body: "blocked" });
    const first = await get("ticker?markets=KRW-BTC");
    expect(first).toMatchObject({ status: 503, body: { type: "exchange-busy", kind: "retry" } });
    for (const path of ["ticker?markets=KRW-BTC", "trades?market=KRW-BTC", "orderbook?markets=KRW-BTC"]) {
      const { body } = await get(path);
      expect(body).toMatchObject({ type: "exchange-busy", kind: "retry" });
      expect(Number(body["retryAfterMs"])).toBeGreaterThan(50 * SECOND_MS);
    }
    expect([asked(TICKER).length, asked(TRADES).length, asked(BOOK).length]).toEqual([1, 0, 0]);
    world.pass(MINUTE_MS + SECOND_MS);
    expect((await get("ticker?markets=KRW-BTC")).status).toBe(200);
  });

  it("waits out a 429 of either shape and answers in the same request (1.4, 1.5)", async () => {
    world.exchange.spoil(
      TICKER,
      { status: 429, body: "Too many API requests." },
      { status: 429, body: { error: { name: "too_many_requests" } } },
    );
    expect((await get("ticker?markets=KRW-BTC")).status).toBe(200);
    expect(asked(TICKER)).toHaveLength(3);
  });

  it("leaves members their half of the turns, whatever strangers ask [X18]", async () => {
    const { cookie } = await world.person("hong");
    const codes = Array.from({ length: 60 }, (_, at) => `KRW-C${at}`);
    const names = { korean_name: "", english_name: "" };
    world.exchange.replies.set("GET /v1/market/all", () => ({
      status: 200,
      body: codes.map((market) => ({ market, ...names })),
    }));
    const strangers = codes.slice(0, 50).map((code) => get(`trades?market=${code}`));
    const member = get(`trades?market=${codes.at(-1)}`, cookie);
    expect((await member).status).toBe(200);
    const statuses = (await Promise.all(strangers)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 503).length).toBeGreaterThan(30);
    const turns = await rowsOf("SELECT name FROM paces WHERE name LIKE '%trade%'");
    expect(turns).toHaveLength(2);
  });

  it("counts what an address asks, and gives it thirty a second again [X18]", async () => {
    const statuses = [];
    for (let count = 0; count < 100; count += 1) statuses.push((await get("ticker?markets=KRW-BTC")).status);
    expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(90);
    expect(statuses.at(-1)).toBe(429);
    expect((await get("ticker?markets=KRW-BTC", undefined, "10.0.0.2")).status).toBe(200);
    world.pass(SECOND_MS);
    expect((await get("ticker?markets=KRW-BTC")).status).toBe(200);
  });
});
