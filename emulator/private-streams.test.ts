import { beforeAll, describe, expect, it } from "vitest";
import { Big } from "../domain/decimal.ts";
import { createPrivateStreams, type PrivateSubscription } from "./private-streams.ts";
import { playedPockets, type PlayedPockets } from "./testing/played-pockets.ts";

const FIELDS = {
  myOrder:
    "type code uuid ask_bid order_type state trade_uuid price avg_price volume remaining_volume executed_volume trades_count reserved_fee remaining_fee paid_fee locked executed_funds time_in_force trade_fee is_maker identifier smp_type prevented_volume prevented_locked trade_timestamp order_timestamp timestamp stream_type",
  myAsset: "type asset_uuid assets asset_timestamp timestamp stream_type",
};

let played: PlayedPockets;
let next = 0;
beforeAll(() => {
  played = playedPockets(8);
}, 60_000);

const bid = (given: Record<string, string> = {}) => ({
  market: "KRW-XRP",
  side: "bid",
  ord_type: "limit",
  price: "2000",
  volume: "12.5",
  ...given,
});
type Frame = Record<string, unknown>;
function follow(...subscriptions: PrivateSubscription[]) {
  const pocket = next++;
  const made = createPrivateStreams(played.world)(played.keyOf(pocket), subscriptions);
  if (!made.ok) throw new Error(made.fault);
  const read = (frames: unknown[]) => JSON.parse(JSON.stringify(frames)) as Frame[];
  return {
    pocket,
    first: () => read(made.value.flatMap((stream) => stream.first())),
    news: () => read(made.value.flatMap((stream) => stream.next())),
    place: (given: Record<string, string>) => played.call(pocket, "POST orders", bid(given)),
  };
}

describe("myOrder", () => {
  it("has no snapshot and tells a resting order with every field, nulls too (6.8)", () => {
    const { first, news, place } = follow({ type: "myOrder", codes: null });
    expect(first()).toEqual([]);
    place({ identifier: "mine" });
    const [frame, ...more] = news();
    expect(more).toEqual([]);
    expect(Object.keys(frame!)).toEqual(FIELDS.myOrder.split(" "));
    expect(frame).toMatchObject({
      code: "KRW-XRP",
      ask_bid: "BID",
      order_type: "limit",
      state: "wait",
      trade_uuid: null,
      price: 2000,
      volume: 12.5,
      remaining_volume: 12.5,
      executed_volume: 0,
      reserved_fee: 12.5,
      locked: 25012.5,
      time_in_force: null,
      trade_fee: null,
      is_maker: null,
      identifier: "mine",
      smp_type: "cancel_maker",
      stream_type: "REALTIME",
    });
    expect(news()).toEqual([]);
  });

  it("tells wait, each trade with its own price and volume, then done (6.8)", () => {
    const { news, place } = follow({ type: "myOrder", codes: [] });
    place({ side: "ask", price: "2000", volume: "5000" });
    const frames = news();
    const trades = frames.filter(({ state }) => state === "trade");
    expect(frames.map(({ state }) => state)).toEqual(["wait", ...trades.map(() => "trade"), "done"]);
    expect(trades.reduce((sum, { volume }) => sum.plus(Number(volume)), new Big(0)).toFixed()).toBe("5000");
    for (const [at, trade] of trades.entries()) {
      expect(trade["is_maker"]).toBe(false);
      expect(trade["trade_fee"]).toBeCloseTo(Number(trade["price"]) * Number(trade["volume"]) * 0.0005, 8);
      expect(trade["trades_count"]).toBe(at + 1);
      expect(trade["trade_uuid"]).toMatch(/^[0-9a-f-]{36}$/);
    }
    expect(frames.at(-1)).toMatchObject({ price: 2000, volume: 5000, remaining_volume: 0, executed_volume: 5000 });
    const funds = trades.reduce((sum, { price, volume }) => sum + Number(price) * Number(volume), 0);
    expect(frames.at(-1)!["avg_price"]).toBeCloseTo(funds / 5000, 6);
  });

  it("leaves done out where the switch says so, and ends a market buy in cancel (6.8, 7, 9.17)", () => {
    const { news, place } = follow({ type: "myOrder", codes: null });
    played.play({ doneFrame: false });
    place({ side: "ask", price: "2000", volume: "10" });
    expect(news().map(({ state }) => state)).not.toContain("done");
    played.play({});
    place({ ord_type: "price", price: "10000", volume: undefined as never });
    expect(news().at(-1)).toMatchObject({ state: "cancel", order_type: "price", volume: null, remaining_volume: null });
  });

  it("tells prevented for what is left of a reduced order and cancel for one of which nothing is (6.8)", () => {
    const { news, place } = follow({ type: "myOrder", codes: null });
    const inside = played.priceInside("KRW-XRP");
    place({ side: "ask", price: inside, volume: "9" });
    place({ price: inside, volume: "2", smp_type: "reduce" });
    expect(
      news().map(({ ask_bid, state, prevented_volume, locked }) => [ask_bid, state, prevented_volume, locked]),
    ).toEqual([
      ["ASK", "wait", 0, 9],
      ["BID", "wait", 0, Number(new Big(inside).times(2).times("1.0005"))],
      ["ASK", "prevented", 2, 7],
      ["BID", "cancel", 2, 0],
    ]);
  });

  it("tells the markets asked for and no other, and nothing of other pockets (6.8)", () => {
    const { news, place } = follow({ type: "myOrder", codes: ["KRW-BTC"] });
    const other = follow({ type: "myOrder", codes: null });
    place({});
    expect(news()).toEqual([]);
    expect(other.news()).toEqual([]);
  });
});

describe("myAsset", () => {
  it("tells what is free and locked of the currencies that changed, to the digit (6.9)", () => {
    const { news, place } = follow({ type: "myAsset" });
    place({ price: "2000", volume: "12.12345678" });
    const [frame, ...more] = news();
    expect(more).toEqual([]);
    expect(Object.keys(frame!)).toEqual(FIELDS.myAsset.split(" "));
    const locked = new Big("12.12345678").times(2000).times("1.0005");
    expect(frame!["assets"]).toEqual([
      { currency: "KRW", balance: Number(new Big("10000000").minus(locked)), locked: Number(locked) },
    ]);
    place({ side: "ask", ord_type: "market", volume: "5", price: undefined as never });
    const assets = news()[0]!["assets"] as { currency: string }[];
    expect(assets.map(({ currency }) => currency)).toEqual(["KRW", "XRP"]);
  });

  it("is refused to a key that may not see it, naming what it lacks (2.1, 6.9)", () => {
    const caller = { pocketId: played.pocketIdOf(0), permissions: ["view_orders" as const] };
    expect(createPrivateStreams(played.world)(caller, [{ type: "myAsset" }])).toEqual({
      ok: false,
      fault: "view_account",
    });
  });
});
