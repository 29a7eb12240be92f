import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { epochMs, MINUTE_MS } from "../../domain/units.ts";
import { BookMinutes, imbalanceOf, spreadBpsOf, type BookMinute } from "./book-minute.ts";

const START = Date.UTC(2024, 0, 10);
const at = (ms: number) => epochMs(START + ms);
const book = (ms: number, bidSize = 1, askSize = 1, [bid, ask] = [99, 101]) => ({
  atMs: at(ms),
  bids: [{ price: bid!, size: bidSize }],
  asks: [{ price: ask!, size: askSize }],
});
const trade = (ms: number, takerSide: "bid" | "ask", volume = 1) => ({ atMs: at(ms), price: 100, volume, takerSide });

describe("a minute of book and trades", () => {
  it("weighs each book by how long it held, across the minute's end too [F6]", () => {
    const minutes = new BookMinutes();
    expect(minutes.takeBook(book(0, 3, 1))).toEqual([]);
    minutes.takeBook(book(45_000, 1, 3, [98, 102]));
    minutes.takeTrade(trade(50_000, "bid", 3));
    minutes.takeTrade(trade(51_000, "ask", 1));
    const [row] = minutes.passTime(at(MINUTE_MS));
    expect(row).toEqual({
      openTimeMs: at(0),
      spreadBps: expect.closeTo(0.75 * 200 + 0.25 * 400, 9),
      mid: 100,
      imbalance: expect.closeTo(0.75 * 0.5 - 0.25 * 0.5, 12),
      buyVolume: 3,
      sellVolume: 1,
      buyShare: 0.75,
      tradeCount: 2,
      bookKnownMs: MINUTE_MS,
    });
    // No new book came: the last one still stands.
    expect(minutes.passTime(at(2 * MINUTE_MS))).toMatchObject([{ imbalance: -0.5, tradeCount: 0, buyShare: null }]);
  });

  it("knows nothing of a book after the link broke, and says for how long it knew [F6]", () => {
    const minutes = new BookMinutes();
    minutes.takeBook(book(0, 3, 1));
    minutes.linkLost(at(15_000));
    minutes.takeBook(book(45_000, 1, 3));
    const [row] = minutes.passTime(at(MINUTE_MS));
    expect(row).toMatchObject({ bookKnownMs: 30_000, imbalance: 0 });
    minutes.linkLost(at(MINUTE_MS));
    expect(minutes.passTime(at(9 * MINUTE_MS))).toEqual([]);
  });

  it("tells each minute once and leaves out what comes late [F6]", () => {
    const minutes = new BookMinutes();
    minutes.takeTrade(trade(30_000, "bid"));
    expect(minutes.takeTrade(trade(61_000, "bid"))).toMatchObject([{ openTimeMs: at(0), tradeCount: 1, mid: null }]);
    expect(minutes.takeTrade(trade(59_000, "ask"))).toEqual([]);
    expect(minutes.passTime(at(2 * MINUTE_MS))).toMatchObject([{ sellVolume: 0, tradeCount: 1 }]);
  });

  it("takes no notice of a book that a newer one overtook on its way [F6]", () => {
    const minutes = new BookMinutes();
    minutes.takeBook(book(0, 3, 1));
    minutes.takeBook(book(30_000, 1, 1));
    minutes.takeBook(book(20_000, 9, 1));
    expect(minutes.passTime(at(MINUTE_MS))).toMatchObject([{ imbalance: 0.25 }]);
  });

  it("is measured by the formulas [F6]", () => {
    expect(spreadBpsOf(99, 101)).toBeCloseTo(200, 10);
    expect(imbalanceOf([], [])).toBeNull();
    expect(imbalanceOf([{ price: 1, size: 3 }], [{ price: 2, size: 1 }])).toBe(0.5);
    const deep = Array.from({ length: 6 }, () => ({ price: 1, size: 1 }));
    expect(imbalanceOf(deep, deep.slice(0, 5))).toBe(0);
  });

  it("keeps its means inside what was seen, whatever comes when [F6]", () => {
    const event = fc.record({
      afterMs: fc.integer({ min: -20_000, max: 90_000 }),
      bidSize: fc.integer({ min: 1, max: 9 }),
      kind: fc.constantFrom("book", "trade", "lost"),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const minutes = new BookMinutes();
        const told: BookMinute[] = [];
        let nowMs = 100_000;
        for (const { afterMs, bidSize, kind } of events) {
          nowMs = Math.max(0, nowMs + afterMs);
          if (kind === "book") told.push(...minutes.takeBook(book(nowMs, bidSize, 1)));
          else if (kind === "trade") told.push(...minutes.takeTrade(trade(nowMs, "bid")));
          else minutes.linkLost(at(nowMs));
        }
        told.push(...minutes.passTime(at(nowMs + 10 * MINUTE_MS)));
        const starts = told.map((row) => row.openTimeMs);
        expect(starts).toEqual([...new Set(starts)].toSorted((one, other) => one - other));
        for (const row of told) {
          expect(row.bookKnownMs).toBeLessThanOrEqual(MINUTE_MS);
          expect(row.imbalance ?? 0).toBeGreaterThanOrEqual(-1e-12);
          expect(row.imbalance ?? 0).toBeLessThanOrEqual(0.8 + 1e-12);
        }
      }),
    );
  });
});
