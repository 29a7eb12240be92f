import { describe, expect, it } from "vitest";
import { decimalFromQuote } from "../../domain/decimal.ts";
import { isOnTick, quoteOf } from "../../domain/market.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../../domain/units.ts";
import { createFeeds, SYNTHETIC_FIRST_MS } from "../market/market-feeds.ts";
import type { MarketFeed } from "../market/market-feed.ts";
import { eachMinute } from "../market/minute-series.ts";
import { CARRIED_TAPE, tapeOf } from "../testing/tape-file.ts";

/** Busy machines. */
const SLOW_MS = 120_000;
const FROM = Date.UTC(2026, 8, 1);
const DAYS = 60;
const MARKETS = ["KRW-BTC", "KRW-ETH", "KRW-XRP", "KRW-USDT", "BTC-ETH", "USDT-BTC", "USDT-XRP"] as MarketCode[];
const feeds = createFeeds(1, new Map(), MARKETS);
const feedOf = (market: string): MarketFeed => feeds.get(market as MarketCode)!;

/** Log of the last price at the end of each step, silent ones carried on. */
function logCloses(feed: MarketFeed, stepMs: number, days = DAYS): number[] {
  const closes = Array.from({ length: (days * DAY_MS) / stepMs }, () => NaN);
  eachMinute(feed.series, FROM, FROM + days * DAY_MS, (columns, row) => {
    closes[Math.floor((columns.openTimeMs[row]! - FROM) / stepMs)] = Math.log(columns.close[row]!);
  });
  let last = Math.log(feed.lastTrade(FROM).price);
  return closes.map((close) => (last = Number.isNaN(close) ? last : close));
}
const returnsOf = (closes: readonly number[]): number[] => closes.slice(1).map((close, at) => close - closes[at]!);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  const product = mean(a.map((value, at) => (value - meanA) * (b[at]! - meanB)));
  const spread = (values: readonly number[], middle: number) => Math.sqrt(mean(values.map((v) => (v - middle) ** 2)));
  return product / (spread(a, meanA) * spread(b, meanB));
}

