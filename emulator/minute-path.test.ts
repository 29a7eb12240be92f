import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { columnsOf, type Candle } from "../domain/candle.ts";
import { decimalFromQuote } from "../domain/decimal.ts";
import { isOnTick } from "../domain/market.ts";
import { epochMs } from "../domain/units.ts";
import { minutePath, valueOfPath } from "./minute-path.ts";
import { unitsOf } from "./minute-series.ts";
import { createPriceGrid } from "./price-grid.ts";
import { readTape } from "./tape.ts";

const grid = createPriceGrid("KRW");
const FILE = "data/upbit-KRW-BTC-1m-2024-01_2024-03.csv.gz";

const candle = fc
  .record({
    prices: fc.array(fc.integer({ min: 2_800, max: 2_860 }), { minLength: 4, maxLength: 4 }),
    units: fc.oneof(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 1_000_000_000_000 })),
    minute: fc.integer({ min: 1, max: 30_000_000 }),
  })
  .map(({ prices, units, minute }): Candle => {
    const sorted = prices.toSorted((a, b) => a - b);
    const [open, close] = [prices[0]!, prices[1]!];
    return {
      openTimeMs: epochMs(minute * 60_000),
      open,
      high: sorted[3]!,
      low: sorted[0]!,
      close,
      volume: units / 1e8,
      value: null,
    };
  });

describe("the path of trades inside a minute", () => {
  it("gives back open, high, low, close and volume exactly, on the tick grid, inside the minute", () => {
    fc.assert(
      fc.property(candle, fc.nat(), (one, hash) => {
        const path = minutePath(hash, grid, columnsOf([one]), 0);
        holds(path, one);
        for (const price of path.price) expect(isOnTick("KRW", decimalFromQuote(price))).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it("gives back every minute of a recorded week", () => {
    const tape = readTape(FILE);
    if (!tape.ok) throw new Error(tape.fault);
    const { columns } = tape.value;
    for (let row = 50_000; row < 60_080; row++) {
      const [open, high, low, close] = [columns.open[row]!, columns.high[row]!, columns.low[row]!, columns.close[row]!];
      holds(minutePath(7, grid, columns, row), { open, high, low, close, volume: columns.volume[row]! });
    }
  });

  it("is the same for the same seed and another for another", () => {
    const columns = columnsOf([
      { openTimeMs: epochMs(60_000), open: 2_800, high: 2_850, low: 2_790, close: 2_820, volume: 9_000, value: null },
    ]);
    expect(minutePath(1, grid, columns, 0)).toEqual(minutePath(1, grid, columns, 0));
    expect(valueOfPath(minutePath(1, grid, columns, 0))).not.toBe(valueOfPath(minutePath(2, grid, columns, 0)));
  });
});

function holds(
  path: ReturnType<typeof minutePath>,
  one: Pick<Candle, "open" | "high" | "low" | "close" | "volume">,
): void {
  const prices = [...path.price];
  expect(prices[0]).toBe(one.open);
  expect(prices.at(-1)).toBe(one.close);
  expect(Math.max(...prices)).toBe(one.high);
  expect(Math.min(...prices)).toBe(one.low);
  const units = [...path.units];
  expect(units.every((part) => Number.isInteger(part) && part >= 0)).toBe(true);
  expect(units.reduce((sum, part) => sum + part, 0)).toBe(unitsOf(one.volume));
  const rising = [...path.offsetMs].every(
    (offset, at) => offset >= 0 && offset < 60_000 && offset > (path.offsetMs[at - 1] ?? -1),
  );
  expect(rising).toBe(true);
}
