import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CANDLE_COLUMNS, type CandleColumns } from "../../domain/candle.ts";
import { MINUTE_MS } from "../../domain/units.ts";
import { candleGrid, MOST_FILLED } from "./candle-grid.ts";
import { FEATURE_COUNT, FEATURE_MEMORY, FEATURE_NAMES, featureMatrix } from "./feature-matrix.ts";
import { fitNormaliser, normalise } from "./normaliser.ts";
import { lehmer, seededCandles } from "./seeded-candles.ts";
import { splitByTime } from "./splits.ts";
import { reachAhead, reachBack, targets, windowStarts } from "./windows.ts";

const part = (columns: CandleColumns, from: number, to: number): CandleColumns =>
  Object.fromEntries(CANDLE_COLUMNS.map((name) => [name, columns[name].slice(from, to)])) as CandleColumns;

/** A market with single silent minutes, short silences and one long hole. */
const ragged = (seed: number, count = 900) => {
  const random = lehmer(seed + 77);
  const holeAt = 200 + Math.floor(random() * 400);
  const silent = Array.from({ length: count }, () => random() < 0.1);
  return seededCandles({
    count,
    seed,
    isSilent: (minute) => silent[minute]! || (minute >= holeAt && minute < holeAt + 40),
  });
};
const seeds = fc.integer({ min: 0, max: 1_000_000 });

describe("the features", () => {
  it("at a candle do not change when everything after it changes [F1]", () => {
    fc.assert(
      fc.property(seeds, fc.double({ min: 0.1, max: 0.9, noNaN: true }), (seed, share) => {
        const columns = ragged(seed);
        const cut = Math.floor(columns.openTimeMs.length * share);
        const changed = part(columns, 0, columns.openTimeMs.length);
        const random = lehmer(seed + 1);
        for (const name of ["open", "high", "low", "close", "volume"] as const)
          for (let row = cut + 1; row < changed.openTimeMs.length; row += 1) changed[name][row]! *= 0.5 + random();
        const before = featureMatrix(columns, MINUTE_MS);
        const after = featureMatrix(changed, MINUTE_MS);
        const rows = before.openTimeMs.findIndex((time) => time === columns.openTimeMs[cut]) + 1;
        expect(after.rows.slice(0, rows * FEATURE_COUNT)).toEqual(before.rows.slice(0, rows * FEATURE_COUNT));
        expect(after.usable.slice(0, rows)).toEqual(before.usable.slice(0, rows));
      }),
      { numRuns: 25 },
    );
  });

  it("at a candle do not change when the candles after it are not there yet, or those long before it are gone [F1] [F5]", () => {
    const columns = ragged(5);
    const whole = featureMatrix(columns, MINUTE_MS);
    for (let end = 120; end < columns.openTimeMs.length; end += 97) {
      const alone = featureMatrix(part(columns, end - FEATURE_MEMORY - 9, end + 1), MINUTE_MS);
      const row = whole.openTimeMs.indexOf(columns.openTimeMs[end]!);
      const last = alone.rowCount - 1;
      if (alone.usable[last] === 0) continue;
      expect(alone.rows.slice(last * FEATURE_COUNT)).toEqual(
        whole.rows.slice(row * FEATURE_COUNT, (row + 1) * FEATURE_COUNT),
      );
    }
  });

  it("are the ones that their names say", () => {
    const columns = seededCandles({ count: 100, seed: 3 });
    const { rows } = featureMatrix(columns, MINUTE_MS);
    const at = (name: (typeof FEATURE_NAMES)[number]) => rows[80 * FEATURE_COUNT + FEATURE_NAMES.indexOf(name)]!;
    const { close, high, low, volume } = columns;
    const log = (from: number) => Math.log(close[80]! / close[from]!) * 10_000;
    expect(at("return-1")).toBeCloseTo(log(79), 3);
    expect(at("return-60")).toBeCloseTo(log(20), 3);
    expect(at("range")).toBeCloseTo(Math.log(high[80]! / low[80]!) * 10_000, 3);
    expect(at("close-position")).toBeCloseTo((close[80]! - low[80]!) / (high[80]! - low[80]!) - 0.5, 5);
    const meanVolume = volume.slice(21, 81).reduce((sum, value) => sum + value, 0) / 60;
    expect(at("volume-ratio")).toBeCloseTo(Math.log1p(volume[80]! / meanVolume), 5);
    expect(at("day-sine")).toBeCloseTo(Math.sin((2 * Math.PI * 80) / 1440), 5);
  });
});

