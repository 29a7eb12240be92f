import { describe, expect, it } from "vitest";
import type { Candle } from "../../domain/candle.ts";
import { epochMs, MINUTE_MS, SECOND_MS } from "../../domain/units.ts";
import { followCandles } from "./candle-follow.ts";

const FIRST = Date.UTC(2024, 0, 10, 3);
const candle = (minute: number, close = 100): Candle => ({
  openTimeMs: epochMs(FIRST + minute * MINUTE_MS),
  open: close,
  high: close,
  low: close,
  close,
  volume: 1,
  value: close,
});
const at = (minute: number, seconds: number) => epochMs(FIRST + minute * MINUTE_MS + seconds * SECOND_MS);

describe("a running candle", () => {
  it("is what was received last, and closes when a later one begins [C4]", () => {
    const follow = followCandles(null);
    expect(follow.take(candle(0, 100))).toBeNull();
    expect(follow.take(candle(0, 101))).toBeNull();
    expect(follow.take(candle(1))).toEqual(candle(0, 101));
    expect(follow.running()).toEqual(candle(1));
  });

  it("closes two seconds after its minute, not before, and only once [C4]", () => {
    const follow = followCandles(null);
    follow.take(candle(0));
    expect(follow.passTime(at(1, 1.9), at(1, 1.9))).toBeNull();
    expect(follow.passTime(at(1, 2), at(1, 2))).toEqual(candle(0));
    expect(follow.passTime(at(1, 3), at(1, 3))).toBeNull();
    expect(follow.take(candle(1))).toBeNull();
  });

  it("does not close by time while the link is silent [C4]", () => {
    const follow = followCandles(null);
    follow.take(candle(0));
    expect(follow.passTime(at(5, 0), at(0, 40))).toBeNull();
    expect(follow.passTime(at(5, 0), at(1, 5))).toEqual(candle(0));
  });

  it("that broke off with the link is never closed half full [C4]", () => {
    const follow = followCandles(null);
    follow.take(candle(0));
    follow.forget();
    expect(follow.take(candle(2))).toBeNull();
    expect(follow.take(candle(3))).toEqual(candle(2));
  });

  it("of a minute already closed is counted and left out [C4]", () => {
    const follow = followCandles(candle(0).openTimeMs);
    expect(follow.take(candle(0, 99))).toBeNull();
    expect(follow.running()).toBeNull();
    follow.take(candle(1));
    follow.take(candle(2));
    expect(follow.take(candle(1, 99))).toBeNull();
    follow.skipTo(candle(2).openTimeMs);
    expect(follow.running()).toBeNull();
    expect(follow.lateCount()).toBe(2);
  });
});
