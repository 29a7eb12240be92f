import { describe, expect, it } from "vitest";
import { columnsOf, candleAt } from "../../domain/candle.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import { epochMs } from "../../domain/units.ts";
import type { MarketTrade, Ticker } from "../../domain/wire.ts";
import { bookOf, QuoteBoard, runningOf } from "./quote-board.ts";

const MARKET = "KRW-XRP" as MarketCode;
const ticker: Ticker = {
  market: MARKET,
  price: 3121,
  changeRate: 0.01,
  changePrice: 31,
  high: 3140,
  low: 3071,
  value24h: 1e9,
  volume24h: 1e6,
  tradeAtMs: epochMs(1),
  atMs: epochMs(2),
};
const trade = (price: number): MarketTrade => ({
  price,
  volume: 1,
  takerSide: "bid",
  atMs: epochMs(price),
  sequentialId: `1795143641207000${price}`,
});

describe("the board", () => {
  it("shows nothing before a ticker, and a quote only when it changed", () => {
    const board = new QuoteBoard();
    board.takeTrades(MARKET, [trade(1)]);
    expect(board.quotes("all")).toEqual([]);
    board.takeTicker(ticker);
    expect(board.quotes("changed")).toMatchObject([{ market: MARKET, price: 3121, changeRate: 0.01, atMs: 2 }]);
    expect(board.quotes("changed")).toEqual([]);
    expect(board.quotes("all")).toHaveLength(1);
    board.keepOnly([]);
    expect(board.quotes("all")).toEqual([]);
  });

  it("keeps the newest thirty trades, each once and in order, and fifteen levels that hold an offer", () => {
    const board = new QuoteBoard();
    board.takeTicker(ticker);
    for (const price of [39, 1, 40, 39]) board.takeTrades(MARKET, [trade(price)]);
    board.takeTrades(
      MARKET,
      Array.from({ length: 40 }, (_, row) => trade(40 - row)),
    );
    const orderbook_units = Array.from({ length: 30 }, (_, row) => ({
      ask_price: 100 + row,
      bid_price: 99 - row,
      ask_size: row === 1 ? 0 : 1,
      bid_size: 2,
    }));
    const frame = { type: "orderbook", code: MARKET, timestamp: 3, orderbook_units, stream_type: "REALTIME" } as const;
    board.takeBook(bookOf(MARKET, frame));
    const [quote] = board.quotes("changed");
    expect(quote?.trades.map((entry) => entry.price)).toEqual(Array.from({ length: 30 }, (_, row) => 40 - row));
    expect(quote?.bids).toHaveLength(15);
    expect(quote?.asks.slice(0, 2)).toEqual([
      { price: 100, size: 1 },
      { price: 102, size: 1 },
    ]);
  });

  it("shows the running minute, and again when it has grown", () => {
    const board = new QuoteBoard();
    const row = { openTimeMs: epochMs(0), open: 1, high: 1, low: 1, close: 1, volume: 1, value: 1 };
    const running = candleAt(columnsOf([row]), 0);
    board.takeRunning(MARKET, running);
    board.takeTicker(ticker);
    board.takeRunning(MARKET, running);
    expect(board.quotes("changed")).toMatchObject([{ running }]);
    board.takeRunning(MARKET, running);
    expect(board.quotes("changed")).toEqual([]);
    board.takeRunning(MARKET, null);
    expect(board.quotes("changed")).toMatchObject([{ running: null }]);
  });

  it("makes the running minute of its trades only where they reach back to its start [C27]", () => {
    const at = (ms: number, price: number): MarketTrade => ({ ...trade(price), atMs: epochMs(600_000 + ms) });
    const trades = [at(30_000, 12), at(20_000, 15), at(10_000, 9), at(-5_000, 50)];
    expect(runningOf(trades, epochMs(640_000))).toEqual({
      openTimeMs: 600_000,
      open: 9,
      high: 15,
      low: 9,
      close: 12,
      volume: 3,
      value: 36,
    });
    expect(runningOf(trades.slice(0, 3), epochMs(640_000))).toBeNull();
    expect(runningOf(trades, epochMs(700_000))).toBeNull();
  });
});
