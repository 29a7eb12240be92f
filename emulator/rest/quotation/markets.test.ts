import { beforeEach, describe, expect, it } from "vitest";
import type { MarketCode } from "../../../domain/market-code.ts";
import { field, GENERATED, TYPE, UNKNOWN, quotationClient } from "../../testing/quotation-client.ts";

const { played, rows, refusal } = quotationClient();
beforeEach(() => {
  played.play({});
  played.world.marketStates.clear();
});

describe("the list of markets", () => {
  it("holds every quote currency with both names, events only with details (3.1)", () => {
    const plain = rows("market/all");
    expect(field(plain, "market")).toEqual(["KRW-BTC", ...GENERATED]);
    expect(Object.keys(plain[0]!)).toEqual(["market", "korean_name", "english_name"]);
    expect(rows("market/all", { is_details: "true" })[0]).toMatchObject({
      market_event: {
        warning: false,
        caution: {
          PRICE_FLUCTUATIONS: false,
          TRADING_VOLUME_SOARING: false,
          DEPOSIT_AMOUNT_SOARING: false,
          GLOBAL_PRICE_DIFFERENCES: false,
          CONCENTRATION_OF_SMALL_ACCOUNTS: false,
        },
      },
    });
    expect(refusal("market/all", { is_details: "yes" })).toEqual(TYPE);
  });

  it("may send events without being asked (9.21)", () => {
    played.play({ eventAlways: true });
    expect(rows("market/all")[0]).toHaveProperty("market_event.warning", false);
  });

  it("loses a market that was delisted, and so do all other endpoints (3.1, 1.4)", () => {
    played.world.marketStates.set("KRW-XRP" as MarketCode, { state: "DELISTED", delistingDate: "2024-03-20" });
    expect(field(rows("market/all"), "market")).not.toContain("KRW-XRP");
    expect(refusal("ticker", { markets: "KRW-BTC,KRW-XRP" })).toEqual(UNKNOWN);
    expect(field(rows("ticker/all", { quote_currencies: "KRW" }), "market")).toEqual(["KRW-BTC", "KRW-USDT"]);
    played.world.marketStates.set("KRW-XRP" as MarketCode, { state: "PREVIEW", delistingDate: null });
    expect(field(rows("market/all"), "market")).toContain("KRW-XRP");
  });
});
