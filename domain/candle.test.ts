import { describe, expect, it } from "vitest";
import { candleAt, candleFlaw, columnsOf, type Candle } from "./candle.ts";
import { epochMs, MINUTE_MS } from "./units.ts";

const candle: Candle = {
  openTimeMs: epochMs(1_700_000_040_000),
  open: 10,
  high: 12,
  low: 9,
  close: 11,
  volume: 3,
  value: null,
};

describe("a candle", () => {
  it("is refused when it breaks the exchange's own order [C2]", () => {
    expect(candleFlaw(candle, MINUTE_MS)).toBeNull();
    for (const wrong of [
      { low: 10.5 },
      { high: 10.5 },
      { low: 0 },
      { openTimeMs: epochMs(1_700_000_040_001) },
      { volume: -1 },
      { close: NaN },
      { value: -1 },
    ])
      expect(candleFlaw({ ...candle, ...wrong }, MINUTE_MS), JSON.stringify(wrong)).not.toBeNull();
  });

  it("comes back from columns as it went in, an unknown value included [C2]", () => {
    const rows = [candle, { ...candle, openTimeMs: epochMs(1_700_000_100_000), value: 33.5 }];
    const columns = columnsOf(rows);
    expect(rows.map((_, row) => candleAt(columns, row))).toEqual(rows);
  });
});
