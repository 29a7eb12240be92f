import type { PriceGrid } from "./price-grid.ts";
import { remix } from "./random.ts";
import { MINUTE_MS } from "../../domain/units.ts";

/** One-minute candles by column, oldest first; silent minutes have no row. */
export type MinuteColumns = {
  readonly openTimeMs: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  /** Volume in 1e-8 of the base currency; whole numbers. */
  readonly units: Float64Array;
  /** What all prices of the row are multiples of, see `stepOf`. */
  readonly step: Float64Array;
  /** Σ units × (price − low) / step: with `units` it makes the traded value exact. NaN where the minute's
   *  own trades decide it, see `minutePath`. */
  readonly moment: Float64Array;
  /** Values that no moment stands for, 1e-16 of the quote currency, by start: recorded ones that no trades on the tick
   *  grid add up to, and those that the trades decided. */
  readonly values: Map<number, bigint>;
};
export const MINUTE_COLUMNS = ["openTimeMs", "open", "high", "low", "close", "units", "step", "moment"] as const;

/** A recorded candle wider than a minute, and when the last of its trades happened. */
export type WholeCandle = {
  readonly openTimeMs: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** 1e-8 of the base currency. */
  readonly units: bigint;
  /** 1e-16 of the quote currency. */
  readonly value: bigint;
  readonly lastTradeMs: number;
};

/** A run of minutes. `whole` is what they add up to where a recording says so; `columns` are made when they are read. */
export type MinuteBlock = {
  readonly fromMs: number;
  readonly toMs: number;
  readonly whole: WholeCandle | null;
  readonly columns: MinuteColumns;
};

/** All minutes of a market for ever, as a pure function of seed and tape: any block can be made again on its own. */
export type MinuteSeries = {
  /** No minute begins before this. */
  readonly firstMs: number;
  /** The block that holds `ms`, null before `firstMs`. */
  blockAt(ms: number): MinuteBlock | null;
};

/** Volumes are counted in 1e-8 of the base currency. */
export const UNITS_PER_COIN = 1e8;
/** Prices are whole multiples of 1e-8 of every quote currency; values, as price × volume, of 1e-16. */
export const PRICE_QUANTA = 1e8;
export const unitsOf = (volume: number): number => Math.round(volume * UNITS_PER_COIN);

export function emptyMinutes(rows: number, values = new Map<number, bigint>()): MinuteColumns {
  const column = () => new Float64Array(rows);
  return {
    openTimeMs: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    units: column(),
    step: column(),
    moment: column(),
    values,
  };
}

/** Rows from `from` to before `to`, not copied. */
export const cutMinutes = (columns: MinuteColumns, [from, to]: readonly [number, number]): MinuteColumns => ({
  openTimeMs: columns.openTimeMs.subarray(from, to),
  open: columns.open.subarray(from, to),
  high: columns.high.subarray(from, to),
  low: columns.low.subarray(from, to),
  close: columns.close.subarray(from, to),
  units: columns.units.subarray(from, to),
  step: columns.step.subarray(from, to),
  moment: columns.moment.subarray(from, to),
  values: columns.values,
});

type Corners = Pick<WholeCandle, "open" | "high" | "low" | "close">;

/** The step that all four prices of a candle are multiples of: the tick at its low, which divides every coarser one, or
 *  less where the recording is from a time of other ticks. */
export function stepOf(grid: PriceGrid, { open, high, low, close }: Corners): number {
  let step = grid.tickAt(low);
  const fits = (price: number) => Math.abs(price / step - Math.round(price / step)) < 1e-5;
  while (step > 1 / PRICE_QUANTA && !(fits(low) && fits(high) && fits(open) && fits(close)))
    step /= /^[^1-9]*5/.test(String(step)) ? 5 : 2;
  return step;
}

/** `count` steps as the double nearest to the exact decimal. */
export const priceOfSteps = (step: number, count: number): number =>
  step >= 1 ? count * step : count / Math.round(1 / step);

export const cornersOf = (columns: MinuteColumns, row: number): Corners => ({
  open: columns.open[row]!,
  high: columns.high[row]!,
  low: columns.low[row]!,
  close: columns.close[row]!,
});

/** Steps between low and high of a row. */
export const stepsHigh = ({ high, low, step }: MinuteColumns, row: number): number =>
  Math.round((high[row]! - low[row]!) / step[row]!);

