import * as v from "valibot";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { Big } from "../../../domain/decimal.ts";
import { UpbitOrderSchema, type UpbitOrder } from "../../../domain/upbit.ts";
import { playedPockets, type Called, type Parameters, type PlayedPockets } from "../../testing/played-pockets.ts";

let played: PlayedPockets;
let pocket = -1;
beforeAll(() => {
  played = playedPockets(60, ["KRW-XRP", "BTC-XRP"]);
}, 60_000);
afterEach(() => played.play({}));

const asked = (given: Parameters = {}) => ({
  market: "KRW-XRP",
  side: "bid",
  ord_type: "limit",
  price: "2000",
  volume: "12.5",
  ...given,
});
const place = (given: Parameters = {}) => played.call(pocket, "POST orders", asked(given));
const read = (name: Parameters) => v.parse(UpbitOrderSchema, played.call(pocket, "GET order", name).body);
const order = (called: Called): UpbitOrder & Record<string, unknown> => {
  v.parse(UpbitOrderSchema, called.body);
  return called.body;
};
const krw = () =>
  (played.call(pocket, "GET accounts").body as Record<string, string>[]).find(({ currency }) => currency === "KRW")!;
const refreshed = () => (pocket += 1);

describe("placing an order", () => {
  it("answers 201 with the order as the documented sample shows it (4.3)", () => {
    refreshed();
    const placed = place({ price: "3120", identifier: "obs-20261120-0001" });
    expect(placed.status).toBe(201);
    const { uuid, created_at, ...rest } = order(placed);
    expect(rest).toEqual({
      market: "KRW-XRP",
      side: "bid",
      ord_type: "limit",
      price: "3120",
      state: "wait",
      volume: "12.5",
      remaining_volume: "12.5",
      executed_volume: "0",
      reserved_fee: "19.5",
      remaining_fee: "19.5",
      paid_fee: "0",
      locked: "39019.5",
      prevented_volume: "0",
      prevented_locked: "0",
      trades_count: 0,
      identifier: "obs-20261120-0001",
      smp_type: "cancel_maker",
    });
    expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(created_at).toBe("2026-11-22T12:00:00+09:00");
  });

  it.each<[string, Parameters, string, string]>([
    ["a limit bid price times volume and fee", {}, "12.5", "25012.5"],
    ["a limit ask its volume and no fee", { side: "ask", price: "9000", volume: "7" }, "0", "7"],
    ["a market ask its volume", { side: "ask", ord_type: "market", price: undefined, volume: "7" }, "0", "7"],
    ["a market bid its amount and fee", { ord_type: "price", price: "10000", volume: undefined }, "5", "10005"],
  ])("ties up for %s (4.4)", (_, given, fee, locked) => {
    refreshed();
    expect(order(place(given))).toMatchObject({ reserved_fee: fee, remaining_fee: fee, locked });
  });

  it("moves money by the fills alone: funds and fee from a buyer, funds less fee to a seller (4.4)", () => {
    refreshed();
    place({ ord_type: "price", price: "1000000", volume: undefined, identifier: `buy ${pocket}` });
    const bought = read({ identifier: `buy ${pocket}` });
    const funds = bought.trades!.reduce((sum, trade) => sum.plus(trade.funds), new Big(0));
    expect(bought.state).toBe("cancel");
    expect(new Big(krw()["balance"]!).toFixed()).toBe(new Big("10000000").minus(funds.times("1.0005")).toFixed());
    for (const { price, volume, funds: part } of bought.trades!)
      expect(new Big(price).times(volume).eq(part)).toBe(true);
    const before = new Big(krw()["balance"]!);
    place({ side: "ask", ord_type: "market", price: undefined, volume: "10", identifier: `sell ${pocket}` });
    const sold = read({ identifier: `sell ${pocket}` });
    const proceeds = sold.trades!.reduce((sum, trade) => sum.plus(trade.funds), new Big(0)).times("0.9995");
    expect([sold.state, sold.executed_volume]).toEqual(["done", "10"]);
    expect(new Big(krw()["balance"]!).minus(before).toFixed()).toBe(proceeds.toFixed());
    expect(krw()["locked"]).toBe("0");
  });

  it.each<[Parameters, string]>([
    [{ market: "KRW-NONE" }, "notfoundmarket"],
    [{ side: "buy" }, "validation_error"],
    [{ ord_type: undefined }, "validation_error"],
    [{ identifier: "x".repeat(65) }, "validation_error"],
    [{ price: "2000.5" }, "invalid_price_bid"],
    [{ price: "2e3" }, "invalid_price_bid"],
    [{ side: "ask", price: "5001" }, "invalid_price_ask"],
    [{ volume: "0.000000001" }, "invalid_volume_bid"],
    [{ volume: "-1" }, "invalid_volume_bid"],
    [{ volume: "2.49999999" }, "under_min_total_bid"],
    [{ side: "ask", price: "9000", volume: "0.5" }, "under_min_total_ask"],
    [{ volume: "500001" }, "over_krw_funds_bid"],
    [{ volume: "5000" }, "insufficient_funds_bid"],
    [{ side: "ask", price: "9000", volume: "10000.00000001" }, "insufficient_funds_ask"],
    [{ volume: undefined }, "validation_error"],
    [{ price: undefined }, "validation_error"],
    [{ ord_type: "price", price: undefined, volume: undefined }, "validation_error"],
    [{ side: "ask", ord_type: "market", price: undefined, volume: undefined }, "validation_error"],
    [{ ord_type: "best", price: undefined, volume: undefined, time_in_force: "ioc" }, "validation_error"],
    [{ ord_type: "price", price: "10000" }, "create_bid_error"],
    [{ ord_type: "market" }, "create_bid_error"],
    [{ side: "ask", ord_type: "market" }, "create_ask_error"],
    [{ side: "ask", ord_type: "price", price: "10000", volume: undefined }, "create_ask_error"],
    [{ ord_type: "best", price: "10000", volume: undefined }, "invalid_time_in_force"],
    [{ ord_type: "best", price: "10000", volume: undefined, time_in_force: "post_only" }, "invalid_time_in_force"],
    [{ ord_type: "price", price: "10000", volume: undefined, time_in_force: "ioc" }, "invalid_time_in_force"],
    [{ time_in_force: "day" }, "invalid_time_in_force"],
    [{ time_in_force: "post_only", smp_type: "reduce" }, "invalid_post_only"],
    [{ smp_type: "all" }, "invalid_parameter"],
    [{ ord_type: "price", price: "900000000", volume: undefined }, "volume_too_large"],
  ])("refuses %j as %s (1.4, 4.3, 5.1, 5.4)", (given, name) => {
    expect(played.call(59, "POST orders", asked(given)).error).toEqual([400, name]);
  });

  it("takes post_only with none, omits it as none, and ends it unexecuted where it would take (4.3)", () => {
    refreshed();
    expect(order(place({ time_in_force: "post_only" }))).toMatchObject({
      time_in_force: "post_only",
      smp_type: "none",
    });
    expect(place({ time_in_force: "post_only", smp_type: "none" }).status).toBe(201);
    const { uuid } = order(place({ price: "4500", time_in_force: "post_only" }));
    expect(read({ uuid })).toMatchObject({ state: "cancel", executed_volume: "0" });
  });

  it("answers a market halted for maintenance with 403 market_offline, also in a test (1.4, 4.5)", () => {
    refreshed();
    const market = "KRW-XRP" as never;
    const { uuid } = order(place());
    played.world.marketStates.set(market, { state: "ACTIVE", delistingDate: null, halted: true });
    for (const called of [
      place(),
      played.call(pocket, "POST orders/test", asked()),
      played.call(pocket, "DELETE order", { uuid }),
    ])
      expect(called.error).toEqual([403, "market_offline"]);
    played.world.marketStates.set(market, { state: "DELISTED", delistingDate: "2026-11-22" });
    expect(place().error).toEqual([400, "notfoundmarket"]);
    played.world.marketStates.clear();
  });
});

