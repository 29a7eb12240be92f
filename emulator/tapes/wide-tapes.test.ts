import { afterAll, describe, expect, it } from "vitest";
import { rmSync } from "node:fs";
import { dirname } from "node:path";
import type { MarketCode } from "../../domain/market-code.ts";
import { isOnTick } from "../../domain/market.ts";
import { decimalFromQuote } from "../../domain/decimal.ts";
import { DAY_MS, epochMs, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../domain/units.ts";
import { type Bar } from "../market/bars.ts";
import { valueOfTrade } from "../market/minute-path.ts";
import { candlesBefore } from "../market/candles.ts";
import type { MarketFeed } from "../market/market-feed.ts";
import { syntheticFeed, tapeFeed } from "../market/market-feeds.ts";
import { eachMinute } from "../market/minute-series.ts";
import { playMarkets } from "../market/played-markets.ts";
import { CARRIED_TAPE, gatheredRows, tapeOf, writeTape } from "../testing/tape-file.ts";
import type { Tape } from "./tape.ts";

/** Busy machines. */
const SLOW_MS = 120_000;
const FROM = Date.UTC(2024, 1, 25);
const TO = Date.UTC(2024, 2, 2);
const files: string[] = [];
const made = (rows: readonly string[], name?: string): string => {
  const file = writeTape(rows, name);
  files.push(file);
  return file;
};
afterAll(() => files.forEach((file) => rmSync(dirname(file), { recursive: true })));

const gathered = (intervalMs: number): Tape => tapeOf(made(gatheredRows(intervalMs, FROM, TO)));
const candles = (feed: MarketFeed, intervalMs: number, [fromMs, toMs]: readonly [number, number]): Bar[] =>
  candlesBefore(feed, { intervalMs, beforeMs: toMs, nowMs: toMs + DAY_MS, count: 100_000 })
    .filter(({ openTimeMs }) => openTimeMs >= fromMs)
    .toReversed();

function gather(bars: readonly Bar[], intervalMs: number): Omit<Bar, "lastTradeMs">[] {
  const wide = new Map<number, Omit<Bar, "lastTradeMs">>();
  for (const { lastTradeMs: _, ...bar } of bars) {
    const openTimeMs = Math.floor(bar.openTimeMs / intervalMs) * intervalMs;
    const sum = wide.get(openTimeMs);
    if (!sum) wide.set(openTimeMs, { ...bar, openTimeMs });
    else {
      sum.high = Math.max(sum.high, bar.high);
      sum.low = Math.min(sum.low, bar.low);
      sum.close = bar.close;
      sum.units += bar.units;
      sum.value += bar.value;
    }
  }
  return [...wide.values()];
}
const rowsOf = ({ rows }: Tape) =>
  [...rows.openTimeMs].map((openTimeMs, row) => ({
    openTimeMs,
    open: rows.open[row],
    high: rows.high[row],
    low: rows.low[row],
    close: rows.close[row],
    units: rows.units[row],
    value: rows.values.get(row),
  }));

describe("a recording of wide candles", () => {
  it.each([3, 15, 60, 240, 1_440])(
    "of %d minutes is given back exactly by what is served of every width (3.2) [E4]",
    { timeout: SLOW_MS },
    (width) => {
      const tape = gathered(width * MINUTE_MS);
      const feed = tapeFeed([tape], 0, 3);
      const rows = rowsOf(tape);
      const toMs = Math.min(TO, FROM + (width < 60 ? DAY_MS : TO - FROM));
      const wanted = rows.filter(({ openTimeMs }) => openTimeMs < toMs);
      for (const narrow of [1, 3, 15, 60, 240, 1_440].filter((one) => width % one === 0)) {
        const served = gather(candles(feed, narrow * MINUTE_MS, [FROM, toMs]), width * MINUTE_MS);
        expect(served, `${narrow} minutes`).toEqual(wanted);
      }
    },
  );

  it(
    "is given back by its seconds and trades, which lie on the tick grid (3.2, 3.3, 5.1) [E4]",
    { timeout: SLOW_MS },
    () => {
      const tape = gathered(HOUR_MS);
      const feed = tapeFeed([tape], 0, 3);
      const hours: [number, number] = [FROM + 10 * HOUR_MS, FROM + 12 * HOUR_MS];
      const wanted = rowsOf(tape).filter(({ openTimeMs }) => openTimeMs >= hours[0] && openTimeMs < hours[1]);
      expect(gather(candles(feed, SECOND_MS, hours), HOUR_MS)).toEqual(wanted);
      let [units, value] = [0n, 0n];
      feed.eachTrade(hours[0] - 1, hours[0] + HOUR_MS - 1, (trade) => {
        expect(isOnTick("KRW", decimalFromQuote(trade.price))).toBe(true);
        expect(trade.units).toBeGreaterThan(0);
        units += BigInt(trade.units);
        value += valueOfTrade(trade.price, trade.units);
      });
      expect([units, value]).toEqual([wanted[0]!.units, wanted[0]!.value]);
    },
  );

  it("shows each candle's last trade time as its trades have it (3.2)", () => {
    const feed = tapeFeed([gathered(240 * MINUTE_MS)], 0, 3);
    for (const bar of candles(feed, 240 * MINUTE_MS, [FROM, FROM + DAY_MS]))
      expect(feed.lastTrade(bar.openTimeMs + 240 * MINUTE_MS - 1).atMs).toBe(bar.lastTradeMs);
  });

  it("keeps a tiny candle whole: one trade where there is no volume for more", () => {
    const row = "KRW-BTC,2024-01-01T00:00:00,4235000,4235000,4235000,4235000,127.05,3e-05";
    const feed = tapeFeed([tapeOf(made([row, row.replace("T00", "T01"), row.replace("T00", "T03")]))], 0, 1);
    const bars = candles(feed, MINUTE_MS, [Date.UTC(2024, 0, 1), Date.UTC(2024, 0, 1, 4)]);
    expect(bars.map(({ units }) => units)).toEqual([3_000n, 3_000n, 3_000n]);
    expect(candles(feed, HOUR_MS, [Date.UTC(2024, 0, 1, 2), Date.UTC(2024, 0, 1, 3)])).toEqual([]);
  });

  it("serves a recorded value that no prices on the grid add up to as it was recorded", () => {
    const row = "KRW-BTC,2024-01-01T00:00:00,4235000,4235000,4235000,4235000,127.9,3e-05";
    const feed = tapeFeed([tapeOf(made([row, row.replace("T00:00", "T00:01")]))], 0, 1);
    const [bar] = candles(feed, MINUTE_MS, [Date.UTC(2024, 0, 1), Date.UTC(2024, 0, 1, 0, 1)]);
    expect(bar!.value).toBe(1_279n * 10n ** 15n);
  });
});

describe("several recordings of one market", () => {
  const [MIDDLE, END] = [Date.UTC(2024, 1, 27), Date.UTC(2024, 1, 29)];
  const hours = tapeOf(made(gatheredRows(HOUR_MS, FROM, END)));
  const minutes = tapeOf(made(gatheredRows(MINUTE_MS, MIDDLE, MIDDLE + DAY_MS)));

  it("play the finer one where both have candles, in whatever order they are named", () => {
    for (const tapes of [
      [hours, minutes],
      [minutes, hours],
    ]) {
      const feed = tapeFeed(tapes, 0, 1);
      const alone = tapeFeed([minutes], 0, 1);
      const day: [number, number] = [MIDDLE, MIDDLE + DAY_MS];
      expect(candles(feed, MINUTE_MS, day)).toEqual(candles(alone, MINUTE_MS, day));
      const before = candles(feed, HOUR_MS, [FROM, MIDDLE]).map(({ units }) => units);
      expect(before).toEqual([...hours.rows.units].slice(0, before.length));
      expect(before).toHaveLength(48);
      expect(candles(feed, HOUR_MS, [MIDDLE + DAY_MS, END])).toHaveLength(24);
    }
  });

  it("are silent between files years apart, and the generator goes on after the last", () => {
    const old = made(gatheredRows(DAY_MS, FROM, TO).map((row) => row.replace("2024-", "2016-")));
    const feed = tapeFeed([hours, tapeOf(old)], 0, 1);
    const silentMs = Date.UTC(2020, 5, 1);
    expect(candles(feed, MINUTE_MS, [Date.UTC(2016, 2, 2), FROM])).toEqual([]);
    expect(new Date(feed.lastTrade(silentMs).atMs).getUTCFullYear()).toBe(2016);
    const [newest] = candlesBefore(feed, { intervalMs: "year", beforeMs: silentMs, nowMs: silentMs, count: 5 });
    expect(new Date(newest!.openTimeMs).getUTCFullYear()).toBe(2016);
    expect(candles(feed, HOUR_MS, [END, END + 5 * HOUR_MS])).toHaveLength(5);
  });

  it("are moved together by whole weeks", () => {
    const feeds = playMarkets(
      {
        tapes: [CARRIED_TAPE, made(gatheredRows(DAY_MS, FROM, TO).map((row) => row.replace("2024-", "2020-")))],
        synthetic: [],
        fromMs: null,
      },
      { seed: 1, startMs: epochMs(Date.UTC(2026, 10, 22)), shiftsMs: {} },
    );
    if (!feeds.ok) throw new Error(feeds.fault);
    const shiftMs = feeds.value.shiftsMs["KRW-BTC"]!;
    const { series } = feeds.value.feeds.get("KRW-BTC" as MarketCode)!;
    expect(series.firstMs - shiftMs).toBe(Date.UTC(2020, 1, 25));
  });

  it("refuse to overlap at one width, in one line that names both", () => {
    const [one, two] = [made(gatheredRows(HOUR_MS, FROM, END)), made(gatheredRows(HOUR_MS, MIDDLE, TO))];
    const played = playMarkets(
      { tapes: [one, two], synthetic: [], fromMs: epochMs(MIDDLE) },
      { seed: 1, startMs: epochMs(MIDDLE), shiftsMs: {} },
    );
    expect(played).toEqual({ ok: false, fault: `${two}: overlaps ${one}, which has candles of the same width` });
  });

  it("name the file that begins after the start", () => {
    const file = made(gatheredRows(HOUR_MS, FROM, END));
    const played = playMarkets(
      { tapes: [file], synthetic: [], fromMs: epochMs(FROM) },
      { seed: 1, startMs: epochMs(FROM), shiftsMs: {} },
    );
    expect(played).toEqual({
      ok: false,
      fault: `${file}: nothing was traded before the start time 2024-02-25T00:00:00.000Z: name a later --from`,
    });
  });
});

describe("memory and work", () => {
  it("do not grow with market time: paths of the minutes that are played, each once [E6]", () => {
    const feed = syntheticFeed("KRW-XRP" as MarketCode, 1);
    const fromMs = Date.UTC(2026, 5, 1);
    let minutes = 0;
    eachMinute(feed.series, fromMs, fromMs + HOUR_MS, () => (minutes += 1));
    for (let at = fromMs; at < fromMs + HOUR_MS; at += 250) {
      feed.lastTrade(at);
      feed.runningMinute(at);
      feed.eachTrade(at - 250, at, () => undefined);
    }
    expect(feed.pathsMade()).toBeLessThanOrEqual(minutes + 2);
    candlesBefore(feed, { intervalMs: HOUR_MS, beforeMs: fromMs, nowMs: fromMs, count: 200 });
    candlesBefore(feed, { intervalMs: DAY_MS, beforeMs: fromMs, nowMs: fromMs, count: 200 });
    expect(feed.pathsMade()).toBeLessThanOrEqual(minutes + 2);
  });
});
