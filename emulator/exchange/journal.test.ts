import { describe, expect, it } from "vitest";
import { Big } from "../../domain/decimal.ts";
import { holdingOf, type Account } from "../../domain/matching-account.ts";
import { newOrder, type MatchingEvent, type MatchingOrder } from "../../domain/matching-order.ts";
import { epochMs } from "../../domain/units.ts";
import { createJournal } from "./journal.ts";

const made = (uuid: string, atMs: number): MatchingOrder =>
  newOrder(
    {
      uuid,
      accountId: "pocket",
      market: "KRW-XRP" as never,
      side: "bid",
      type: "limit",
      price: new Big(2_000),
      volume: new Big(5),
      timeInForce: null,
      selfMatch: null,
      identifier: null,
      createdAtMs: epochMs(atMs),
    },
    new Big("0.0005"),
  );
const told = (order: MatchingOrder, kind: MatchingEvent["kind"], atMs: number): MatchingEvent => ({
  kind,
  order,
  fill: null,
  atMs: epochMs(atMs),
});

describe("the journal", () => {
  it("shows an order as it stood at an earlier instant, and not before there was one", () => {
    const journal = createJournal(new Map());
    const order = made("a", 1_000);
    journal.order(told(order, "wait", 1_000));
    order.remainingVolume = new Big(3);
    journal.order(told(order, "trade", 2_000));
    order.state = "cancel";
    journal.order(told(order, "cancel", 3_000));
    const seen = (atMs: number) => {
      const version = journal.orderAsSeen(order, epochMs(atMs));
      return version && [version.state, version.remainingVolume!.toFixed()];
    };
    expect([999, 1_000, 1_999, 2_000, 3_000].map(seen)).toEqual([
      null,
      ["wait", "5"],
      ["wait", "5"],
      ["wait", "3"],
      ["cancel", "3"],
    ]);
    expect(journal.orderAsSeen(made("unknown", 10), epochMs(20))).not.toBeNull();
  });

  it("keeps the newest lines alone, and then the oldest version it knows", () => {
    const journal = createJournal(new Map());
    const order = made("old", 0);
    journal.order(told(order, "wait", 0));
    for (let at = 1; at <= 50_000; at++) journal.order(told(made(`${at}`, at), "wait", at));
    expect(journal.next()).toBe(50_001);
    expect(journal.since(0).length).toBeLessThanOrEqual(40_000);
    expect(journal.since(50_000)).toHaveLength(1);
    expect(journal.since(50_001)).toEqual([]);
    order.state = "cancel";
    expect(journal.orderAsSeen(order, epochMs(5))!.state).toBe("cancel");
  });

  it("tells balances once, when they differ from what was told", () => {
    const account: Account = new Map();
    holdingOf(account, "KRW").free = new Big(10);
    const journal = createJournal(new Map([["pocket", account]]));
    const lines = () => journal.since(0);
    journal.assets("pocket", account, epochMs(1));
    expect(lines()).toEqual([]);
    holdingOf(account, "XRP").locked = new Big(2);
    journal.assets("pocket", account, epochMs(2));
    journal.assets("pocket", account, epochMs(3));
    expect(lines()).toMatchObject([{ about: "assets", atMs: 2, changes: [{ currency: "XRP" }] }]);
  });
});