describe("generated markets", () => {
  it("lie on the tick grid of their quote currency in every minute (5.1, 5.2, 5.3)", () => {
    for (const [market, { series }] of feeds) {
      let rows = 0;
      eachMinute(series, FROM, FROM + DAY_MS, (columns, row) => {
        for (const price of [columns.open[row]!, columns.high[row]!, columns.low[row]!, columns.close[row]!])
          expect(isOnTick(quoteOf(market), decimalFromQuote(price)), `${market} ${price}`).toBe(true);
        expect(columns.high[row]).toBeGreaterThanOrEqual(Math.max(columns.open[row]!, columns.close[row]!));
        expect(columns.low[row]).toBeLessThanOrEqual(Math.min(columns.open[row]!, columns.close[row]!));
        rows += 1;
      });
      expect(rows).toBeGreaterThan(600);
    }
  });

  it(
    "cluster their volatility beyond the day's rhythm: wild quarters of an hour follow wild ones",
    { timeout: SLOW_MS },
    () => {
      for (const market of ["KRW-BTC", "KRW-ETH"]) {
        const returns = returnsOf(logCloses(feedOf(market), 15 * MINUTE_MS));
        // Each against what is usual at its time of day and on its day.
        const squares = returns.map((value) => value ** 2);
        const usual = Array.from({ length: 96 }, (_, quarter) => mean(squares.filter((__, at) => at % 96 === quarter)));
        const daily = Array.from({ length: DAYS }, (_, day) => mean(squares.slice(day * 96, day * 96 + 96)));
        const wild = squares.map((value, at) => value / (usual[at % 96]! * daily[Math.floor(at / 96)]!));
        const echo = (lag: number) => correlation(wild.slice(lag), wild.slice(0, -lag));
        expect(echo(1)).toBeGreaterThan(0.06);
        expect(echo(3)).toBeGreaterThan(0.03);
        expect(Math.abs(correlation(returns.slice(1), returns.slice(0, -1)))).toBeLessThan(0.06);
      }
    },
  );

  it("move together, and a tether moves on its own", { timeout: SLOW_MS }, () => {
    const returns = (market: string) => returnsOf(logCloses(feedOf(market), HOUR_MS));
    expect(correlation(returns("KRW-BTC"), returns("KRW-ETH"))).toBeGreaterThan(0.55);
    expect(correlation(returns("KRW-BTC"), returns("KRW-XRP"))).toBeGreaterThan(0.5);
    expect(correlation(returns("KRW-BTC"), returns("KRW-ETH"))).toBeLessThan(0.95);
    expect(Math.abs(correlation(returns("KRW-BTC"), returns("KRW-USDT")))).toBeLessThan(0.3);
  });

  it(
    "are busy and wild when Korea's day turns and in its evening, quiet in its small hours",
    { timeout: SLOW_MS },
    () => {
      const { series } = feedOf("KRW-XRP");
      const hours = Array.from({ length: 24 }, () => ({ units: 0, squares: 0 }));
      eachMinute(series, FROM, FROM + DAYS * DAY_MS, (columns, row) => {
        // UTC+9.
        const hour = hours[(Math.floor((columns.openTimeMs[row]! % DAY_MS) / HOUR_MS) + 9) % 24]!;
        hour.units += columns.units[row]!;
        hour.squares += Math.log(columns.close[row]! / columns.open[row]!) ** 2;
      });
      for (const of of ["units", "squares"] as const) {
        const small = mean([4, 5, 6].map((hour) => hours[hour]![of]));
        expect(hours[9]![of]).toBeGreaterThan(1.4 * small);
        expect(mean([22, 23, 0].map((hour) => hours[hour]![of]))).toBeGreaterThan(1.2 * small);
      }
    },
  );

  it("cost in bitcoin and tether what their won prices say, within a hundredth", () => {
    const price = (market: string, at: number) => feedOf(market).lastTrade(at).price;
    for (let at = FROM + HOUR_MS; at < FROM + 20 * DAY_MS; at += 11 * HOUR_MS + 7 * MINUTE_MS) {
      const inBitcoin = price("BTC-ETH", at) * price("KRW-BTC", at);
      expect(Math.abs(inBitcoin / price("KRW-ETH", at) - 1)).toBeLessThan(0.01);
      const inTether = price("USDT-XRP", at) * price("KRW-USDT", at);
      expect(Math.abs(inTether / price("KRW-XRP", at) - 1)).toBeLessThan(0.01);
    }
  });

  it("cost in a recorded bitcoin what its recording says", () => {
    const tape = tapeOf(CARRIED_TAPE);
    const played = new Map([["KRW-BTC" as MarketCode, { tapes: [tape], shiftMs: 0 }]]);
    const made = createFeeds(1, played, ["KRW-ETH", "BTC-ETH"] as MarketCode[]);
    const price = (market: string, at: number) => made.get(market as MarketCode)!.lastTrade(at).price;
    for (const at of [Date.UTC(2024, 1, 1, 3), Date.UTC(2024, 2, 20, 15)])
      expect(Math.abs((price("BTC-ETH", at) * price("KRW-BTC", at)) / price("KRW-ETH", at) - 1)).toBeLessThan(0.01);
  });

  it("begin on the day they were listed, and stay in a sane range for years", { timeout: SLOW_MS }, () => {
    const feed = feedOf("KRW-XRP");
    expect(feed.series.blockAt(SYNTHETIC_FIRST_MS - 1)).toBeNull();
    for (let day: number = SYNTHETIC_FIRST_MS; day < FROM; day += 97 * DAY_MS) {
      const bar = feed.day(day)!;
      expect(bar.close).toBeGreaterThan(3_100 / 6);
      expect(bar.close).toBeLessThan(3_100 * 6);
    }
  });
});