/** Smallest volume of a row, in units for each step of its range, whose value can be chosen freely. */
const UNITS_PER_STEP = 300;
export const valueIsFree = (units: number, steps: number): boolean =>
  steps > 0 && units >= UNITS_PER_STEP * (steps + 4) && units * steps < Number.MAX_SAFE_INTEGER;

/** Where between low and high the mean price of a minute lies that nobody recorded a value for: between the corners'
 *  mean and chance, well inside, so that a split of the volume exists. */
export function freeMean(marketHash: number, openTimeMs: number, { open, high, low, close }: Corners): number {
  const draw = remix(remix(marketHash, openTimeMs / MINUTE_MS), 6) / 4_294_967_296;
  const corners = high > low ? (open + close - 2 * low) / (2 * (high - low)) : 0.5;
  return 0.25 + 0.25 * corners + 0.25 * draw;
}

/** The moment that goes with it; NaN where the volume is too small for a choice. Needs all other columns of the row. */
export function freeMoment(marketHash: number, columns: MinuteColumns, row: number): number {
  const steps = stepsHigh(columns, row);
  if (steps === 0) return 0;
  const units = columns.units[row]!;
  if (!valueIsFree(units, steps)) return NaN;
  return Math.floor(units * steps * freeMean(marketHash, columns.openTimeMs[row]!, cornersOf(columns, row)));
}

/** Price × volume of a row from its moment, exact, 1e-16 of the quote currency. */
export function valueFromMoment({ low, step, units, moment }: MinuteColumns, row: number): bigint {
  const lowSteps = Math.round(low[row]! / step[row]!);
  const quantum = BigInt(Math.round(step[row]! * PRICE_QUANTA));
  const product = lowSteps * units[row]!;
  // Most fit a double exactly, which is many times faster.
  if (product + moment[row]! < Number.MAX_SAFE_INTEGER) return quantum * BigInt(product + moment[row]!);
  return quantum * (BigInt(lowSteps) * BigInt(units[row]!) + BigInt(moment[row]!));
}

/** When the last trade of a minute happens, milliseconds since its start: late, as a minute's last trade is. Asked for
 *  far more often than the trades themselves. */
export function lastOffsetMs(marketHash: number, openTimeMs: number): number {
  const draw = remix(remix(marketHash, openTimeMs / MINUTE_MS), 7) / 4_294_967_296;
  return MINUTE_MS - 1 - Math.floor(Math.min(0.66, -0.05 * Math.log(1 - draw)) * MINUTE_MS);
}

/** First row whose time is at or after `ms`. */
export function firstRowFrom(openTimeMs: Float64Array, ms: number): number {
  let low = 0;
  let high = openTimeMs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (openTimeMs[middle]! < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Rows with fromMs ≤ start < toMs, oldest first. */
export function eachMinute(
  series: MinuteSeries,
  fromMs: number,
  toMs: number,
  visit: (columns: MinuteColumns, row: number) => void,
): void {
  let at = Math.max(fromMs, series.firstMs);
  while (at < toMs) {
    const block = series.blockAt(at)!;
    const { columns } = block;
    const { openTimeMs } = columns;
    for (let row = firstRowFrom(openTimeMs, at); row < openTimeMs.length && openTimeMs[row]! < toMs; row++)
      visit(columns, row);
    at = block.toMs;
  }
}

/** Rows that start before `beforeMs`, newest first, until `visit` answers false or the series ends. */
export function eachMinuteBack(
  series: MinuteSeries,
  beforeMs: number,
  visit: (columns: MinuteColumns, row: number) => boolean,
): void {
  let before = beforeMs;
  for (;;) {
    const block = series.blockAt(before - 1);
    if (!block) return;
    const { columns } = block;
    for (let row = firstRowFrom(columns.openTimeMs, before) - 1; row >= 0; row--) if (!visit(columns, row)) return;
    before = block.fromMs;
  }
}

/** One series up to `second.firstMs`, another from there on. */
export function joinSeries(first: MinuteSeries, second: MinuteSeries): MinuteSeries {
  return {
    firstMs: first.firstMs,
    blockAt: (ms) => (ms < second.firstMs ? first.blockAt(ms) : second.blockAt(ms)),
  };
}
