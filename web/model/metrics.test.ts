import { describe, expect, it } from "vitest";
import { lehmer } from "../features/seeded-candles.ts";
import { baselinePredictions, lateReturns } from "./baselines.ts";
import { metricsOf } from "./metrics.ts";
import { isAboveZero, verdictOf } from "./verdict.ts";

const floats = (...values: number[]) => Float64Array.from(values);

describe("metrics", () => {
  it("are the textbook's", () => {
    const metrics = metricsOf(floats(1, 2, -3, 4), floats(2, 2, -1, 0));
    expect(metrics.windowCount).toBe(4);
    expect(metrics.maeBps).toBe((1 + 0 + 2 + 4) / 4);
    expect(metrics.rmseBps).toBeCloseTo(Math.sqrt((1 + 0 + 4 + 16) / 4), 12);
    expect(metrics.directionalAccuracy).toBe(1);
  });

  it("rank: one for any rising function, shared ranks for equal values, zero for a constant", () => {
    expect(metricsOf(floats(1, 2, 3, 50), floats(2, 3, 5, 6)).informationCoefficient).toBeCloseTo(1, 12);
    expect(metricsOf(floats(3, 2, 1), floats(1, 2, 3)).informationCoefficient).toBeCloseTo(-1, 12);
    // Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: covariance 4.5, variances 4.5 and 5.
    expect(metricsOf(floats(1, 2, 2, 3), floats(1, 2, 3, 4)).informationCoefficient).toBeCloseTo(
      4.5 / Math.sqrt(22.5),
      12,
    );
    expect(metricsOf(floats(0, 0, 0), floats(1, 2, 3)).informationCoefficient).toBe(0);
  });
});

describe("baselines", () => {
  const close = Float64Array.from({ length: 60 }, (_, row) => 100 * 1.01 ** row);
  const shape = { lookback: 4, horizon: 3 };
  const bps = Math.log(1.01) * 10_000;

  it("say that the price stays, that the last return comes again, that the mean comes", () => {
    const rows = baselinePredictions(close, { train: Int32Array.of(10, 11), judged: Int32Array.of(30, 31) }, shape);
    expect([...rows["zero-return"]]).toEqual([0, 0]);
    for (const name of ["last-return", "mean-return"] as const) expect(rows[name][1]).toBeCloseTo(3 * bps, 6);
  });

  it("have a late buyer's return beside them that leaves the window's own close out [M7]", () => {
    const [late] = lateReturns(close, Int32Array.of(30), shape);
    expect(late).toBeCloseTo(2 * bps, 6);
    const [behind] = lateReturns(close, Int32Array.of(30), { lookback: 4, horizon: 1 });
    expect(behind).toBeCloseTo(bps, 6);
  });
});

describe("the verdict", () => {
  it("asks for two standard errors of blocks, and for blocks enough to tell", () => {
    const random = lehmer(1);
    const noise = Float64Array.from({ length: 4000 }, () => random() - 0.5);
    // The mean's standard error is √(1/12 ÷ 4000) = 0.0046.
    expect(
      isAboveZero(
        noise.map((value) => value + 0.02),
        20,
      ),
    ).toBe(true);
    expect(
      isAboveZero(
        noise.map((value) => value + 0.002),
        20,
      ),
    ).toBe(false);
    expect(
      isAboveZero(
        Float64Array.from({ length: 100 }, () => 1),
        20,
      ),
    ).toBe(false);
  });

  it("does not take one lucky stretch of overlapping labels for many [M2]", () => {
    // Fifty stretches of one sign each: 5,000 numbers, but only fifty facts.
    const random = lehmer(5);
    const signs = Array.from({ length: 50 }, () => (random() < 0.5 ? -1 : 1));
    const mean = signs.reduce((sum: number, sign) => sum + sign, 0) / 50;
    const series = Float64Array.from({ length: 5000 }, (_, at) => signs[Math.floor(at / 100)]! - mean + 0.1);
    expect(isAboveZero(series, 1)).toBe(true);
    expect(isAboveZero(series, 100)).toBe(false);
  });

  it("needs lower errors, a rank correlation and a late buyer's profit, all of them [M2] [M7]", () => {
    const random = lehmer(2);
    const signal = Float64Array.from({ length: 2000 }, () => random() * 20 - 10);
    const outcomes = signal.map((value) => value + random() * 20 - 10);
    const noise = signal.map(() => random() * 20 - 10);
    const judged = {
      predictions: signal,
      outcomes,
      lateOutcomes: outcomes,
      baselines: { "zero-return": new Float64Array(2000), noise },
      horizon: 5,
    };
    expect(verdictOf(judged)).toBe("beats-baselines");
    const no = "no-better-than-baselines";
    expect(verdictOf({ ...judged, lateOutcomes: noise })).toBe(no);
    expect(verdictOf({ ...judged, predictions: signal.map((value) => value * 5) })).toBe(no);
    expect(verdictOf({ ...judged, baselines: { ...judged.baselines, same: signal } })).toBe(no);
    expect(verdictOf({ ...judged, predictions: noise })).toBe(no);
    // The signal scaled by `even` has the error of zero again; just below it the gain is there, but not beyond chance.
    const sumOf = (other: Float64Array) => signal.reduce((sum, value, at) => sum + value * other[at]!, 0);
    const even = (2 * sumOf(outcomes)) / sumOf(signal);
    const zero = new Float64Array(2000);
    const barely = { ...judged, predictions: signal.map((value) => value * even * 0.99), baselines: { zero } };
    expect(metricsOf(barely.predictions, outcomes).rmseBps).toBeLessThan(metricsOf(zero, outcomes).rmseBps);
    expect(metricsOf(barely.predictions, outcomes).maeBps).toBeLessThan(metricsOf(zero, outcomes).maeBps);
    expect(verdictOf(barely)).toBe(no);
  });
});
