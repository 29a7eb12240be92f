import { beforeEach, describe, expect, it } from "vitest";
import type { MarketCode } from "../../../domain/market-code.ts";
import { DAY_MS, MINUTE_MS } from "../../../domain/units.ts";
import { field, INVALID, MISSING, UNKNOWN, type Row, quotationClient } from "../../testing/quotation-client.ts";

const { played, rows, refusal } = quotationClient();
beforeEach(() => {
  played.play({});
  played.world.marketStates.clear();
});

describe("tickers", () => {
  it("have the contract's fields, agree with the day's candle and come in the order asked (3.4, 9.19)", () => {
    const list = rows("ticker", { markets: "KRW-XRP,KRW-BTC" });
    expect(field(list, "market")).toEqual(["KRW-XRP", "KRW-BTC"]);
    const [, ticker] = list;
    const [day] = played.get("/v1/candles/days?market=KRW-BTC").body as Row[];
    expect(ticker).toMatchObject({
      opening_price: day!["opening_price"],
      prev_closing_price: day!["prev_closing_price"],
      trade_date: "20240320",
      trade_date_kst: "20240320",
      trade_time: expect.stringMatching(/^\d{6}$/),
      trade_time_kst: expect.stringMatching(/^\d{6}$/),
      change: Number(day!["change_price"]) > 0 ? "RISE" : "FALL",
      change_price: Math.abs(Number(day!["change_price"])),
    });
    expect(Object.keys(ticker!)).toHaveLength(26);
    expect(Number(ticker!["acc_trade_price_24h"])).toBeGreaterThan(Number(ticker!["acc_trade_price"]));
    expect(Number(ticker!["highest_52_week_price"])).toBeGreaterThanOrEqual(Number(ticker!["high_price"]));
    expect(ticker!["highest_52_week_date"]).toBe("2024-03-14");
  });

  it("of whole quote currencies come together (3.5)", () => {
    expect(field(rows("ticker/all", { quote_currencies: "BTC,USDT" }), "market")).toEqual(["BTC-ETH", "USDT-XRP"]);
    expect(refusal("ticker/all", { quote_currencies: "EUR" })).toEqual(INVALID);
    expect(refusal("ticker/all")).toEqual(MISSING);
    expect(refusal("ticker")).toEqual(MISSING);
    expect(refusal("ticker", { markets: "KRW-BTC,KRW-NONE" })).toEqual(UNKNOWN);
  });

  it("sum the last 24 hours as their minutes do (3.4)", () => {
    const [ticker] = rows("ticker", { markets: "KRW-BTC" });
    const nowMs = played.world.clock.now();
    const feed = played.world.exchange.feeds.get("KRW-BTC" as MarketCode)!;
    const firstMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS - DAY_MS + MINUTE_MS;
    let units = 0n;
    feed.eachTrade(firstMs - 1, nowMs, (trade) => (units += BigInt(trade.units)));
    expect(ticker!["acc_trade_volume_24h"]).toBe(Number(units) / 1e8);
  });
});
