import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { DAY_MS, epochMs, HOUR_MS, MINUTE_MS, WEEK_MS } from "../../domain/units.ts";
import { playMarkets } from "../market/played-markets.ts";
import { tapeOf, writeTape } from "../testing/tape-file.ts";
import { readTape, tapeShiftMs } from "./tape.ts";

const folder = mkdtempSync(join(tmpdir(), "tape-"));
afterAll(() => rmSync(folder, { recursive: true }));
const HEADER =
  "market,candle_date_time_utc,opening_price,high_price,low_price,trade_price,candle_acc_trade_price,candle_acc_trade_volume";
const ROW = "KRW-XRP,2024-01-01T00:00:00,800,805,799,801,,12.5";
const NEXT = "KRW-XRP,2024-01-01T00:01:00,801,801,801,801,,1";
const ZERO = "/tape.csv.gz:2: the volume is zero: an interval without trades has no row";
const VALUE = "/tape.csv.gz:3: the value cannot come of trades between low and high";
const hours = (count: number): string[] =>
  Array.from({ length: count }, (_, hour) =>
    ROW.replace("2024-01-01T00", new Date(Date.UTC(2024, 0, 1, hour)).toISOString().slice(0, 13)),
  );
const FILE = "data/upbit-KRW-BTC-1m-2024-01_2024-03.csv.gz";

function faultOf(...lines: string[]): string {
  const file = join(folder, "tape.csv.gz");
  writeFileSync(file, gzipSync(lines.join("\n")));
  const tape = readTape(file);
  return tape.ok ? "" : tape.fault.replace(folder, "");
}

describe("reading a tape", () => {
  it("reads every row of the carried recording", () => {
    const tape = readTape(FILE);
    if (!tape.ok) throw new Error(tape.fault);
    expect(tape.value.market).toBe("KRW-BTC");
    expect(tape.value.rows.openTimeMs).toHaveLength(130_088);
    expect(new Date(tape.value.endMs).toISOString()).toBe("2024-03-31T15:01:00.000Z");
  });

  it.each([
    ["a broken number", [HEADER, ROW, NEXT.replace("801", "8o1")], "/tape.csv.gz:3: a field is not a finite number"],
    ["a missing column", [HEADER, ROW.replace(",12.5", "")], "/tape.csv.gz:2: 8 columns are expected, 7 found"],
    ["rows that are not sorted", [HEADER, NEXT, ROW], "/tape.csv.gz:3: the rows are not sorted, oldest first"],
    [
      "a high below the open",
      [HEADER, ROW.replace("805", "700")],
      "/tape.csv.gz:2: high and low do not enclose open and close",
    ],
    [
      "another market",
      [HEADER, ROW, NEXT.replace("XRP", "ETH")],
      "/tape.csv.gz:3: one file holds one market: KRW-ETH after KRW-XRP",
    ],
    [
      "hours and minutes in one file",
      [HEADER, ...hours(40), ROW.replace("01-01T00:00", "01-03T00:01")],
      "/tape.csv.gz:3: mixed intervals: these rows are 60 minutes apart, others 1",
    ],
    [
      "candles of seconds",
      [HEADER, ROW, ROW.replace("T00:00:00", "T00:00:01")],
      "/tape.csv.gz:3: the start is not on the minute: candles of seconds are not played",
    ],
    [
      "a price between the ticks",
      [HEADER, ROW, NEXT.replaceAll("801", "801.05")],
      "/tape.csv.gz:3: 801.05 is no price of KRW-XRP: no tick table of the exchange has it",
    ],
    ["a value below what the low makes", [HEADER, ROW, NEXT.replace(",,1", ",800.5,1.00000001")], VALUE],
    ["a value above what the high makes", [HEADER, ROW, NEXT.replace(",,1", ",1602,1.00000001")], VALUE],
    ["a volume of nothing", [HEADER, ROW.replace(",12.5", ",0")], ZERO],
    ["a strange header", ["time,open", ROW], `/tape.csv.gz:1: the header must be ${HEADER}`],
    ["no row", [HEADER], "/tape.csv.gz:1: the file holds no candle"],
  ])("names file and line of %s", (_, lines, fault) => {
    expect(faultOf(...lines)).toBe(fault);
  });

  it("takes prices of older tick tables, and values and volumes that the file cut", () => {
    const rows = [
      "KRW-XRP,2024-01-01T00:00:00,550.1,550.3,550.1,550.2,,12.5",
      "KRW-XRP,2024-01-01T00:01:00,550.2,550.2,550.2,550.2,1238,2.25",
      "KRW-XRP,2024-01-01T00:02:00,550.2,550.2,550.2,550.2,12.379,0.02",
    ];
    expect(faultOf(HEADER, ...rows)).toBe("");
    const bitcoin = (price: number) => `KRW-BTC,2024-01-01T00:00:00,${price},${price},${price},${price},,1`;
    expect([1_500_500, 130_050, 4_201_000].map((price) => faultOf(HEADER, bitcoin(price)))).toEqual(["", "", ""]);
    expect(faultOf(HEADER, bitcoin(4_200_500))).toMatch(/:2: 4200500 is no price of KRW-BTC/);
  });

  it("takes candles of any width the exchange has, by the grid that their starts lie on", () => {
    const widths = [3, 5, 10, 15, 30, 60, 240, 1_440].map((minutes) => {
      const rows = Array.from({ length: 60 }, (_, at) =>
        ROW.replace(
          "2024-01-01T00:00:00",
          new Date(Date.UTC(2024, 0, 1) + at * minutes * 60_000).toISOString().slice(0, 19),
        ),
      );
      const file = join(folder, `${minutes}.csv.gz`);
      writeFileSync(file, gzipSync([HEADER, ...rows].join("\n")));
      const tape = readTape(file);
      return tape.ok && tape.value.intervalMs / 60_000;
    });
    expect(widths).toEqual([3, 5, 10, 15, 30, 60, 240, 1_440]);
  });

  it("names a damaged archive", () => {
    const file = join(folder, "damaged.csv.gz");
    writeFileSync(file, gzipSync([HEADER, ROW].join("\n")).subarray(0, 40));
    expect(readTape(file)).toMatchObject({
      ok: false,
      fault: expect.stringMatching(/damaged\.csv\.gz: cannot be read: [^\n]+$/),
    });
  });

  it("names a file that is not there", () => {
    expect(readTape("/nowhere.csv")).toMatchObject({
      ok: false,
      fault: expect.stringContaining("/nowhere.csv: cannot be read"),
    });
  });
});

