import { describe, expect, it } from "vitest";
import { candleFlaw } from "../../domain/candle.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import { DAY_MS, epochMs, HOUR_MS, MINUTE_MS } from "../../domain/units.ts";
import { candlesBefore } from "./candles.ts";
import { syntheticFeed, tapeFeed } from "./market-feeds.ts";
import type { MarketFeed } from "./market-feed.ts";
import { eachMinute } from "./minute-series.ts";
import { readTape } from "../tapes/tape.ts";
import { tapeBook, tapeTop } from "../books/tape-book.ts";
import { createTickerDesk } from "./ticker.ts";

const tape = readTape("data/upbit-KRW-BTC-1m-2024-01_2024-03.csv.gz");
if (!tape.ok) throw new Error(tape.fault);
const recorded = tape.value;
const XRP = "KRW-XRP" as MarketCode;
const NOON = Date.UTC(2024, 2, 20, 12);
/** Busy machines. */
const SLOW_MS = 60_000;
const feeds = (): MarketFeed[] => [tapeFeed([recorded], 0, 1), syntheticFeed(XRP, 1)];
const minutes = (feed: MarketFeed, beforeMs: number, nowMs: number, count = 30) =>
  candlesBefore(feed, { intervalMs: MINUTE_MS, beforeMs, nowMs, count });

describe("a market's candles", () => {
  it("are the same whenever they are asked for, and whatever was asked before", () => {
    for (const [at, feed] of feeds().entries()) {
      const late = minutes(feed, NOON, NOON + DAY_MS);
      for (let back = 20; back >= 0; back--) minutes(feed, NOON - back * HOUR_MS, NOON + DAY_MS, 3);
      expect(minutes(feeds()[at]!, NOON, NOON)).toEqual(late);
    }
  });

  it("end a minute exactly as the running candle stood at its last trade", () => {
    for (const feed of feeds()) {
      const closed = minutes(feed, NOON, NOON + DAY_MS, 1)[0]!;
      expect(feed.runningMinute(closed.openTimeMs + MINUTE_MS - 1)).toEqual(closed);
      const early = feed.runningMinute(closed.lastTradeMs - 1);
      expect(early === null || early.units < closed.units).toBe(true);
    }
  });

  it("come straight from the tape's columns for closed minutes", () => {
    const [feed] = feeds();
    const [bar] = minutes(feed!, Date.UTC(2023, 11, 31, 15, 2), NOON, 1);
    expect(bar).toMatchObject({
      open: 56_901_000,
      high: 56_929_000,
      low: 56_901_000,
      close: 56_923_000,
      units: 109_659_588n,
    });
  });

  it("leave silent minutes out", () => {
    const [feed] = feeds();
    // An outage of the exchange, see data/README.md.
    const bars = minutes(feed!, Date.UTC(2023, 11, 31, 21, 5), NOON, 4);
    expect(bars.map(({ openTimeMs }) => new Date(openTimeMs).toISOString().slice(11, 16))).toEqual([
      "21:04",
      "16:59",
      "16:58",
      "16:57",
    ]);
    expect(feed!.runningMinute(Date.UTC(2023, 11, 31, 18))).toBeNull();
    expect(feed!.lastTrade(Date.UTC(2023, 11, 31, 18)).atMs).toBeLessThan(Date.UTC(2023, 11, 31, 17));
  });

  it("gather into wider ones that hold every minute once", () => {
    for (const feed of feeds()) {
      const [hour] = candlesBefore(feed, { intervalMs: HOUR_MS, beforeMs: NOON, nowMs: NOON + DAY_MS, count: 1 });
      const inside = minutes(feed, NOON, NOON + DAY_MS, 60).filter(({ openTimeMs }) => openTimeMs >= NOON - HOUR_MS);
      expect(hour!.units).toBe(inside.reduce((sum, { units }) => sum + units, 0n));
      expect(hour!.open).toBe(inside.at(-1)!.open);
      expect(hour!.close).toBe(inside[0]!.close);
      expect(hour!.high).toBe(Math.max(...inside.map(({ high }) => high)));
    }
  });

  it("go on after the tape's end from its last price, on their own", () => {
    const feed = tapeFeed([recorded], 0, 1);
    const after = minutes(feed, recorded.endMs + 10 * MINUTE_MS, recorded.endMs + DAY_MS, 5).toReversed();
    const last = recorded.rows.close.at(-1)!;
    expect(Math.abs(after[0]!.open / last - 1)).toBeLessThan(0.01);
    expect(tapeFeed([recorded], 0, 2).lastTrade(recorded.endMs + DAY_MS)).not.toEqual(
      feed.lastTrade(recorded.endMs + DAY_MS),
    );
  });
});

