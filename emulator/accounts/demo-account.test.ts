import { describe, expect, it } from "vitest";
import { MarketCodeSchema } from "../../domain/market-code.ts";
import * as v from "valibot";
import { playedExchange } from "../testing/played-exchange.ts";

const held = (...markets: string[]) => {
  const { world } = playedExchange({ synthetic: markets.map((market) => v.parse(MarketCodeSchema, market)) });
  const [account] = world.exchange.accounts.values();
  return Object.fromEntries(
    [...account!].map(([currency, { averageUnit, averageBuyPrice }]) => [
      currency,
      [averageUnit, averageBuyPrice.gt(1_000) ? "in thousands" : averageBuyPrice.toFixed(0)],
    ]),
  );
};

describe("the demo account", { timeout: 60_000 }, () => {
  it("has its averages in won wherever a won price is played, whatever the order of markets (4.1)", () => {
    const expected = { KRW: ["KRW", "0"], BTC: ["KRW", "in thousands"], USDT: ["KRW", "in thousands"] };
    expect(held("USDT-BTC", "KRW-USDT", "KRW-BTC")).toEqual(expected);
    expect(held("KRW-BTC", "KRW-USDT", "USDT-BTC")).toEqual(expected);
  });

  it("has tether of no known price where only its markets are played (4.1)", () => {
    expect(held("USDT-BTC")).toEqual({ KRW: ["KRW", "0"], BTC: ["USDT", "in thousands"], USDT: ["KRW", "0"] });
  });
});