describe("the shift of a tape", () => {
  const tape = readTape(FILE);
  if (!tape.ok) throw new Error(tape.fault);
  const { endMs, firstMs } = tape.value;

  it("moves by whole weeks so that now falls into the first of the last two weeks", () => {
    for (const now of [Date.UTC(2026, 10, 22, 18), Date.UTC(2030, 1, 1), Date.UTC(2019, 5, 5)]) {
      const shift = tapeShiftMs([tape.value], epochMs(now), false);
      expect(shift % WEEK_MS === 0).toBe(true);
      const intoLive = now - shift - (endMs - 2 * WEEK_MS);
      expect(intoLive >= 0 && intoLive < WEEK_MS).toBe(true);
    }
  });

  it("does not move when the start was named inside the tape", () => {
    expect(tapeShiftMs([tape.value], epochMs(firstMs + WEEK_MS), true)).toBe(0);
    expect(tapeShiftMs([tape.value], epochMs(endMs), true)).toBe(2 * WEEK_MS);
  });

  const JANUARY = Date.UTC(2024, 0, 3);
  const tapeFrom = (fromMs: number, rows: number, widthMs: number) =>
    writeTape(
      Array.from({ length: rows }, (_, row) =>
        ROW.replace("2024-01-01T00:00:00", new Date(fromMs + row * widthMs).toISOString().slice(0, 19)),
      ),
    );
  it.each<[string, number, number, number]>([
    ["one minute", 1, MINUTE_MS, MINUTE_MS],
    ["fifty minutes", 50, MINUTE_MS, 30 * MINUTE_MS],
    ["a day of minutes", 1_440, MINUTE_MS, DAY_MS],
    ["three days of minutes", 4_320, MINUTE_MS, DAY_MS],
    ["half a day of hours", 12, HOUR_MS, 4 * HOUR_MS],
    ["three candles of four hours", 3, 4 * HOUR_MS, 4 * HOUR_MS],
    ["ten days of hours", 240, HOUR_MS, WEEK_MS],
    ["three days", 3, DAY_MS, DAY_MS],
    ["two weeks of hours", 336, HOUR_MS, WEEK_MS],
  ])("lets %s play without --from, moved by steps that keep the grid", (_, rows, widthMs, stepMs) => {
    const file = tapeFrom(JANUARY, rows, widthMs);
    const lengthMs = rows * widthMs;
    for (const nowMs of [Date.UTC(2026, 10, 22, 18, 47, 11), Date.UTC(2019, 5, 5), JANUARY].map(epochMs)) {
      const shiftMs = tapeShiftMs([tapeOf(file)], nowMs, false);
      expect(Math.abs(shiftMs % stepMs)).toBe(0);
      const intoTapeMs = nowMs - shiftMs - JANUARY;
      expect(intoTapeMs).toBeGreaterThan(widthMs);
      expect(intoTapeMs).toBeLessThanOrEqual(Math.max(lengthMs, widthMs + stepMs));
      const played = playMarkets(
        { tapes: [file], synthetic: [], fromMs: null },
        { seed: 1, startMs: nowMs, shiftsMs: {} },
      );
      expect(played.ok).toBe(true);
    }
  });

  it("is decided by the last of several short tapes, and by all that follow each other", () => {
    const nowMs = epochMs(Date.UTC(2026, 10, 22, 18, 47, 11));
    const day = (fromMs: number) => tapeOf(tapeFrom(fromMs, 1_440, MINUTE_MS));
    const apart = [Date.UTC(2018, 3, 1), JANUARY, Date.UTC(2021, 7, 9)].map(day);
    const intoLastMs = nowMs - tapeShiftMs(apart, nowMs, false) - JANUARY;
    expect(intoLastMs).toBeGreaterThan(MINUTE_MS);
    expect(intoLastMs).toBeLessThanOrEqual(DAY_MS + MINUTE_MS);
    const tenDays = Array.from({ length: 10 }, (_, at) => day(JANUARY + at * DAY_MS));
    expect(tapeShiftMs(tenDays, nowMs, false) % WEEK_MS).toBe(0);
  });
});