describe("a generated market", () => {
  it("is sound in every minute, has silent ones, and clusters its volatility", () => {
    const feed = syntheticFeed(XRP, 3);
    const moves: number[] = [];
    let rows = 0;
    eachMinute(feed.series, NOON - 30 * DAY_MS, NOON, (columns, row) => {
      const [open, high, low, close] = [columns.open[row]!, columns.high[row]!, columns.low[row]!, columns.close[row]!];
      const candle = {
        openTimeMs: epochMs(columns.openTimeMs[row]!),
        open,
        high,
        low,
        close,
        volume: columns.units[row]! / 1e8,
        value: null,
      };
      expect(candleFlaw(candle, MINUTE_MS)).toBeNull();
      expect(Number.isSafeInteger(columns.units[row]!)).toBe(true);
      moves.push(Math.abs(Math.log(close / open)));
      rows += 1;
    });
    expect(rows).toBeLessThan(30 * 1_440);
    expect(rows).toBeGreaterThan(30 * 1_440 * 0.95);
    const mean = moves.reduce((sum, move) => sum + move, 0) / moves.length;
    const covariance = moves.slice(10).reduce((sum, move, at) => sum + (move - mean) * (moves[at]! - mean), 0);
    const variance = moves.reduce((sum, move) => sum + (move - mean) ** 2, 0);
    expect(covariance / variance).toBeGreaterThan(0.05);
  });

  it("has no leap between days", () => {
    const feed = syntheticFeed(XRP, 3);
    for (let day = 0; day < 40; day++) {
      const midnight = Math.floor(NOON / DAY_MS) * DAY_MS - day * DAY_MS;
      const [after, before] = minutes(feed, midnight + 5 * MINUTE_MS, NOON + DAY_MS, 8).filter(
        (_, at) => at === 0 || at === 7,
      );
      expect(Math.abs(after!.open / before!.close - 1)).toBeLessThan(0.03);
    }
  });
});

describe("the tape's book", () => {
  it("stands around the last trade: 30 rising asks, 30 falling bids, at least a tick between", () => {
    for (const feed of feeds()) {
      for (let at = NOON; at < NOON + HOUR_MS; at += 97_000) {
        const { asks, bids } = tapeBook(feed, at, 1e8);
        expect([asks.length, bids.length]).toEqual([30, 30]);
        expect(
          asks.every(({ price, units }, row) => units > 0 && price > (asks[row - 1]?.price ?? bids[0]!.price)),
        ).toBe(true);
        expect(bids.every(({ price, units }, row) => units > 0 && price < (bids[row - 1]?.price ?? Infinity))).toBe(
          true,
        );
        const last = feed.lastTrade(at);
        expect(tapeTop(feed, at)[last.takerSide === "bid" ? "ask" : "bid"]).toBe(last.price);
      }
    }
  });
});

describe("the ticker", () => {
  it("sums the same figures step by step as at once", { timeout: SLOW_MS }, () => {
    for (const [at, feed] of feeds().entries()) {
      const stepped = createTickerDesk(feed);
      for (let now = NOON - 3 * HOUR_MS; now < NOON; now += 7 * MINUTE_MS) stepped(now);
      const once = createTickerDesk(feeds()[at]!)(NOON);
      const { dayBidUnits, ...rest } = stepped(NOON);
      expect({ ...rest, dayBidUnits: dayBidUnits() }).toEqual({ ...once, dayBidUnits: once.dayBidUnits() });
      const [today, yesterday] = candlesBefore(feed, { intervalMs: DAY_MS, beforeMs: NOON, nowMs: NOON, count: 2 });
      expect([once.open, once.high, once.low, once.dayUnits]).toEqual([
        today!.open,
        today!.high,
        today!.low,
        today!.units,
      ]);
      expect(once.previousClose).toBe(yesterday!.close);
    }
  });

  it("finds the year's extremes and their days, also after the day turned", () => {
    const [feed] = feeds();
    const desk = createTickerDesk(feed!);
    for (const now of [NOON - DAY_MS, NOON]) {
      const days = candlesBefore(feed!, { intervalMs: DAY_MS, beforeMs: now, nowMs: now, count: 200 });
      const { yearHigh, yearLow } = desk(now);
      expect(yearHigh.price).toBe(Math.max(...days.map(({ high }) => high)));
      expect(days.find(({ high }) => high === yearHigh.price)!.openTimeMs).toBe(yearHigh.dayMs);
      expect(yearLow.price).toBe(Math.min(...days.map(({ low }) => low)));
      expect(days.find(({ low }) => low === yearLow.price)!.openTimeMs).toBe(yearLow.dayMs);
    }
  });
});
