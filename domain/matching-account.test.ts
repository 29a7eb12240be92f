import { describe, expect, it } from "vitest";
import { Big } from "./decimal.ts";
import { emptyHolding, receive, receiveBought } from "./matching-account.ts";

describe("the average buy price of a holding", () => {
  it("takes the currency of the first purchase where no price was known, and no other after it (4.1)", () => {
    const holding = emptyHolding();
    receive(holding, new Big(10));
    receiveBought(holding, { volume: new Big(10), funds: new Big(30), unit: "USDT" });
    expect([holding.averageUnit, holding.averageBuyPrice.toFixed()]).toEqual(["USDT", "1.5"]);
    receiveBought(holding, { volume: new Big(10), funds: new Big(30_000), unit: "KRW" });
    expect([holding.averageUnit, holding.averageBuyPrice.toFixed()]).toEqual(["USDT", "1.5"]);
  });
});
