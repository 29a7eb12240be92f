import { describe, expect, it } from "vitest";
import type { MarketCode } from "../../domain/market-code.ts";
import type { UpbitFrame } from "../../domain/upbit-frame.ts";
import { QuoteBoard } from "./quote-board.ts";

const MARKET = "KRW-XRP" as MarketCode;
const ticker: UpbitFrame = {
  type: "ticker",
  code: MARKET,
  trade_price: 3121,
  signed_change_rate: 0.01,
  signed_change_price: 31,
  high_price: 3140,
  low_price: 3071,
  acc_trade_price_24h: 1e9,
  acc_trade_volume_24h: 1e6,
  trade_timestamp: 1,
  timestamp: 2,
  stream_type: "SNAPSHOT",
};
const trade = (price: number): UpbitFrame => ({
  type: "trade",
  code: MARKET,
  trade_price: price,
  trade_volume: 1,
  ask_bid: "BID",
  trade_timestamp: price,
  timestamp: price,
  sequentialId: String(price),
  stream_type: "REALTIME",
});

describe("the board", () => {
  it("shows nothing before a ticker, and a quote only when it changed", () => {
    const board = new QuoteBoard();
    board.take(MARKET, trade(1));
    expect(board.quotes("all")).toEqual([]);
    board.take(MARKET, ticker);
    expect(board.quotes("changed")).toMatchObject([{ market: MARKET, price: 3121, changeRate: 0.01, atMs: 2 }]);
    expect(board.quotes("changed")).toEqual([]);
    expect(board.quotes("all")).toHaveLength(1);
    board.keepOnly([]);
    expect(board.quotes("all")).toEqual([]);
  });

  it("keeps the newest thirty trades and fifteen levels that hold an offer", () => {
    const board = new QuoteBoard();
    board.take(MARKET, ticker);
    for (let price = 1; price <= 40; price += 1) board.take(MARKET, trade(price));
    board.take(MARKET, {
      type: "orderbook",
      code: MARKET,
      timestamp: 3,
      orderbook_units: Array.from({ length: 30 }, (_, row) => ({
        ask_price: 100 + row,
        bid_price: 99 - row,
        ask_size: row === 1 ? 0 : 1,
        bid_size: 2,
      })),
      stream_type: "REALTIME",
    });
    const [quote] = board.quotes("changed");
    expect(quote?.trades.map((entry) => entry.price).slice(0, 2)).toEqual([40, 39]);
    expect(quote?.trades).toHaveLength(30);
    expect(quote?.bids).toHaveLength(15);
    expect(quote?.asks.slice(0, 2)).toEqual([
      { price: 100, size: 1 },
      { price: 102, size: 1 },
    ]);
  });
});
