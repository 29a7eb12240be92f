import { assert } from "../../domain/assert.ts";
import type { CandleColumns } from "../../domain/candle.ts";

/** The longest run of missing candles that is filled. The exchange makes no candle for a minute without a trade, so short
 *  runs are silence and the last price still stands; a longer one is an outage or a recording fault, and what the price
 *  did inside it is not known. Ten minutes holds the silence of a thin market and is far below the outages on record. */
export const MOST_FILLED = 10;

/** Candles on a regular grid, oldest first. Where a hole is longer than MOST_FILLED the grid breaks off and begins anew
 *  behind it: a row's neighbour is one interval away, or further than MOST_FILLED of them. */
export type CandleGrid = {
  readonly openTimeMs: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  /** 1 where the exchange made a candle, 0 where silence was filled: previous close, no volume. */
  readonly traded: Uint8Array;
  /** How many rows stand before this one without a break, itself not counted. */
  readonly rowsBefore: Uint32Array;
};

/** Silent minutes are filled forward, long holes break the grid. Rule F4.
 *  @throws AssertionError if the candles are not strictly increasing in time or not on the grid */
export function candleGrid(columns: CandleColumns, intervalMs: number): CandleGrid {
  const steps = stepsBetween(columns.openTimeMs, intervalMs);
  const length = steps.reduce((rows, step) => rows + (isFilled(step) ? step : 1), 0);
  const grid = emptyGrid(length);
  let row = 0;
  steps.forEach((step, candle) => {
    const filled = isFilled(step) ? step - 1 : 0;
    for (let minute = 1; minute <= filled; minute += 1, row += 1) fillRow(grid, row, intervalMs);
    grid.openTimeMs[row] = columns.openTimeMs[candle]!;
    grid.high[row] = columns.high[candle]!;
    grid.low[row] = columns.low[candle]!;
    grid.close[row] = columns.close[candle]!;
    grid.volume[row] = columns.volume[candle]!;
    grid.traded[row] = 1;
    grid.rowsBefore[row] = isFilled(step) ? grid.rowsBefore[row - 1]! + 1 : 0;
    row += 1;
  });
  return grid;
}

/** Intervals from the previous candle to each one; 0 for the first, which has none. */
function stepsBetween(openTimeMs: Float64Array, intervalMs: number): Uint32Array {
  return Uint32Array.from(openTimeMs, (time, candle) => {
    assert(time % intervalMs === 0, `candle ${candle} is not on the grid`);
    if (candle === 0) return 0;
    assert(time > openTimeMs[candle - 1]!, `candle ${candle} is not later than the one before`);
    return (time - openTimeMs[candle - 1]!) / intervalMs;
  });
}

const isFilled = (step: number): boolean => step >= 1 && step <= MOST_FILLED + 1;

function fillRow(grid: CandleGrid, row: number, intervalMs: number): void {
  const close = grid.close[row - 1]!;
  grid.openTimeMs[row] = grid.openTimeMs[row - 1]! + intervalMs;
  grid.high[row] = close;
  grid.low[row] = close;
  grid.close[row] = close;
  grid.rowsBefore[row] = grid.rowsBefore[row - 1]! + 1;
}

function emptyGrid(length: number): CandleGrid {
  return {
    openTimeMs: new Float64Array(length),
    high: new Float64Array(length),
    low: new Float64Array(length),
    close: new Float64Array(length),
    volume: new Float64Array(length),
    traded: new Uint8Array(length),
    rowsBefore: new Uint32Array(length),
  };
}
