import { describe, expect, it } from "vitest";
import { createRateLimits } from "./rate-limits.ts";

describe("rate limits", () => {
  it("count quotation in whole seconds and tell what is left [1.5]", () => {
    const limits = createRateLimits();
    const answers = Array.from({ length: 11 }, () => limits("candle", "1", 5_900));
    expect(answers.map(({ allowed }) => allowed)).toEqual([...Array(10).fill(true), false]);
    expect(answers[0]!.header).toBe("group=candles; min=600; sec=9");
    expect(answers[10]!.header).toBe("group=candles; min=600; sec=0");
    expect(limits("candle", "1", 6_000).allowed).toBe(true);
    expect(limits("candle", "2", 5_900).allowed).toBe(true);
  });

  it("refill exchange groups evenly [1.5]", () => {
    const limits = createRateLimits();
    for (let at = 0; at < 12; at++) expect(limits("order", "demo", 0).allowed).toBe(true);
    expect(limits("order", "demo", 0)).toEqual({ allowed: false, header: "group=order; min=720; sec=0" });
    expect(limits("order", "demo", 84).allowed).toBe(true);
    expect(limits("order", "demo", 84).allowed).toBe(false);
    expect(limits("default", "demo", 84).header).toBe("group=default; min=1800; sec=29");
  });

  it("let a page ask once in ten seconds [1.6]", () => {
    const limits = createRateLimits();
    expect(limits("origin", "1", 0).allowed).toBe(true);
    expect(limits("origin", "1", 9_999).allowed).toBe(false);
    expect(limits("origin", "1", 10_000).allowed).toBe(true);
  });
});
