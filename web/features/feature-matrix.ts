import type { CandleColumns } from "../../domain/candle.ts";
import { DAY_MS } from "../../domain/units.ts";
import { candleGrid, type CandleGrid } from "./candle-grid.ts";

/** Candles that a row of features looks back on, beside its own: the longest trailing window. */
export const FEATURE_MEMORY = 60;

/** Every feature at row t is made of the candles t − FEATURE_MEMORY … t, whose last one is closed. */
export const FEATURE_NAMES = [
  "return-1",
  "return-5",
  "return-15",
  "return-60",
  "range",
  "close-position",
  "volume-ratio",
  "volatility-60",
  "day-sine",
  "day-cosine",
] as const;
export const FEATURE_COUNT = FEATURE_NAMES.length;

/** What a network learns from, on the candle grid, oldest first. */
export type FeatureMatrix = {
  /** [rowCount, FEATURE_COUNT]; returns, range and volatility in bps, the rest without unit. Zero where not usable. */
  readonly rows: Float32Array;
  readonly rowCount: number;
  readonly intervalMs: number;
  readonly openTimeMs: Float64Array;
  readonly close: Float64Array;
  /** 1 where FEATURE_MEMORY rows stand before without a break. */
  readonly usable: Uint8Array;
  /** 1 where the exchange made a candle, 0 where silence was filled. */
  readonly traded: Uint8Array;
  /** Rows before this one without a break. */
  readonly rowsBefore: Uint32Array;
};

const BPS = 10_000;

/** Causal features of every candle; the same numbers wherever the series begins. Rules F1, F4, F5. */
export function featureMatrix(columns: CandleColumns, intervalMs: number): FeatureMatrix {
  const grid = candleGrid(columns, intervalMs);
  const rowCount = grid.openTimeMs.length;
  const logClose = grid.close.map(Math.log);
  const rows = new Float32Array(rowCount * FEATURE_COUNT);
  const usable = new Uint8Array(rowCount);
  for (let row = 0; row < rowCount; row += 1) {
    if (grid.rowsBefore[row]! < FEATURE_MEMORY) continue;
    usable[row] = 1;
    rows.set(featuresAt(grid, logClose, row), row * FEATURE_COUNT);
  }
  const { openTimeMs, close, traded, rowsBefore } = grid;
  return { rows, rowCount, intervalMs, openTimeMs, close, usable, traded, rowsBefore };
}

/** Trailing windows are summed anew for each row: running sums would carry the rounding of everything before them, and a
 *  row would depend on where its series began. */
function featuresAt(grid: CandleGrid, logClose: Float64Array, row: number): number[] {
  const returnOver = (candles: number) => (logClose[row]! - logClose[row - candles]!) * BPS;
  let volumeSum = 0;
  let squareSum = 0;
  for (let back = 0; back < FEATURE_MEMORY; back += 1) {
    volumeSum += grid.volume[row - back]!;
    squareSum += (logClose[row - back]! - logClose[row - back - 1]!) ** 2;
  }
  const high = grid.high[row]!;
  const low = grid.low[row]!;
  const meanVolume = volumeSum / FEATURE_MEMORY;
  const dayAngle = (2 * Math.PI * (grid.openTimeMs[row]! % DAY_MS)) / DAY_MS;
  return [
    returnOver(1),
    returnOver(5),
    returnOver(15),
    returnOver(60),
    Math.log(high / low) * BPS,
    high > low ? (grid.close[row]! - low) / (high - low) - 0.5 : 0,
    meanVolume > 0 ? Math.log1p(grid.volume[row]! / meanVolume) : 0,
    Math.sqrt(squareSum / FEATURE_MEMORY) * BPS,
    Math.sin(dayAngle),
    Math.cos(dayAngle),
  ];
}
