import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimalFromQuote } from "../../domain/decimal.ts";
import { isOnTick } from "../../domain/market.ts";
import { MINUTE_MS } from "../../domain/units.ts";
import { valueOfTrade } from "./minute-path.ts";
import { minutePath, valueAt, type MinutePath } from "./minute-path.ts";
import { cornersOf, emptyMinutes, freeMoment, lastOffsetMs, stepOf, type MinuteColumns } from "./minute-series.ts";
import { createPriceGrid } from "./price-grid.ts";
import { tapeFeed } from "./market-feeds.ts";
import { eachMinute } from "./minute-series.ts";
import { CARRIED_TAPE, tapeOf } from "../testing/tape-file.ts";

const grid = createPriceGrid("KRW");
const HASH = 7;

/** One minute, with a value chosen where its volume allows one. */
function minuteOf(open: number, close: number, ends: readonly number[], units: number): MinuteColumns {
  const columns = emptyMinutes(1);
  columns.openTimeMs[0] = 29_000_000 * MINUTE_MS;
  columns.open[0] = open;
  columns.close[0] = close;
  columns.high[0] = Math.max(open, close, ...ends);
  columns.low[0] = Math.min(open, close, ...ends);
  columns.units[0] = units;
  columns.step[0] = stepOf(grid, cornersOf(columns, 0));
  columns.moment[0] = freeMoment(HASH, columns, 0);
  return columns;
}

/** Prices of a band of ticks: across 4,990 to 5,100 the tick changes from 1 to 5. */
const price = fc.oneof(
  fc.integer({ min: 2_800, max: 2_860 }),
  fc.integer({ min: 4_960, max: 5_060 }).map((value) => grid.nearest(value)),
);
const minute = fc
  .record({
    prices: fc.oneof(
      fc.array(fc.integer({ min: 2_800, max: 2_860 }), { minLength: 4, maxLength: 4 }),
      fc.array(
        price.filter((value) => value > 4_000),
        { minLength: 4, maxLength: 4 },
      ),
    ),
    units: fc.oneof(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 1_000_000_000_000 })),
  })
  .map(({ prices, units }) => minuteOf(prices[0]!, prices[1]!, prices.slice(2), units));

describe("the path of trades inside a minute", () => {
  it("gives back open, high, low, close, volume and value exactly, on the tick grid, inside the minute (3.2)", () => {
    fc.assert(
      fc.property(minute, (columns) => {
        holds(minutePath(HASH, grid, columns, 0), columns, 0);
        for (const one of minutePath(HASH, grid, columns, 0).price)
          expect(isOnTick("KRW", decimalFromQuote(one))).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it("gives back every minute of a recorded week", () => {
    const tape = tapeOf(CARRIED_TAPE);
    const feed = tapeFeed([tape], 0, 1);
    const fromMs = tape.firstMs + 20 * 86_400_000;
    let rows = 0;
    eachMinute(feed.series, fromMs, fromMs + 7 * 86_400_000, (columns, row) => {
      rows += 1;
      holds(minutePath(feed.hash, feed.grid, columns, row), columns, row, feed.hash);
    });
    expect(rows).toBeGreaterThan(9_000);
  });

  it("meets any recorded value between the lowest and the highest that its trades could have", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.05, max: 0.95, noNaN: true }), (share) => {
        const columns = minuteOf(2_810, 2_830, [2_800, 2_850], 3_000_000_000);
        columns.moment[0] = Math.round(3_000_000_000 * 50 * share);
        holds(minutePath(HASH, grid, columns, 0), columns, 0);
      }),
      { numRuns: 300 },
    );
  });

  it("keeps prices of a recording from a time of finer ticks as they are", () => {
    const columns = minuteOf(1_000_500, 1_001_000, [1_000_000, 1_003_500], 5_000_000_000);
    expect(columns.step[0]).toBe(500);
    holds(minutePath(HASH, grid, columns, 0), columns, 0);
  });

  it("is the same for the same seed and another for another", () => {
    const columns = minuteOf(2_800, 2_820, [2_850, 2_790], 900_000_000_000);
    expect(minutePath(1, grid, columns, 0)).toEqual(minutePath(1, grid, columns, 0));
    expect(minutePath(1, grid, columns, 0)).not.toEqual(minutePath(2, grid, columns, 0));
  });
});

function holds(path: MinutePath, columns: MinuteColumns, row: number, hash = HASH): void {
  const prices = [...path.price];
  expect(prices[0]).toBe(columns.open[row]);
  expect(prices.at(-1)).toBe(columns.close[row]);
  expect(Math.max(...prices)).toBe(columns.high[row]);
  expect(Math.min(...prices)).toBe(columns.low[row]);
  const units = [...path.units];
  expect(units.every((part) => Number.isInteger(part) && part >= 0)).toBe(true);
  expect(units.reduce((sum, part) => sum + part, 0)).toBe(columns.units[row]);
  const value = units.reduce((sum, part, at) => sum + valueOfTrade(prices[at]!, part), 0n);
  expect(value).toBe(valueAt(hash, grid, columns, row));
  const rising = [...path.offsetMs].every(
    (offset, at) => offset >= 0 && offset < 60_000 && offset > (path.offsetMs[at - 1] ?? -1),
  );
  expect(rising).toBe(true);
  expect(path.offsetMs.at(-1)).toBe(lastOffsetMs(hash, columns.openTimeMs[row]!));
}