describe("the candle grid", () => {
  it("fills silence with the previous close and no volume [F4]", () => {
    const columns = seededCandles({
      count: 30,
      seed: 1,
      isSilent: (minute) => minute >= 10 && minute < 10 + MOST_FILLED,
    });
    const grid = candleGrid(columns, MINUTE_MS);
    expect(grid.openTimeMs).toHaveLength(30);
    expect(grid.close.slice(10, 20).every((close) => close === columns.close[9])).toBe(true);
    expect([...grid.volume.slice(10, 20), ...grid.traded.slice(10, 20)].every((value) => value === 0)).toBe(true);
    expect(grid.rowsBefore.at(-1)).toBe(29);
  });

  it("breaks at a hole that is longer, and counts anew behind it [F4]", () => {
    const columns = seededCandles({
      count: 30,
      seed: 1,
      isSilent: (minute) => minute >= 10 && minute <= 10 + MOST_FILLED,
    });
    const grid = candleGrid(columns, MINUTE_MS);
    expect(grid.openTimeMs).toHaveLength(19);
    expect([grid.rowsBefore[9], grid.rowsBefore[10]]).toEqual([9, 0]);
  });

  it("refuses candles that are out of order or off the grid, because the caller has a bug", () => {
    const columns = seededCandles({ count: 10, seed: 1 });
    columns.openTimeMs[5] = columns.openTimeMs[4]!;
    expect(() => candleGrid(columns, MINUTE_MS)).toThrow("not later");
    columns.openTimeMs[5]! += 1;
    expect(() => candleGrid(columns, MINUTE_MS)).toThrow("not on the grid");
  });
});

describe("windows", () => {
  const shape = { lookback: 16, horizon: 5 };

  it("and their labels never cross a long hole and end on a traded candle [F4]", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const matrix = featureMatrix(ragged(seed), MINUTE_MS);
        const starts = windowStarts(matrix, shape);
        expect(starts.length).toBeGreaterThan(50);
        for (const start of starts) {
          const end = start + shape.lookback - 1;
          const [first, last] = [end - reachBack(shape), end + reachAhead(shape)];
          expect(matrix.openTimeMs[last]! - matrix.openTimeMs[first]!).toBe((last - first) * MINUTE_MS);
          expect(matrix.usable.slice(start, end + 1).every((flag) => flag === 1)).toBe(true);
          expect(matrix.traded[end]).toBe(1);
        }
      }),
      { numRuns: 20 },
    );
  });

  it("are labelled with the log return over the horizon, in bps", () => {
    const matrix = featureMatrix(seededCandles({ count: 200, seed: 9 }), MINUTE_MS);
    const [label] = targets(matrix.close, Int32Array.of(100), shape);
    expect(label).toBeCloseTo(Math.log(matrix.close[120]! / matrix.close[115]!) * 10_000, 9);
  });
});

describe("the splits", () => {
  it("share no candle: not through features, not through labels [F2]", () => {
    fc.assert(
      fc.property(
        seeds,
        fc.integer({ min: 2, max: 64 }),
        fc.integer({ min: 1, max: 90 }),
        (seed, lookback, horizon) => {
          const shape = { lookback, horizon };
          const matrix = featureMatrix(ragged(seed, 3000), MINUTE_MS);
          const { train, validation, test } = splitByTime(windowStarts(matrix, shape), shape);
          const firstTouched = (starts: Int32Array) => starts[0]! + lookback - 1 - reachBack(shape);
          const lastTouched = (starts: Int32Array) => starts.at(-1)! + lookback - 1 + reachAhead(shape);
          expect(Math.min(train.length, validation.length, test.length)).toBeGreaterThan(0);
          expect(lastTouched(train)).toBeLessThan(firstTouched(validation));
          expect(lastTouched(validation)).toBeLessThan(firstTouched(test));
        },
      ),
      { numRuns: 20 },
    );
  });
});

describe("the normaliser", () => {
  const { rows, usable, rowCount } = featureMatrix(ragged(4), MINUTE_MS);
  const range = { from: 0, to: Math.floor(rowCount * 0.6) };

  it("is fitted on the rows it is given and no others [F3]", () => {
    const changed = rows.slice();
    changed.fill(1e6, range.to * FEATURE_COUNT);
    expect(fitNormaliser(changed, usable, range)).toEqual(fitNormaliser(rows, usable, range));
  });

  it("brings those rows to mean 0 and deviation 1, and cuts what is far out", () => {
    const scaled = normalise(rows, usable, fitNormaliser(rows, usable, range));
    const first = Array.from({ length: range.to }, (_, row) => row).filter((row) => usable[row] === 1);
    const returns = first.map((row) => scaled[row * FEATURE_COUNT]!);
    const mean = returns.reduce((sum, value) => sum + value, 0) / returns.length;
    const variance = returns.reduce((sum, value) => sum + (value - mean) ** 2, 0) / returns.length;
    expect(mean).toBeCloseTo(0, 5);
    expect(variance).toBeCloseTo(1, 3);
    const wild = rows.slice();
    wild[first[0]! * FEATURE_COUNT] = 1e9;
    const cut = normalise(wild, usable, fitNormaliser(rows, usable, range));
    expect(cut[first[0]! * FEATURE_COUNT]).toBe(8);
  });
});
