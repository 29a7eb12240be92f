import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  exchangeKst,
  exchangeUtc,
  intervalStart,
  kstDayOf,
  kstDayStart,
  kstIso,
  marketTimeAt,
  wallTimeAt,
  parseInstant,
  parseKstDay,
} from "./time.ts";
import { DAY_MS, epochMs } from "./units.ts";

const at = (text: string): number => {
  const parsed = parseInstant(text);
  if (!parsed.ok) throw new Error(text);
  return parsed.value;
};

describe("time", () => {
  it("reads every spelling the exchange uses, without a zone as UTC [C1]", () => {
    const noon = Date.UTC(2026, 10, 20, 3, 0, 0);
    for (const text of [
      "2026-11-20T03:00:00Z",
      "2026-11-20 03:00:00",
      "2026-11-20T03:00:00",
      "2026-11-20T12:00:00+09:00",
      "2026-11-20T12:00+0900",
    ])
      expect(at(text)).toBe(noon);
    expect(at("2026-11-20T12:01:10.214905+09:00")).toBe(Date.UTC(2026, 10, 20, 3, 1, 10, 214));
  });

  it("refuses what is not a time instead of guessing [C1]", () => {
    const days = [
      "2026-02-30T00:00:00",
      "2026-00-10T00:00:00",
      "2026-13-10T00:00:00",
      "2026-11-00T00:00:00",
      "20261120",
    ];
    const times = ["2026-11-20T25:00:00", "2026-11-20T03:60:00", "2026-11-20T03:00:60", "2026-11-20T03:00:00+9"];
    for (const text of ["", "now", "0026-01-01T00:00:00", ...days, ...times]) expect(parseInstant(text).ok).toBe(false);
    expect(parseKstDay("2026-11-20T00:00:00").ok).toBe(false);
  });

  it("begins a KST day at 15:00 UTC of the day before [C1]", () => {
    expect(parseKstDay("2026-11-20")).toEqual({ ok: true, value: Date.UTC(2026, 10, 19, 15) });
    expect(kstDayOf(epochMs(Date.UTC(2026, 10, 19, 14, 59, 59, 999)))).toBe("2026-11-19");
    expect(kstDayOf(epochMs(Date.UTC(2026, 10, 19, 15)))).toBe("2026-11-20");
  });

  it("writes what it reads, in both zones, for any second [C1]", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (seconds) => {
        const instant = epochMs(seconds * 1000);
        expect(at(exchangeUtc(instant))).toBe(instant);
        expect(at(kstIso(instant))).toBe(instant);
        expect(exchangeKst(instant).slice(0, 10)).toBe(kstDayOf(instant));
        const start = kstDayStart(instant);
        expect(instant - start).toBeLessThan(DAY_MS);
        expect(kstDayOf(start)).toBe(kstDayOf(instant));
        expect(intervalStart(instant, 60_000) % 60_000).toBe(0);
      }),
    );
  });

  it("runs market time along a line through its anchor", () => {
    const anchor = { marketMs: epochMs(1_000_000), wallMs: epochMs(500), speed: 60 };
    expect(marketTimeAt(anchor, epochMs(1_500))).toBe(1_060_000);
    expect(wallTimeAt(anchor, 1_060_000)).toBe(1_500);
    expect(wallTimeAt({ ...anchor, speed: 0 }, 1_000_001)).toBe(Infinity);
    expect(wallTimeAt({ ...anchor, speed: 0 }, 1_000_000)).toBe(-Infinity);
  });
});
