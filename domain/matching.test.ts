import { describe, expect, it } from "vitest";
import { Big, decimalText } from "./decimal.ts";
import { cancelResting, emptyBook, match, reserve, sweep, visibleDepth, type ExternalBook } from "./matching.ts";
import { holdingOf, type Account } from "./matching-account.ts";
import type { MatchingEvent, MatchingOrder, OrderTerms, SelfMatch, TimeInForce } from "./matching-order.ts";
import type { MarketCode } from "./market-code.ts";
import { epochMs } from "./units.ts";

const MARKET = "KRW-XRP" as MarketCode;
const RATE = new Big("0.0005");
type Level = readonly [price: string, size: string];

function world(asks: readonly Level[], bids: readonly Level[]) {
  const levels = (rows: readonly Level[]) =>
    rows.map(([price, size]) => ({ price: new Big(price), size: new Big(size) }));
  const external: ExternalBook = { asks: levels(asks), bids: levels(bids) };
  const accounts = new Map<string, Account>([
    ["a", funded()],
    ["b", funded()],
  ]);
  const book = emptyBook(MARKET, RATE);
  let names = 0;
  const step = { book, external, accounts, atMs: epochMs(0), newFillId: () => `fill-${++names}` };
  let orders = 0;
  const place = (given: Partial<OrderTerms>): MatchingOrder => {
    const made = reserve(step, terms({ uuid: `order-${++orders}`, ...given }));
    if (!made.ok) throw new Error(made.fault);
    match(step, made.value);
    return made.value;
  };
  return { step, place, accounts, book, external };
}

function funded(): Account {
  const account: Account = new Map();
  holdingOf(account, "KRW").free = new Big("1000000");
  holdingOf(account, "XRP").free = new Big("1000");
  return account;
}

const terms = (given: Partial<OrderTerms>): OrderTerms => ({
  uuid: "order",
  accountId: "a",
  market: MARKET,
  side: "bid",
  type: "limit",
  price: null,
  volume: null,
  timeInForce: null,
  selfMatch: "cancel_maker",
  identifier: null,
  createdAtMs: epochMs(0),
  ...given,
});

/** `locked`, `reservedFee` and the like as the contract's samples spell them. */
const text = (value: Big | null) => (value === null ? null : decimalText(value));
const money = (accounts: Map<string, Account>, id: string, currency: string) => {
  const { free, locked } = holdingOf(accounts.get(id)!, currency);
  return [decimalText(free), decimalText(locked)];
};

