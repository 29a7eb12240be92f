import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { columnsOf } from "./candle.ts";
import { deriveCandles, DERIVED_INTERVALS_MS } from "./derive-candles.ts";
import { DAY_MS, epochMs, MINUTE_MS } from "./units.ts";

const START = Date.UTC(2024, 0, 10);
const minute = (at: number, [open, high, low, close]: number[], volume = 1, value: number | null = 100) => ({
  openTimeMs: epochMs(START + at * MINUTE_MS),
  open: open!,
  high: high!,
  low: low!,
  close: close!,
  volume,
  value,
});

describe("derived candles", () => {
  it("take the first open, the extremes, the last close and the sums; empty intervals are absent [C20]", () => {
    const minutes = columnsOf([
      minute(1, [10, 12, 9, 11], 1, 7),
      minute(2, [11, 15, 11, 14], 2, 8),
      minute(7, [14, 14, 5, 6], 4, null),
    ]);
    const derived = deriveCandles(minutes, 3 * MINUTE_MS);
    expect([...derived.openTimeMs]).toEqual([START, START + 6 * MINUTE_MS]);
    expect([derived.open[0], derived.high[0], derived.low[0], derived.close[0]]).toEqual([10, 15, 9, 14]);
    expect([...derived.volume]).toEqual([3, 4]);
    expect([...derived.value]).toEqual([15, NaN]);
  });

  it("begin a day at 09:00 KST [C20]", () => {
    const derived = deriveCandles(columnsOf([minute(-1, [1, 1, 1, 1]), minute(0, [2, 2, 2, 2])]), DAY_MS);
    expect([...derived.openTimeMs]).toEqual([START - DAY_MS, START]);
  });

  it("are the same whether made at once or from narrower ones that fit [C20]", () => {
    const price = fc.integer({ min: 1, max: 1000 });
    const rows = fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), price, price), { maxLength: 200 });
    fc.assert(
      fc.property(rows, (steps) => {
        let at = 0;
        const minutes = columnsOf(
          steps.map(([step, open, close]) => {
            at += step;
            return minute(at, [open, Math.max(open, close), Math.min(open, close), close], open, close);
          }),
        );
        for (const intervalMs of DERIVED_INTERVALS_MS.filter((each) => each % (15 * MINUTE_MS) === 0))
          expect(deriveCandles(deriveCandles(minutes, 15 * MINUTE_MS), intervalMs)).toEqual(
            deriveCandles(minutes, intervalMs),
          );
      }),
    );
  });
});
