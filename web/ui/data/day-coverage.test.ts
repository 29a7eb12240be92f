import { describe, expect, it } from "vitest";
import type { Hole } from "../../../domain/candle-holes.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import { DAY_MS, epochMs, HOUR_MS, MINUTE_MS } from "../../../domain/units.ts";
import type { CoverageRow } from "../../store/tables.ts";
import { dayCoverage, monthsOf, weekColumn, type KnownDays } from "./day-coverage.ts";

const DAY = "2024-01-10";
const START = Date.parse("2024-01-10T00:00:00+09:00");
const NOW = epochMs(START + 3 * DAY_MS + HOUR_MS);

const hole = (kind: Hole["kind"], fromMinute: number, minutes: number): Hole => ({
  kind,
  fromMs: epochMs(START + fromMinute * MINUTE_MS),
  toMs: epochMs(START + (fromMinute + minutes) * MINUTE_MS),
});
const rowOf = (kstDay: string, more: Partial<CoverageRow> = {}): CoverageRow => ({
  market: "KRW-BTC" as MarketCode,
  kstDay,
  rows: 1440,
  confirmedToMs: epochMs(Date.parse(`${kstDay}T00:00:00+09:00`) + DAY_MS),
  followed: [],
  holes: [],
  dropped: 0,
  corrected: 0,
  source: "relay",
  checkedAtMs: epochMs(0),
  seal: { sealedAtMs: epochMs(0), contentHash: "", rowCount: 1440, source: "relay" },
  ...more,
});
const known = (rows: readonly CoverageRow[], stored: readonly string[] = []): KnownDays => ({
  rows: new Map(rows.map((row) => [row.kstDay, row])),
  stored: new Set(stored),
  nowMs: NOW,
});
const nothing = { silent: 0, outage: 0, dropped: 0, unknown: 0, unseen: 0 };
const both = (more: Partial<CoverageRow>) => known([rowOf(DAY, more), rowOf("2024-01-11")]);

describe("coverage of a day", () => {
  it("counts minutes at hand and missing by reason, and names the day by the worst of them", () => {
    expect(dayCoverage(both({}), DAY, MINUTE_MS)).toEqual({
      kstDay: DAY,
      state: "sealed",
      have: 1440,
      want: 1440,
      missing: nothing,
    });
    const holes = [hole("silent", 5, 3), hole("outage", 600, 53)];
    expect(dayCoverage(both({ holes }), DAY, MINUTE_MS)).toMatchObject({
      state: "outage",
      have: 1440 - 56,
      missing: { ...nothing, silent: 3, outage: 53 },
    });
    expect(dayCoverage(both({ holes: [...holes, hole("dropped", 900, 1)] }), DAY, MINUTE_MS).state).toBe("holes");
  });

  it("has a longer candle wherever one of its minutes is there", () => {
    const holes = [hole("silent", 0, 5), hole("silent", 10, 4), hole("outage", 60, 125)];
    const at = (minutes: number) => dayCoverage(both({ holes }), DAY, minutes * MINUTE_MS);
    expect(at(5)).toMatchObject({ want: 288, have: 288 - 1 - 25, missing: { silent: 1, outage: 25 } });
    expect(at(60)).toMatchObject({ want: 24, have: 22, missing: { silent: 0, outage: 2 } });
    expect(at(240)).toMatchObject({ want: 6, have: 6 });
    expect(at(1440)).toMatchObject({ want: 1, have: 1 });
  });

  it("gives a candle that crosses midnight to the day in which it begins", () => {
    // Four hours from 21:00 KST; the day's candle from 09:00 KST.
    const night = [hole("outage", 21 * 60, 240)];
    const split = known([rowOf(DAY, { holes: [hole("outage", 21 * 60, 180)] }), rowOf("2024-01-11", { holes: night })]);
    expect(dayCoverage(split, DAY, 240 * MINUTE_MS)).toMatchObject({ want: 6, have: 5, missing: { outage: 1 } });
  });

  it("calls absent for two reasons together what no single reason explains", () => {
    const holes = [hole("silent", 60, 2), hole("outage", 62, 3)];
    expect(dayCoverage(both({ holes }), DAY, 5 * MINUTE_MS).missing).toMatchObject({ silent: 0, outage: 0, unknown: 1 });
  });

  it("says where nobody looked, and nothing of what has not happened", () => {
    const half = { seal: null, rows: 700, confirmedToMs: epochMs(START + 12 * HOUR_MS) };
    expect(dayCoverage(known([rowOf(DAY, half)]), DAY, MINUTE_MS)).toMatchObject({
      state: "partial",
      have: 720,
      missing: { unseen: 720 },
    });
    expect(dayCoverage(known([]), DAY, MINUTE_MS)).toMatchObject({ state: "none", have: 0, missing: { unseen: 1440 } });
    const today = rowOf("2024-01-13", { seal: null, confirmedToMs: NOW });
    expect(dayCoverage(known([today]), "2024-01-13", MINUTE_MS)).toMatchObject({ state: "open", want: 60, have: 60 });
  });

  it("knows of candles at hand that no page was held against", () => {
    expect(dayCoverage(known([], [DAY]), DAY, MINUTE_MS)).toMatchObject({
      state: "unchecked",
      have: null,
      missing: nothing,
    });
  });

  it("lays the days out by month, newest first, weeks from Sunday", () => {
    const months = monthsOf(known([rowOf("2023-12-30")]));
    expect(months.map(({ month, days }) => [month, days.length])).toEqual([
      ["2024-01", 13],
      ["2023-12", 31],
    ]);
    expect([weekColumn("2024-01-07"), weekColumn(DAY)]).toEqual([0, 3]);
  });
});
