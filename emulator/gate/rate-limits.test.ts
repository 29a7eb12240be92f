import { describe, expect, it } from "vitest";
import { createRateLimits, type RateLimits } from "./rate-limits.ts";
import { DEFAULT_SWITCHES, type Switches } from "../switches.ts";

const made = (given: Partial<Switches> = {}) => createRateLimits(() => ({ ...DEFAULT_SWITCHES, ...given }));
const statusOf = (limits: RateLimits, ...asked: Parameters<RateLimits["take"]>) => {
  const rate = limits.take(...asked);
  return rate.allowed ? 200 : rate.status;
};

describe("rate limits", () => {
  it("count quotation in whole seconds by address and tell what is left (1.5)", () => {
    const limits = made();
    const answers = Array.from({ length: 11 }, () => limits.take("candle", "1", 5_900));
    expect(answers.map(({ allowed }) => allowed)).toEqual([...Array(10).fill(true), false]);
    expect(answers[0]!.header).toBe("group=candles; min=600; sec=9");
    expect(answers[10]).toEqual({
      allowed: false,
      status: 429,
      waitMs: 100,
      header: "group=candles; min=600; sec=0",
    });
    expect(limits.take("candle", "1", 6_000).allowed).toBe(true);
    expect(limits.take("candle", "2", 5_900).allowed).toBe(true);
  });

  it("refill exchange groups evenly, each pocket's own (1.5)", () => {
    const limits = made();
    for (let at = 0; at < 12; at++) expect(limits.take("order", "main", 0).allowed).toBe(true);
    expect(limits.take("order", "main", 0)).toMatchObject({ status: 429, header: "group=order; min=720; sec=0" });
    expect(limits.take("order", "sub", 0).allowed).toBe(true);
    expect(limits.take("order", "main", 84).allowed).toBe(true);
    expect(limits.take("order", "main", 84).allowed).toBe(false);
    expect(limits.take("default", "main", 84).header).toBe("group=default; min=1800; sec=29");
    expect(limits.take("orderTest", "main", 84).header).toBe("group=order-test; min=480; sec=7");
  });

  it("let all orders be cancelled once in two seconds (1.5)", () => {
    const limits = made();
    expect(limits.take("orderCancelAll", "main", 0).header).toMatch(/^group=order-cancel-all; /);
    expect(limits.take("orderCancelAll", "main", 1_999)).toMatchObject({ allowed: false, waitMs: 1 });
    expect(limits.take("orderCancelAll", "main", 2_000).allowed).toBe(true);
  });

  it("let a page ask once in ten seconds (1.6)", () => {
    const limits = made();
    expect(statusOf(limits, "origin", "1", 0)).toBe(200);
    expect(statusOf(limits, "origin", "1", 9_999)).toBe(429);
    expect(statusOf(limits, "origin", "1", 10_000)).toBe(200);
  });

  it("block whoever goes on after 429 on all groups of that side, each time for longer (1.5)", () => {
    const limits = made();
    const provoke = (wallMs: number) => {
      for (let at = 0; at < 200; at++) {
        const rate = limits.take("ticker", "1", wallMs);
        if (!rate.allowed && rate.status === 418) return rate.waitMs;
      }
      return null;
    };
    expect(provoke(1_000)).toBe(10_000);
    expect(statusOf(limits, "candle", "1", 10_999)).toBe(418);
    expect(statusOf(limits, "candle", "2", 10_999)).toBe(200);
    expect(statusOf(limits, "order", "1", 10_999)).toBe(200);
    expect(statusOf(limits, "candle", "1", 11_000)).toBe(200);
    expect(provoke(11_000)).toBe(20_000);
    expect(provoke(40_000)).toBe(40_000);
    expect(provoke(40_000 + 2 * 3_600_000)).toBe(10_000);
  });

  it("leave alone whoever stops at the first 429 (1.5)", () => {
    const limits = made();
    const statuses = Array.from({ length: 600 }, (_, at) =>
      statusOf(limits, "ticker", "1", Math.floor(at / 11) * 1_000),
    );
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
  });

  it("show what is left before or after the request, under either spelling, as the switches say (9.2)", () => {
    expect(made({ remainingCountsThis: false }).take("ticker", "1", 0).header).toBe("group=ticker; min=600; sec=10");
    const old = made({ groupNames: "underscores", orderMin: 480 });
    expect(old.take("orderCancelAll", "1", 0).header).toMatch(/^group=order_cancel_all; /);
    expect(old.take("order", "1", 0).header).toBe("group=order; min=480; sec=11");
  });
});