describe("an identifier", { timeout: 60_000 }, () => {
  it("is used up for ever by an order, and by a refused one, over all pockets of its owner (4.3)", () => {
    refreshed();
    expect(place({ identifier: "once" }).status).toBe(201);
    expect(place({ identifier: "once" }).error).toEqual([400, "duplicated_identifier"]);
    expect(place({ identifier: "low", volume: "1" }).error).toEqual([400, "under_min_total_bid"]);
    expect(place({ identifier: "low" }).error).toEqual([400, "duplicated_identifier"]);
    expect(place({ identifier: "shape", ord_type: "market" }).error).toEqual([400, "create_bid_error"]);
    expect(place({ identifier: "shape" }).error).toEqual([400, "duplicated_identifier"]);
    refreshed();
    expect(place({ identifier: "once" }).status).toBe(201);
  });

  it("is one owner's over all pockets, while money and orders are each pocket's own (2.1, 4.3)", () => {
    const pockets = ["main", "sub"].map((kind) => ({ name: kind, kind, balances: { KRW: "100000" }, keys: [{}] }));
    const both = playedPockets(2, ["KRW-XRP"], { accounts: [{ name: "minsu", pockets }] });
    const { uuid } = order(both.call(0, "POST orders", asked({ identifier: "shared" })));
    expect(both.call(1, "POST orders", asked({ identifier: "shared" })).error).toEqual([400, "duplicated_identifier"]);
    expect(both.call(1, "GET order", { uuid }).error).toEqual([404, "order_not_found"]);
    expect(both.call(1, "GET accounts").body).toMatchObject([{ balance: "100000", locked: "0" }]);
  });

  it("survives a refusal and falls to a test where the switches say so (9.10)", () => {
    refreshed();
    played.play({ refusalBurnsIdentifier: false, testBurnsIdentifier: true });
    expect(place({ identifier: "low", volume: "1" }).error).toEqual([400, "under_min_total_bid"]);
    expect(place({ identifier: "low" }).status).toBe(201);
    played.call(pocket, "POST orders/test", asked({ identifier: "tried" }));
    expect(place({ identifier: "tried" }).error).toEqual([400, "duplicated_identifier"]);
  });
});

