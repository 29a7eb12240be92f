import * as v from "valibot";
import { beforeAll, describe, expect, it } from "vitest";
import type { MarketCode } from "../../../domain/market-code.ts";
import type { MarketState } from "../../world.ts";
import { UpbitAccountSchema, UpbitChanceSchema } from "../../../domain/upbit.ts";
import { playedPockets, type PlayedPockets } from "../../testing/played-pockets.ts";

let played: PlayedPockets;
beforeAll(() => {
  played = playedPockets(3, ["KRW-XRP", "BTC-XRP", "USDT-XRP"]);
}, 60_000);
const order = { market: "KRW-XRP", side: "bid", ord_type: "limit", price: "2000", volume: "5" };
const rows = (pocket: number) =>
  Object.fromEntries(
    (played.call(pocket, "GET accounts").body as Record<string, string>[]).map((row) => [row["currency"], row]),
  );

describe("GET accounts", () => {
  it("shows what is free and what is locked of each asset, to the digit (4.1)", () => {
    played.call(0, "POST orders", order);
    expect(v.parse(v.array(UpbitAccountSchema), played.call(0, "GET accounts").body)).toHaveLength(4);
    expect(rows(0)["KRW"]).toEqual({
      currency: "KRW",
      balance: "9989995",
      locked: "10005",
      avg_buy_price: "0",
      avg_buy_price_modified: false,
      unit_currency: "KRW",
    });
  });

  it("moves the average buy price by what was bought, and not by what was sold (4.1)", () => {
    const buy = { market: "KRW-XRP", side: "bid", ord_type: "price", price: "1000000" };
    played.call(1, "POST orders", { ...buy, identifier: "in" });
    const { trades } = played.call(1, "GET order", { identifier: "in" }).body as { trades: Record<string, string>[] };
    const sum = (name: string) => trades.reduce((total, trade) => total + Number(trade[name]), 0);
    // Ten thousand were there at no known price.
    expect(Number(rows(1)["XRP"]!["avg_buy_price"])).toBeCloseTo(sum("funds") / (10_000 + sum("volume")), 7);
    const before = rows(1)["XRP"]!["avg_buy_price"];
    played.call(1, "POST orders", { market: "KRW-XRP", side: "ask", ord_type: "market", volume: "100" });
    expect(rows(1)["XRP"]!["avg_buy_price"]).toBe(before);
  });

  it("leaves an average in won alone when coins are paid in another currency (4.1)", () => {
    played.call(2, "POST orders", { market: "KRW-XRP", side: "bid", ord_type: "price", price: "10000" });
    const before = rows(2)["XRP"]!;
    const price = String(played.topOf("USDT-XRP").ask);
    const bid = { market: "USDT-XRP", side: "bid", ord_type: "limit", price, volume: "0.5", time_in_force: "ioc" };
    const placed = played.call(2, "POST orders", bid);
    expect(placed.error).toBeNull();
    expect(rows(2)["XRP"]).toMatchObject({ avg_buy_price: before["avg_buy_price"], unit_currency: "KRW" });
    expect(Number(rows(2)["XRP"]!["balance"])).toBeGreaterThan(10_000);
  });
});

describe("GET orders/chance", () => {
  it("does not know a market that is gone, and calls every other active (4.2, 6.4)", () => {
    const market = "BTC-XRP" as MarketCode;
    const ask = (standing: MarketState) => {
      played.world.marketStates.set(market, standing);
      const answer = played.call(0, "GET orders/chance", { market });
      played.world.marketStates.delete(market);
      return answer;
    };
    expect(ask({ state: "DELISTED", delistingDate: "2026-11-22" }).error).toEqual([400, "notfoundmarket"]);
    for (const standing of [
      { state: "PREVIEW", delistingDate: null },
      { state: "ACTIVE", delistingDate: null, halted: true },
    ] as const)
      expect(ask(standing).body).toMatchObject({ market: { state: "active" } });
  });

  it.each([
    ["KRW-XRP", "0.0005", "5000", "1000000000"],
    ["BTC-XRP", "0.0025", "0.00005", "10"],
    ["USDT-XRP", "0.0025", "0.5", "1000000"],
  ])("tells fees, types, totals and both assets of %s (4.2, 5.4)", (market, fee, least, most) => {
    const { body } = played.call(0, "GET orders/chance", { market });
    const quote = market.split("-")[0];
    v.parse(UpbitChanceSchema, body);
    expect(body).toMatchObject({
      bid_fee: fee,
      ask_fee: fee,
      maker_bid_fee: fee,
      maker_ask_fee: fee,
      market: {
        id: market,
        name: `XRP/${quote}`,
        order_sides: ["ask", "bid"],
        bid_types: ["best_fok", "best_ioc", "limit", "limit_fok", "limit_ioc", "price"],
        ask_types: ["best_fok", "best_ioc", "limit", "limit_fok", "limit_ioc", "market"],
        bid: { currency: quote, min_total: least },
        ask: { currency: "XRP", min_total: least },
        max_total: most,
        state: "active",
      },
      bid_account: { currency: quote },
      ask_account: { currency: "XRP", balance: "10000" },
    });
  });

  it("wants a market that is played (4.2)", () => {
    expect(played.call(0, "GET orders/chance").error).toEqual([400, "invalid_parameter"]);
    expect(played.call(0, "GET orders/chance", { market: "KRW-NONE" }).error).toEqual([400, "notfoundmarket"]);
  });

  it.each([
    ["BTC-XRP", "0.000000015", "invalid_price_bid"],
    ["USDT-XRP", "10.001", "invalid_price_bid"],
    ["USDT-XRP", "0.5", "under_min_total_bid"],
    ["BTC-XRP", "0.00000001", "under_min_total_bid"],
  ])("holds an order of %s at %s to that market's own rules: %s (5.2, 5.3, 5.4)", (market, price, name) => {
    const placed = played.call(0, "POST orders", { ...order, market, price, volume: "0.99" });
    expect(placed.error).toEqual([400, name]);
  });
});
