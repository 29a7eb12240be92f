import { beforeAll, describe, expect, it } from "vitest";
import type { MarketCode } from "../../../domain/market-code.ts";
import { playedPockets, type Parameters, type PlayedPockets } from "../../testing/played-pockets.ts";

let played: PlayedPockets;
beforeAll(() => {
  played = playedPockets(1);
}, 60_000);
const LIMIT = { market: "KRW-XRP", side: "bid", ord_type: "limit", price: "2000", volume: "12.5" };
const asked = (given: Parameters = {}): Parameters => ({ ...LIMIT, ...given });
const place = (given: Parameters = {}) => played.call(0, "POST orders", asked(given));

describe("what is missing", () => {
  it.each<[Parameters, string]>([
    [{ volume: undefined }, "volume is missing, volume does not have a valid value"],
    [{ side: undefined }, "side is missing, side does not have a valid value"],
    [{ market: undefined }, "market is missing, market does not have a valid value"],
    [{ ord_type: undefined }, "ord_type is missing, ord_type does not have a valid value"],
    [{ side: "buy" }, "side does not have a valid value"],
    [
      { price: undefined, volume: undefined },
      "price is missing, price does not have a valid value, volume is missing, volume does not have a valid value",
    ],
  ])("of %j is told by name (1.4, 4.3)", (given, message) => {
    expect(place(given).body).toEqual({ error: { name: "validation_error", message } });
  });
});

describe("a market that is only announced", () => {
  it("takes no orders, as its ticker says (1.4, 6.4)", () => {
    const market = "KRW-XRP" as MarketCode;
    played.world.marketStates.set(market, { state: "PREVIEW", delistingDate: null });
    const [placed, tested] = [place(), played.call(0, "POST orders/test", asked())];
    played.world.marketStates.delete(market);
    expect([placed.error, tested.error]).toEqual([
      [403, "market_offline"],
      [403, "market_offline"],
    ]);
  });
});
