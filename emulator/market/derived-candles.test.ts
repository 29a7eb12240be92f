import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { columnsOf, type Candle, type CandleColumns } from "../../domain/candle.ts";
import { deriveCandles, DERIVED_INTERVALS_MS } from "../../domain/derive-candles.ts";
import { exchangeUtc, parseInstant } from "../../domain/time.ts";
import { DAY_MS, epochMs, MINUTE_MS } from "../../domain/units.ts";
import type { UpbitCandle } from "../../domain/upbit.ts";
import { startEmulator, type Emulator } from "../start-emulator.ts";

/** Three exchange days around the outage of 2024-01-28, with the minutes that the recorder lost. */
const [FROM, TO] = [Date.UTC(2024, 0, 27), Date.UTC(2024, 0, 30)];

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({
    tapes: ["data/upbit-KRW-BTC-1m-2024-01_2024-03.csv.gz"],
    fromMs: epochMs(Date.UTC(2024, 0, 31)),
  });
});
afterAll(() => emulator.close());

/** The exchange's own candles that begin in the three days, oldest first. */
async function asked(intervalMs: number): Promise<CandleColumns> {
  const unit = intervalMs === DAY_MS ? "days" : `minutes/${intervalMs / MINUTE_MS}`;
  const candles: Candle[] = [];
  for (let toMs = TO; ;) {
    const query = `market=KRW-BTC&count=200&to=${encodeURIComponent(`${exchangeUtc(epochMs(toMs))}Z`)}`;
    const answer = await fetch(`${emulator.rest}/v1/candles/${unit}?${query}`);
    if (answer.status === 429) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      continue;
    }
    const rows = (await answer.json()) as UpbitCandle[];
    for (const row of rows) candles.push(candleOf(row));
    toMs = candles.at(-1)?.openTimeMs ?? FROM;
    if (rows.length < 200 || toMs <= FROM) break;
  }
  return columnsOf(candles.filter((candle) => candle.openTimeMs >= FROM).toReversed());
}

function candleOf(row: UpbitCandle): Candle {
  const start = parseInstant(row.candle_date_time_utc);
  return {
    openTimeMs: start.ok ? start.value : epochMs(NaN),
    open: row.opening_price,
    high: row.high_price,
    low: row.low_price,
    close: row.trade_price,
    volume: row.candle_acc_trade_volume,
    value: row.candle_acc_trade_price,
  };
}

/** Largest difference of two columns as a share of what stands there. */
const apart = (one: Float64Array, other: Float64Array): number =>
  one.reduce((most, value, row) => Math.max(most, Math.abs(value - other[row]!) / Math.abs(other[row]!)), 0);

describe("candles made of minutes", () => {
  it("are the exchange's own of each width: prices to the bit, sums to one part in a billion (3.2) [C20]", async () => {
    const minutes = await asked(MINUTE_MS);
    expect(minutes.openTimeMs.length).toBeGreaterThan(4_000);
    expect(minutes.openTimeMs.length).toBeLessThan(3 * 1_440 - 53);
    for (const intervalMs of DERIVED_INTERVALS_MS) {
      const derived = deriveCandles(minutes, intervalMs);
      const own = await asked(intervalMs);
      for (const name of ["openTimeMs", "open", "high", "low", "close"] as const)
        expect([...derived[name]], `${name} of ${intervalMs}`).toEqual([...own[name]]);
      expect(apart(derived.volume, own.volume)).toBeLessThan(1e-9);
      expect(apart(derived.value, own.value)).toBeLessThan(1e-9);
    }
  });
});
