import { beforeEach, describe, expect, it } from "vitest";
import { INVALID, TYPE, quotationClient } from "../../testing/quotation-client.ts";

const { played, rows, refusal } = quotationClient();
beforeEach(() => {
  played.play({});
  played.world.marketStates.clear();
});

describe("order books", () => {
  it("are cut to the count, give whole sizes and the level (3.6)", () => {
    const [whole] = rows("orderbook", { markets: "KRW-XRP" });
    const [cut] = rows("orderbook", { markets: "KRW-XRP", count: "5" });
    expect((whole!["orderbook_units"] as unknown[]).length).toBe(30);
    expect((cut!["orderbook_units"] as unknown[]).length).toBe(5);
    expect(Object.keys(whole!)).toEqual([
      "market",
      "timestamp",
      "total_ask_size",
      "total_bid_size",
      "orderbook_units",
      "level",
    ]);
    const asks = (whole!["orderbook_units"] as { ask_size: number }[]).reduce((sum, { ask_size }) => sum + ask_size, 0);
    expect(Number(whole!["total_ask_size"])).toBeCloseTo(asks, 4);
    expect(whole!["level"]).toBe(0);
    expect(refusal("orderbook", { markets: "KRW-XRP", count: "31" })).toEqual(INVALID);
    expect(refusal("orderbook", { markets: "KRW-XRP", level: "x" })).toEqual(TYPE);
  });

  it("are gathered by a supported level and empty for another (3.6)", () => {
    const [book] = rows("orderbook", { markets: "KRW-XRP", level: "10" });
    expect(book!["level"]).toBe(10);
    for (const unit of book!["orderbook_units"] as { ask_price: number; bid_price: number }[])
      expect([unit.ask_price % 10, unit.bid_price % 10]).toEqual([0, 0]);
    for (const level of ["7", "10.0", "5"]) expect(rows("orderbook", { markets: "KRW-XRP", level })).toEqual([]);
    expect(rows("orderbook", { markets: "BTC-ETH", level: "10" })).toEqual([]);
    expect(rows("orderbook", { markets: "BTC-ETH", level: "0" })).toHaveLength(1);
  });

  it("tell the tick at the present price and the levels, as texts and, in the older list, as numbers (3.7, 3.8)", () => {
    const markets = "KRW-XRP,KRW-BTC,BTC-ETH,USDT-XRP";
    expect(rows("orderbook/instruments", { markets })).toMatchObject([
      { market: "KRW-XRP", quote_currency: "KRW", tick_size: "1", supported_levels: ["0", "10", "100", "1000"] },
      { market: "KRW-BTC", tick_size: "1000" },
      { market: "BTC-ETH", quote_currency: "BTC", tick_size: "0.00000001", supported_levels: ["0"] },
      { market: "USDT-XRP", quote_currency: "USDT", tick_size: "0.001", supported_levels: ["0"] },
    ]);
    expect(rows("orderbook/supported_levels", { markets: "KRW-XRP" })).toEqual([
      { market: "KRW-XRP", supported_levels: [0, 10, 100, 1_000] },
    ]);
  });
});
