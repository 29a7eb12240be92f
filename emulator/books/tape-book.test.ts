import { describe, expect, it } from "vitest";
import { decimalFromQuote } from "../../domain/decimal.ts";
import { isOnTick, quoteOf } from "../../domain/market.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import { HOUR_MS, MINUTE_MS } from "../../domain/units.ts";
import { groupedBook, supportedLevels } from "./grouped-book.ts";
import { createFeeds, tapeFeed } from "../market/market-feeds.ts";
import type { TapeTrade } from "../market/market-feed.ts";
import { meanMinuteUnits, tapeBook, tapeTop } from "./tape-book.ts";
import { CARRIED_TAPE, tapeOf } from "../testing/tape-file.ts";

const NOON = Date.UTC(2024, 2, 20, 12);
const MARKETS = ["KRW-XRP", "KRW-DOGE", "BTC-ETH", "USDT-XRP"] as MarketCode[];
const feeds = [...createFeeds(1, new Map(), MARKETS).values(), tapeFeed([tapeOf(CARRIED_TAPE)], 0, 1)];

describe("the tape's book", () => {
  it("has 30 levels a side on the tick grid, never crossed, at least a tick apart (3.6, 5.1) [E5]", () => {
    for (const feed of feeds) {
      const mean = meanMinuteUnits(feed, NOON);
      for (let at = NOON; at < NOON + HOUR_MS; at += 97_000) {
        const { asks, bids } = tapeBook(feed, at, mean);
        expect([asks.length, bids.length]).toEqual([30, 30]);
        expect(asks[0]!.price).toBeGreaterThan(bids[0]!.price);
        expect(asks.every((level, row) => row === 0 || level.price === feed.grid.step(asks[row - 1]!.price, 1))).toBe(
          true,
        );
        expect(bids.every((level, row) => row === 0 || level.price === feed.grid.step(bids[row - 1]!.price, -1))).toBe(
          true,
        );
        for (const { price, units } of [...asks, ...bids]) {
          expect(isOnTick(quoteOf(feed.market), decimalFromQuote(price))).toBe(true);
          expect(units).toBeGreaterThan(0);
        }
      }
    }
  });

  it("has the last trade on the side it hit, and lets prices bounce between the two (6.5) [E5]", () => {
    for (const feed of feeds) {
      const trades: TapeTrade[] = [];
      feed.eachTrade(NOON, NOON + HOUR_MS, (trade) => trades.push(trade));
      for (const trade of trades) {
        const top = tapeTop(feed, trade.atMs);
        expect(trade.takerSide === "bid" ? top.ask : top.bid).toBe(trade.price);
      }
      expect(new Set(trades.map(({ takerSide }) => takerSide)).size).toBe(2);
    }
  });

  it("loses to a trade what the trade took, where the level lives on and was large enough [E5]", () => {
    let [shrunk, refilled, wrong] = [0, 0, 0];
    for (const feed of feeds) {
      const mean = meanMinuteUnits(feed, NOON);
      let before = 0;
      feed.eachTrade(NOON, NOON + 20 * MINUTE_MS, ({ atMs, price, units, takerSide }) => {
        const sideAt = (ms: number) => tapeBook(feed, ms, mean)[takerSide === "bid" ? "asks" : "bids"];
        const sameSecond = Math.floor(before / 1_000) === Math.floor(atMs / 1_000);
        const was = sideAt(atMs - 1).find((level) => level.price === price);
        before = atMs;
        if (!was || sameSecond || Math.floor((atMs - 1) / 1_000) !== Math.floor(atMs / 1_000)) return;
        const is = sideAt(atMs).find((level) => level.price === price)!;
        if (was.units <= units) refilled += 1;
        else if (is.units === was.units - units) shrunk += 1;
        else wrong += 1;
      });
    }
    expect(wrong).toBe(0);
    expect(shrunk).toBeGreaterThan(100);
    expect(shrunk).toBeGreaterThan(refilled);
  });

  it("keeps a level's size while nothing happens to it, for seconds", () => {
    const [feed] = feeds;
    const mean = meanMinuteUnits(feed!, NOON);
    let [same, all] = [0, 0];
    for (let at = NOON; at < NOON + 60_000; at += 1_000) {
      const later = new Map(tapeBook(feed!, at + 1_000, mean).asks.map(({ price, units }) => [price, units]));
      for (const { price, units } of tapeBook(feed!, at, mean).asks) {
        if (!later.has(price)) continue;
        all += 1;
        if (later.get(price) === units) same += 1;
      }
    }
    expect(same / all).toBeGreaterThan(0.8);
    expect(same / all).toBeLessThan(1);
  });
});

describe("a gathered book", () => {
  it("has levels of ten, a hundred, … ticks below the price in won markets, none elsewhere (3.6, 3.7)", () => {
    const levels = feeds.map((feed) => supportedLevels(feed, feed.lastTrade(NOON).price));
    expect(levels[0]).toEqual(["0", "10", "100", "1000"]);
    expect(levels[2]).toEqual(["0"]);
    expect(levels[3]).toEqual(["0"]);
    expect(levels[4]).toEqual(["0", "10000", "100000", "1000000", "10000000"]);
    expect(supportedLevels(feeds[1]!, 26.3)).toEqual(["0", "1", "10"]);
    expect(supportedLevels(feeds[1]!, 0.0123)).toEqual(["0", "0.001", "0.01"]);
  });

  it("rounds asks up and bids down to whole levels and keeps what the native ones hold (3.6)", () => {
    for (const [feed, width] of [
      [feeds[0]!, "10"],
      [feeds[4]!, "10000"],
      [feeds[4]!, "1000000"],
    ] as const) {
      const book = tapeBook(feed, NOON, meanMinuteUnits(feed, NOON));
      const gathered = groupedBook(feed, book, width, NOON);
      const step = Number(width);
      expect([gathered.asks.length, gathered.bids.length]).toEqual([30, 30]);
      expect(gathered.asks[0]!.price).toBe(Math.ceil(book.asks[0]!.price / step) * step);
      expect(gathered.bids[0]!.price).toBe(Math.floor(book.bids[0]!.price / step) * step);
      for (const levels of [gathered.asks, gathered.bids])
        expect(levels.every(({ price }, row) => row === 0 || Math.abs(price - levels[row - 1]!.price) === step)).toBe(
          true,
        );
      const inside = book.asks.filter(({ price }) => price <= gathered.asks[0]!.price);
      const sum = inside.reduce((units, level) => units + level.units, 0);
      // A group that reaches beyond the native levels holds more.
      const more = inside.length === book.asks.length;
      expect(more ? gathered.asks[0]!.units >= sum : gathered.asks[0]!.units === sum).toBe(true);
    }
  });
});
