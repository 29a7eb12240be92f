import { describe, expect, it } from "vitest";
import { columnsOf } from "../../../domain/candle.ts";
import { epochMs, MINUTE_MS } from "../../../domain/units.ts";
import { barsOf, grownBar, runningBar } from "./aggregate.ts";

const start = Date.UTC(2026, 10, 22, 3, 0);
const minute = (at: number, low: number, high: number) => ({
  openTimeMs: epochMs(start + at * MINUTE_MS),
  open: low,
  high,
  low,
  close: high,
  volume: 1,
  value: null,
});

describe("chart bars", () => {
  const columns = columnsOf([minute(3, 10, 12), minute(4, 9, 11), minute(5, 8, 20), minute(11, 7, 9)]);

  it("join minutes into five-minute bars and leave silent ones out", () => {
    const bars = barsOf(columns, 5 * MINUTE_MS);
    expect(
      bars.map(({ openTimeMs, open, high, low, close, volume }) => [
        (openTimeMs - start) / MINUTE_MS,
        open,
        high,
        low,
        close,
        volume,
      ]),
    ).toEqual([
      [0, 10, 12, 9, 11, 2],
      [5, 8, 20, 8, 20, 1],
      [10, 7, 9, 7, 9, 1],
    ]);
  });

  it("grow by a new price, begin anew in a new interval and ignore an older price", () => {
    const last = barsOf(columns, MINUTE_MS).at(-1)!;
    expect(grownBar(last, epochMs(start + 11.5 * MINUTE_MS), 30, MINUTE_MS)).toMatchObject({
      open: 7,
      high: 30,
      close: 30,
    });
    expect(grownBar(last, epochMs(start + 12 * MINUTE_MS), 30, MINUTE_MS)).toMatchObject({ open: 30, low: 30 });
    expect(grownBar(last, epochMs(start + 2 * MINUTE_MS), 30, MINUTE_MS)).toBeNull();
  });

  it("is the collector's own where it knows a later minute than the last closed one", () => {
    const closed = { openTimeMs: epochMs(0), open: 1, high: 1, low: 1, close: 1, volume: 1 };
    const running = { ...closed, openTimeMs: epochMs(MINUTE_MS), value: 1 };
    expect(runningBar(closed, running)).toBe(running);
    expect(runningBar(closed, { ...running, openTimeMs: closed.openTimeMs })).toBeNull();
    expect(runningBar(closed, null)).toBeNull();
  });
});