describe("the matching engine", () => {
  it("books a market buy of 10,000 won to the digit of the documented sample and returns the residue (4.4, 4.6)", () => {
    const { place, accounts } = world([["3121", "100"]], []);
    const order = place({ type: "price", price: new Big("10000") });
    expect(order.state).toBe("cancel");
    expect(text(order.executedVolume)).toBe("3.20410124");
    expect(text(order.paidFee)).toBe("4.99999998502");
    expect(text(order.remainingFee)).toBe("0.00000001498");
    expect(text(order.locked)).toBe("0.00002997498");
    expect(money(accounts, "a", "KRW")).toEqual(["989995.00002997498", "0"]);
    expect(money(accounts, "a", "XRP")).toEqual(["1003.20410124", "0"]);
  });

  it("ends a market buy in done only when the amount divides exactly (7)", () => {
    const { place } = world([["3125", "100"]], []);
    expect(place({ type: "price", price: new Big("10000") }).state).toBe("done");
  });

  it("reserves a limit bid with its fee and frees the difference when it fills below its price (4.3, 4.4)", () => {
    const { place, accounts } = world([["3100", "5"]], []);
    const order = place({ price: new Big("3120"), volume: new Big("12.5") });
    expect(text(order.reservedFee)).toBe("19.5");
    expect(order.state).toBe("wait");
    expect(text(order.remainingVolume)).toBe("7.5");
    // 7.5 × 3120 × 1.0005 stay locked; 5 × 3100 × 1.0005 are spent.
    expect(text(order.locked)).toBe("23411.7");
    expect(text(order.remainingFee)).toBe("11.7");
    expect(text(order.paidFee)).toBe("7.75");
    expect(money(accounts, "a", "KRW")).toEqual(["961080.55", "23411.7"]);
  });

  it("takes the fee of a sale from its proceeds and walks down the book (4.4)", () => {
    const { place, accounts } = world(
      [],
      [
        ["3000", "1"],
        ["2999", "10"],
      ],
    );
    const order = place({ side: "ask", type: "market", volume: new Big("3") });
    expect(order.state).toBe("done");
    expect(text(order.executedFunds)).toBe("8998");
    expect(money(accounts, "a", "KRW")).toEqual(["1008993.501", "0"]);
    expect(money(accounts, "a", "XRP")).toEqual(["997", "0"]);
  });

  it("refuses a reservation above the free balance, fee included (4.4)", () => {
    const { step } = world([], []);
    expect(reserve(step, terms({ price: new Big("1000"), volume: new Big("1000") })).ok).toBe(false);
    expect(reserve(step, terms({ price: new Big("999"), volume: new Big("1000") })).ok).toBe(true);
  });

  it("fills by price, then by time, and the external liquidity first at one price", () => {
    const { place, external } = world([["3001", "1"]], []);
    const later = place({ accountId: "b", side: "ask", price: new Big("3002"), volume: new Big("2") });
    const first = place({ accountId: "b", side: "ask", price: new Big("3001"), volume: new Big("2") });
    const second = place({ accountId: "b", side: "ask", price: new Big("3001"), volume: new Big("2") });
    const taker = place({ price: new Big("3002"), volume: new Big("4") });
    expect(taker.fills.map(({ price, volume }) => [text(price), text(volume)])).toEqual([
      ["3001", "1"],
      ["3001", "2"],
      ["3001", "1"],
    ]);
    expect(text(external.asks[0]!.size)).toBe("0");
    expect([first.state, second.state, later.state]).toEqual(["done", "wait", "wait"]);
    expect(text(second.remainingVolume)).toBe("1");
  });

  it.each<[TimeInForce, string, string]>([
    ["ioc", "cancel", "5"],
    ["fok", "cancel", "0"],
    ["post_only", "cancel", "0"],
  ])("ends %s in %s with %s executed when only part can be taken (4.3, 7)", (timeInForce, state, executed) => {
    const { place, accounts } = world([["3000", "5"]], []);
    const order = place({ price: new Big("3000"), volume: new Big("8"), timeInForce });
    expect([order.state, text(order.executedVolume)]).toEqual([state, executed]);
    expect(money(accounts, "a", "KRW")[1]).toBe("0");
  });

  it("fills fok whole, rests post_only that does not take, and lets best take the best quote alone (4.3)", () => {
    const book = [
      ["3000", "5"],
      ["3001", "5"],
    ] as const;
    expect(world(book, []).place({ price: new Big("3001"), volume: new Big("8"), timeInForce: "fok" }).state).toBe(
      "done",
    );
    expect(
      world(book, []).place({ price: new Big("2999"), volume: new Big("8"), timeInForce: "post_only" }).state,
    ).toBe("wait");
    const best = world(book, []).place({ type: "best", price: new Big("30000"), timeInForce: "ioc" });
    expect([best.state, text(best.executedFunds)]).toEqual(["cancel", "15000"]);
    const whole = world(book, []).place({ type: "best", price: new Big("10000"), timeInForce: "fok" });
    expect(text(whole.executedVolume)).toBe("3.33333333");
  });

  it.each<[SelfMatch, string, string]>([
    ["cancel_maker", "cancel", "wait"],
    ["cancel_taker", "wait", "cancel"],
    ["reduce", "wait", "cancel"],
    ["none", "wait", "done"],
  ])("keeps an account from trading with itself under %s (4.3)", (selfMatch, makerState, takerState) => {
    const { place } = world([], []);
    const maker = place({ side: "ask", price: new Big("3000"), volume: new Big("5") });
    const taker = place({ price: new Big("3000"), volume: new Big("2"), selfMatch });
    expect([maker.state, taker.state]).toEqual([makerState, takerState]);
    expect(text(maker.preventedVolume)).toBe(
      { cancel_maker: "5", cancel_taker: "0", reduce: "2", none: "0" }[selfMatch],
    );
  });

  it("fills a resting order at its own price once the external book reaches it, no further than its size", () => {
    const { place, step, accounts } = world([["3010", "1"]], []);
    const order = place({ price: new Big("3000"), volume: new Big("3") });
    sweep(step);
    expect(text(order.executedVolume)).toBe("0");
    sweep({ ...step, external: { asks: [{ price: new Big("2998"), size: new Big("1.5") }], bids: [] } });
    expect(text(order.executedVolume)).toBe("1.5");
    expect(text(order.fills[0]!.price)).toBe("3000");
    cancelResting(step, order);
    expect(money(accounts, "a", "KRW")).toEqual(["995497.75", "0"]);
  });

  it.each<[SelfMatch | null, string, string]>([
    ["cancel_maker", "done", "7"],
    ["cancel_taker", "cancel", "0"],
    ["reduce", "cancel", "0"],
    ["none", "done", "7"],
    [null, "done", "7"],
  ])(
    "fills a fok order under %s whole or not at all where an own order stands in its way (4.3)",
    (selfMatch, state, executed) => {
      const { place } = world([["3001", "10"]], []);
      const own = place({ side: "ask", price: new Big("3000"), volume: new Big("5") });
      const order = place({ price: new Big("3001"), volume: new Big("7"), timeInForce: "fok", selfMatch });
      expect([order.state, text(order.executedVolume)]).toEqual([state, executed]);
      expect(own.state).toBe(
        { cancel_maker: "cancel", cancel_taker: "wait", reduce: "wait", none: "done" }[selfMatch ?? "none"],
      );
    },
  );

  it("gives back what self-match prevention took out, fee included, and never a coin more (4.3, 4.4)", () => {
    const { place, accounts } = world([], []);
    place({ side: "ask", price: new Big("3000"), volume: new Big("5") });
    const bid = place({ price: new Big("3010"), volume: new Big("8"), selfMatch: "reduce" });
    expect([bid.state, text(bid.remainingVolume), text(bid.preventedVolume)]).toEqual(["wait", "3", "5"]);
    expect([text(bid.preventedLocked), text(bid.locked)]).toEqual(["15057.525", "9034.515"]);
    expect(money(accounts, "a", "KRW")).toEqual(["990965.485", "9034.515"]);
    expect(money(accounts, "a", "XRP")).toEqual(["1000", "0"]);
    const taker = place({ side: "ask", type: "market", volume: new Big("2"), selfMatch: "cancel_taker" });
    expect([taker.state, text(taker.preventedVolume), text(taker.preventedLocked)]).toEqual(["cancel", "2", "2"]);
  });

  it("tells everything that happens in order: wait, trades, the end (6.8)", () => {
    const { step } = world([["3000", "5"]], []);
    const told: string[] = [];
    const heard = {
      ...step,
      tell: ({ kind, fill }: MatchingEvent) => void told.push(`${kind} ${text(fill?.volume ?? null)}`),
    };
    const run = (given: Partial<OrderTerms>) => {
      const made = reserve(heard, terms(given));
      if (!made.ok) throw new Error(made.fault);
      match(heard, made.value);
      return told.splice(0);
    };
    expect(run({ price: new Big("3000"), volume: new Big("2") })).toEqual(["wait null", "trade 2", "done null"]);
    expect(run({ price: new Big("3000"), volume: new Big("9"), timeInForce: "ioc" })).toEqual([
      "wait null",
      "trade 3",
      "cancel null",
    ]);
    expect(run({ price: new Big("2990"), volume: new Big("9") })).toEqual(["wait null"]);
    expect(run({ side: "ask", price: new Big("2990"), volume: new Big("1"), timeInForce: "post_only" })).toEqual([
      "wait null",
      "cancel null",
    ]);
  });

  it("counts thirty price levels as visible, resting orders among them (3.6, 5.4)", () => {
    const levels = Array.from({ length: 31 }, (_, at): Level => [String(3_001 + at), "1"]);
    const { step, place } = world(levels, []);
    expect(text(visibleDepth(step, "bid").volume)).toBe("30");
    place({ accountId: "b", side: "ask", price: new Big("3000"), volume: new Big("5") });
    place({ accountId: "b", side: "ask", price: new Big("3001"), volume: new Big("5") });
    expect(text(visibleDepth(step, "bid").volume)).toBe("39");
  });

  it("tells the visible depth of a side (5.4)", () => {
    const { step } = world(
      [
        ["3000", "2"],
        ["3010", "1"],
      ],
      [],
    );
    const { volume, funds } = visibleDepth(step, "bid");
    expect([text(volume), text(funds)]).toEqual(["3", "9010"]);
  });
});