describe("a test order", () => {
  it("is checked as a real one and leaves nothing behind (4.5)", () => {
    refreshed();
    const before = krw();
    const tested = played.call(pocket, "POST orders/test", asked({ identifier: "trial" }));
    expect(tested.status).toBe(201);
    expect(order(tested)).toMatchObject({ state: "wait", locked: "25012.5", identifier: "trial" });
    expect(played.call(pocket, "GET order", { identifier: "trial" }).error).toEqual([404, "order_not_found"]);
    expect(played.call(pocket, "GET order", { uuid: order(tested).uuid }).error).toEqual([404, "order_not_found"]);
    expect(krw()).toEqual(before);
    expect(played.call(pocket, "POST orders/test", asked({ volume: "5000" })).error).toEqual([
      400,
      "insufficient_funds_bid",
    ]);
    expect(place({ identifier: "trial" }).status).toBe(201);
  });
});

describe("cancel and new", () => {
  const renew = (given: Parameters) => played.call(pocket, "POST orders/cancel_and_new", given);
  type Renewed = { uuid: string; state: string; new_order_uuid: string; new_order_identifier: string };

  it("answers with the previous order and the name of the new one, of the same market and side (4.13)", () => {
    refreshed();
    const { uuid } = order(place({ identifier: "a" }));
    const renewed = renew({
      prev_order_uuid: uuid,
      new_ord_type: "limit",
      new_price: "1500",
      new_volume: "20",
      new_identifier: "b",
      new_smp_type: "none",
    });
    expect(renewed.status).toBe(201);
    const { new_order_uuid, ...previous } = renewed.body as Renewed;
    expect(previous).toMatchObject({ uuid, state: "wait", new_order_identifier: "b" });
    expect(read({ uuid }).state).toBe("cancel");
    expect(read({ uuid: new_order_uuid })).toMatchObject({
      market: "KRW-XRP",
      side: "bid",
      price: "1500",
      volume: "20",
    });
    expect(krw()["locked"]).toBe("30015");
  });

  it("takes what is left of the previous order for remain_only (4.13)", () => {
    refreshed();
    const inside = played.priceInside("KRW-XRP");
    place({ side: "ask", price: inside, volume: "12", identifier: "left" });
    played.call(0, "POST orders", asked({ price: inside, volume: "4.5" }));
    const renewed = renew({
      prev_order_identifier: "left",
      new_ord_type: "limit",
      new_price: "9000",
      new_volume: "remain_only",
    });
    expect(read({ uuid: (renewed.body as Renewed).new_order_uuid })).toMatchObject({ side: "ask", volume: "7.5" });
    const sold = renew({
      prev_order_uuid: (renewed.body as Renewed).new_order_uuid,
      new_ord_type: "market",
      new_volume: "remain_only",
    });
    expect(read({ uuid: (sold.body as Renewed).new_order_uuid })).toMatchObject({ ord_type: "market", state: "done" });
  });

  it("may use the money that the previous order ties up, and changes nothing when it is refused (4.13)", () => {
    refreshed();
    const { uuid } = order(place({ volume: "4900" }));
    const price = { prev_order_uuid: uuid, new_ord_type: "limit", new_price: "2000" };
    expect(renew({ ...price, new_volume: "5000" }).error).toEqual([400, "insufficient_funds_bid"]);
    expect(renew({ ...price, new_volume: "1" }).error).toEqual([400, "under_min_total_bid"]);
    expect(renew({ ...price, new_price: undefined, new_volume: "9" }).error).toEqual([400, "validation_error"]);
    expect(read({ uuid }).state).toBe("wait");
    expect(renew({ ...price, new_volume: "4950" }).status).toBe(201);
    expect(renew({ ...price, new_volume: "4950" }).error).toEqual([404, "order_not_found"]);
  });

  it("names the previous order, and answers 200 where the switch says so (4.13, 9.13)", () => {
    refreshed();
    played.play({ cancelAndNewStatus: 200 });
    const { uuid } = order(place());
    expect(renew({ new_ord_type: "limit" }).error).toEqual([400, "validation_error"]);
    expect(renew({ prev_order_uuid: "nobody", new_ord_type: "limit" }).error).toEqual([404, "order_not_found"]);
    const good = { prev_order_uuid: uuid, new_ord_type: "limit", new_price: "1999", new_volume: "5" };
    expect(renew(good).status).toBe(200);
  });
});

