import ccxt from "ccxt";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MarketCode } from "../domain/market-code.ts";
import { startEmulator, type Emulator } from "./start-emulator.ts";

/** A published client as it comes from npm: nothing of it is changed but the addresses it asks. */
let emulator: Emulator;
let client: InstanceType<typeof ccxt.pro.upbit>;
const SYMBOL = "XRP/KRW";

beforeAll(async () => {
  emulator = await startEmulator({ synthetic: ["KRW-XRP", "KRW-BTC"] as MarketCode[], seed: 3, speed: 20 });
  client = new ccxt.pro.upbit({ apiKey: emulator.accessKey, secret: emulator.secretKey });
  client.urls["api"] = { public: emulator.rest, private: emulator.rest, ws: emulator.ws };
  // Its own way to speak ws:// instead of wss://.
  await client.loadHttpProxyAgent();
});
afterAll(async () => {
  await client.close();
  await emulator.close();
});

const lowPrice = async () => Math.floor(Number((await client.fetchOrderBook(SYMBOL)).bids[0]![0]) * 0.8);

describe("ccxt", () => {
  it("reads markets, candles, ticker, order book and trades (3)", async () => {
    expect(Object.keys(await client.loadMarkets())).toEqual([SYMBOL, "BTC/KRW"]);
    for (const [width, ms] of [
      ["1m", 60_000],
      ["1h", 3_600_000],
      ["1d", 86_400_000],
    ] as const) {
      const candles = await client.fetchOHLCV(SYMBOL, width, undefined, 5);
      expect(candles).toHaveLength(5);
      expect(candles.every(([open], at) => at === 0 || Number(open) - Number(candles[at - 1]![0]) >= ms)).toBe(true);
    }
    const ticker = await client.fetchTicker(SYMBOL);
    expect(ticker.last).toBeGreaterThan(0);
    expect(ticker.high!).toBeGreaterThanOrEqual(ticker.low!);
    const book = await client.fetchOrderBook(SYMBOL);
    expect(book.asks).toHaveLength(30);
    expect(Number(book.asks[0]![0])).toBeGreaterThan(Number(book.bids[0]![0]));
    expect(await client.fetchTrades(SYMBOL, undefined, 5)).toHaveLength(5);
  });

  it("reads balances and fees (4.1, 4.2)", async () => {
    const balance = await client.fetchBalance();
    expect(balance["KRW"]).toMatchObject({ free: 50_000_000, used: 0 });
    expect((await client.fetchTradingFee(SYMBOL)).taker).toBe(0.0005);
  });

  it("places, finds, replaces and cancels an order (4.3, 4.6, 4.8, 4.10, 4.13)", async () => {
    const price = await lowPrice();
    const placed = await client.createOrder(SYMBOL, "limit", "buy", 10, price);
    expect(await client.fetchOrder(placed.id!)).toMatchObject({ id: placed.id, status: "open", price, amount: 10 });
    expect((await client.fetchOpenOrders(SYMBOL)).map(({ id }) => id)).toEqual([placed.id]);
    const replaced = await client.editOrder(placed.id!, SYMBOL, "limit", "buy", 10, price - 1);
    await client.cancelOrder(replaced.id!);
    expect(await client.fetchOpenOrders(SYMBOL)).toEqual([]);
    const gone = await client.fetchCanceledOrders(SYMBOL);
    expect(new Set(gone.map(({ id }) => id))).toEqual(new Set([placed.id, replaced.id]));
  });

  it("buys for an amount and sells a volume at market (4.3, 4.9)", async () => {
    const bought = await client.createMarketBuyOrderWithCost(SYMBOL, 10_000);
    const filled = await client.fetchOrder(bought.id!);
    expect(filled.filled).toBeGreaterThan(0);
    expect(filled.cost).toBeLessThanOrEqual(10_000);
    const sold = await client.createOrder(SYMBOL, "market", "sell", 5);
    expect(await client.fetchOrder(sold.id!)).toMatchObject({ status: "closed", filled: 5 });
    expect((await client.fetchClosedOrders(SYMBOL)).map(({ id }) => id)).toEqual([sold.id]);
  });

  it("understands refusals (1.4)", async () => {
    const price = await lowPrice();
    await expect(client.createOrder(SYMBOL, "limit", "buy", 1_000_000, price)).rejects.toThrow(ccxt.ExchangeError);
    await expect(client.createOrder(SYMBOL, "limit", "buy", 100_000, price)).rejects.toThrow(ccxt.InsufficientFunds);
    await expect(client.fetchOrder("00000000-0000-4000-8000-000000000000")).rejects.toThrow(ccxt.OrderNotFound);
    const stranger = new ccxt.upbit({ apiKey: "x", secret: "y" });
    stranger.urls["api"] = { public: emulator.rest, private: emulator.rest };
    await expect(stranger.fetchBalance()).rejects.toThrow(ccxt.AuthenticationError);
  });

  it("watches trades, books, and its own balance and orders (6.5, 6.6, 6.8, 6.9)", async () => {
    expect((await client.watchTrades(SYMBOL))[0]).toMatchObject({ symbol: SYMBOL });
    const book = await client.watchOrderBook(SYMBOL);
    expect(Number(book.asks[0]![0])).toBeGreaterThan(Number(book.bids[0]![0]));
    const orders = client.watchOrders();
    const balance = client.watchBalance();
    const price = await lowPrice();
    // Asked again until both streams stand: there is no message that says so (6.2).
    let placed: Promise<unknown> | null = null;
    const again = setInterval(() => (placed = client.createOrder(SYMBOL, "limit", "buy", 10, price)), 1_000);
    try {
      expect(await orders).toEqual(expect.arrayContaining([expect.objectContaining({ status: "open", price })]));
      expect((await balance)["KRW"]).toMatchObject({ used: expect.any(Number) });
    } finally {
      clearInterval(again);
      await placed;
    }
  }, 30_000);
});
