import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MINUTE_MS } from "../../domain/units.ts";
import { freeValue, lastTradeOfWhole, splitCandle } from "./candle-split.ts";
import { minutePath, valueAt } from "../market/minute-path.ts";
import { lastOffsetMs, type WholeCandle } from "../market/minute-series.ts";
import { createPriceGrid } from "../market/price-grid.ts";

const START = Date.UTC(2024, 0, 1);
const terms = { marketHash: 77, grid: createPriceGrid("KRW") };

/** A wide candle of a coin at 1,000 to 1,200 won, at 4,900 to 5,100 across a change of ticks, or of bitcoin. */
const candle = fc
  .record({
    band: fc.constantFrom([1_000, 1_200], [4_900, 5_100], [56_000_000, 57_000_000]),
    places: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 }),
    units: fc.bigInt({ min: 20_000_000n, max: 30_000_000_000_000_000n }),
    minutes: fc.constantFrom(3, 30, 60, 240),
    share: fc.double({ min: 0.3, max: 0.7, noNaN: true }),
  })
  .map(({ band, places, units, minutes, share }) => {
    const prices = places.map((place) => terms.grid.nearest(band[0]! + place * (band[1]! - band[0]!)));
    const [open, close] = [prices[0]!, prices[1]!];
    const corners = { open, close, high: Math.max(...prices), low: Math.min(...prices) };
    // No more than a recording may hold, see `readTape`.
    const most = 9_000_000_000_000_000n * BigInt(Math.ceil(minutes / 50));
    return { ...corners, units: units > most ? most : units, minutes, share, openTimeMs: START };
  });

describe("a wide candle taken apart", () => {
  it("adds up to its prices and its volume, whatever it is [E4]", () => {
    fc.assert(
      fc.property(candle, ({ minutes, ...given }) => {
        const whole: WholeCandle = { ...given, value: freeValue(terms, given), lastTradeMs: 0 };
        const columns = splitCandle(terms, whole, START + minutes * MINUTE_MS);
        const last = columns.openTimeMs.length - 1;
        expect([columns.open[0], columns.close[last]]).toEqual([whole.open, whole.close]);
        expect([Math.max(...columns.high), Math.min(...columns.low)]).toEqual([whole.high, whole.low]);
        expect(columns.units.reduce((sum, units) => sum + BigInt(units), 0n)).toBe(whole.units);
        expect(columns.units.every((units) => units > 0 && Number.isSafeInteger(units))).toBe(true);
        for (let row = 0; row <= last; row++) {
          expect(columns.low[row]).toBeLessThanOrEqual(Math.min(columns.open[row]!, columns.close[row]!));
          expect(columns.high[row]).toBeGreaterThanOrEqual(Math.max(columns.open[row]!, columns.close[row]!));
          expect(row === 0 || columns.openTimeMs[row]! > columns.openTimeMs[row - 1]!).toBe(true);
        }
        const lastMs = columns.openTimeMs[last]!;
        expect(lastTradeOfWhole(terms.marketHash, [START, START + minutes * MINUTE_MS], whole.units)).toBe(
          lastMs + lastOffsetMs(terms.marketHash, lastMs),
        );
      }),
      { numRuns: 300, seed: 5 },
    );
  });

  it("adds up to its recorded value in all but a few, and its trades to each minute's [E4]", () => {
    let [asked, missed] = [0, 0];
    fc.assert(
      fc.property(candle, ({ minutes, share, ...given }) => {
        const { low, high } = given;
        // Volume × ticks of a minute must stay countable in a double; beyond that the trades come near only.
        const steps = Math.max(1, Math.round((high - low) / terms.grid.tickAt(low)));
        const most = BigInt(Math.floor((minutes * Number.MAX_SAFE_INTEGER) / (64 * steps)));
        const units = given.units > most ? most : given.units;
        const step = BigInt(terms.grid.tickAt(low)) * 10n ** 8n;
        const above = units * BigInt(Math.round((share * (high - low) * 1e8) / Number(step))) * step;
        const value = units * BigInt(low) * 10n ** 8n + above;
        const columns = splitCandle(terms, { ...given, units, value, lastTradeMs: 0 }, START + minutes * MINUTE_MS);
        let sum = 0n;
        for (let row = 0; row < columns.units.length; row++) {
          const minute = valueAt(terms.marketHash, terms.grid, columns, row);
          sum += minute;
          if (row > 8) continue;
          const path = minutePath(terms.marketHash, terms.grid, columns, row);
          const traded = path.units.reduce((all, part, at) => all + BigInt(part) * BigInt(path.price[at]! * 1e8), 0n);
          expect(traded).toBe(minute);
        }
        asked += 1;
        if (sum !== value) missed += 1;
      }),
      { numRuns: 300, seed: 6 },
    );
    // Of two minutes neither of which reaches the mean price no split is there.
    expect(missed / asked).toBeLessThan(0.01);
  });
});