describe("a cancellation that takes its time", () => {
  const meet = (price: string, volume: string) => played.call(58, "POST orders", asked({ price, volume }));
  const resting = () => {
    refreshed();
    const price = played.priceInside("KRW-XRP");
    const { uuid } = order(place({ side: "ask", price, volume: "12" }));
    played.play({ cancelTakesMs: 500 });
    return { price, uuid };
  };

  it("lets the order be filled after its acceptance, and ends it when the time has come (4.10, 7)", () => {
    const { price, uuid } = resting();
    expect(played.call(pocket, "DELETE order", { uuid }).body).toMatchObject({ state: "wait", executed_volume: "0" });
    meet(price, "5");
    expect(read({ uuid })).toMatchObject({ state: "wait", executed_volume: "5" });
    played.wait(500);
    expect(read({ uuid })).toMatchObject({ state: "cancel", executed_volume: "5", remaining_volume: "7" });
  });

  it("brings the new order in with what is left then, and none where the old one was filled first (4.13)", () => {
    const renew = (uuid: string) =>
      played.call(pocket, "POST orders/cancel_and_new", {
        prev_order_uuid: uuid,
        new_ord_type: "limit",
        new_price: "9000",
        new_volume: "remain_only",
      }).body as { new_order_uuid: string };
    const first = resting();
    const part = renew(first.uuid);
    meet(first.price, "5");
    expect(played.call(pocket, "GET order", { uuid: part.new_order_uuid }).error).toEqual([404, "order_not_found"]);
    played.wait(500);
    expect(read({ uuid: part.new_order_uuid })).toMatchObject({ state: "wait", volume: "7" });
    played.play({});
    const second = resting();
    const whole = renew(second.uuid);
    meet(second.price, "12");
    played.wait(500);
    expect(read({ uuid: second.uuid }).state).toBe("done");
    expect(played.call(pocket, "GET order", { uuid: whole.new_order_uuid }).error).toEqual([404, "order_not_found"]);
  });
});

describe("what nobody could confirm", () => {
  it("has a default self-match of cancel_maker, or none and untold as before (4.3, 9.1)", () => {
    refreshed();
    expect(order(place())["smp_type"]).toBe("cancel_maker");
    played.play({ smpDefault: "none" });
    expect(order(place())).not.toHaveProperty("smp_type");
    expect(order(place({ smp_type: "reduce" }))["smp_type"]).toBe("reduce");
  });

  it("may want consent for the BTC market (5.4, 9.8)", () => {
    refreshed();
    const bid = { market: "BTC-XRP", side: "bid", ord_type: "limit", price: "0.00000001", volume: "10000" };
    expect(place(bid).status).toBe(201);
    played.play({ foreignMarketConsent: false });
    expect(place(bid).error).toEqual([400, "thirdparty_agreement_required"]);
    expect(place().status).toBe(201);
  });

  it("may name a market order deeper than the book otherwise (5.4, 9.8)", () => {
    refreshed();
    played.play({ tooDeepName: "invalid_funds" });
    expect(place({ ord_type: "price", price: "900000000", volume: undefined }).error).toEqual([400, "invalid_funds"]);
  });

  it("holds a market sale against the minimum at the best bid, or at what the book would pay (5.4, 9.9)", () => {
    refreshed();
    const { bid } = played.topOf("KRW-XRP");
    const volume = new Big(5_000).div(bid).round(8, Big.roundUp);
    const sale = (amount: Big) => ({ side: "ask", ord_type: "market", price: undefined, volume: amount.toFixed() });
    expect(place(sale(volume.minus("0.00000001"))).error).toEqual([400, "under_min_total_ask"]);
    for (const marketAskTotal of ["best-bid", "walk"] as const) {
      played.play({ marketAskTotal });
      expect(place(sale(volume)).status).toBe(201);
    }
  });

  it("may send nulls, show the final state at once, and leave executed_funds out (9.11, 9.12)", () => {
    refreshed();
    const buy = { ord_type: "price", price: "10000", volume: undefined };
    expect(order(place(buy))).not.toHaveProperty("volume");
    expect(order(place(buy)).state).toBe("wait");
    played.play({ nullFields: "explicit", firstState: "final", executedFunds: false });
    expect(order(place(buy))).toMatchObject({
      volume: null,
      remaining_volume: null,
      time_in_force: null,
      state: "cancel",
    });
    expect((played.call(pocket, "GET orders/closed").body as object[])[0]).not.toHaveProperty("executed_funds");
    played.play({});
    expect((played.call(pocket, "GET orders/closed").body as object[])[0]).toHaveProperty("executed_funds");
  });
});
