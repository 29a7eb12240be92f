import { emptyColumns, type CandleColumns } from "../domain/candle.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../domain/units.ts";
import { createRandom, normal, remix, type Random } from "./random.ts";
import type { PriceGrid } from "./price-grid.ts";
import { UNITS_PER_COIN, type MinuteBlock, type MinuteSeries } from "./minute-series.ts";

/** How a generated market behaves and where it begins. */
export type SyntheticTerms = {
  readonly marketHash: number;
  readonly grid: PriceGrid;
  /** First minute; days are counted from here. */
  readonly firstMs: number;
  readonly firstPrice: number;
  readonly homePrice: number;
  readonly dailyDeviation: number;
  readonly minuteValue: number;
  readonly silentShare: number;
};

/** Pull towards the home price a day: keeps a market in a sane range for ever (deviation about 7 daily ones). */
const HOMING = 0.01;
/** Log volatility: memory and shock a day, and a minute. Measured series cluster with a memory of days and of tens of minutes. */
const DAY_VOLATILITY = { memory: 0.9, shock: 0.18 };
const MINUTE_VOLATILITY = { memory: 0.97, shock: 0.12 };
const MINUTES_A_DAY = DAY_MS / MINUTE_MS;
/** Generated days kept in memory for each market: about 10 MB. */
const MOST_DAYS = 128;

/** Activity by hour of the UTC day (0 = 09:00 in Korea): a burst at the day's turn, quiet Korean small hours. */
const HOURLY = [
  1.9, 1.4, 1.1, 1, 0.9, 0.9, 0.95, 1, 1.05, 1, 1.05, 1.1, 1.15, 1.3, 1.45, 1.35, 1.1, 0.85, 0.65, 0.55, 0.5, 0.6, 0.75,
  1.1,
] as const;

type DayState = { readonly logPrice: number; readonly logVolatility: number };

/** A market out of a seed: clustered volatility, a daily rhythm, silent minutes. A coarse walk gives each day its first
 *  and last price, so that any day can be made without the days before it. */
export function syntheticSeries(terms: SyntheticTerms): MinuteSeries {
  const walk: DayState[] = [{ logPrice: Math.log(terms.firstPrice), logVolatility: 0 }];
  const days = new Map<number, MinuteBlock>();
  const stateAt = (day: number): DayState => {
    while (walk.length <= day) walk.push(nextDay(terms, walk.at(-1)!, walk.length));
    return walk[day]!;
  };
  return {
    firstMs: terms.firstMs,
    blockAt: (ms) => {
      if (ms < terms.firstMs) return null;
      const day = Math.floor((ms - terms.firstMs) / DAY_MS);
      let block = days.get(day);
      if (!block) {
        block = makeDay(terms, day, [stateAt(day), stateAt(day + 1)]);
        if (days.size >= MOST_DAYS) days.delete(days.keys().next().value!);
        days.set(day, block);
      }
      return block;
    },
  };
}

function nextDay(terms: SyntheticTerms, { logPrice, logVolatility }: DayState, day: number): DayState {
  const random = createRandom(remix(remix(terms.marketHash, day), 2));
  const volatility = DAY_VOLATILITY.memory * logVolatility + DAY_VOLATILITY.shock * normal(random);
  const move = terms.dailyDeviation * Math.exp(logVolatility) * normal(random);
  return {
    logPrice: logPrice + HOMING * (Math.log(terms.homePrice) - logPrice) + move,
    logVolatility: volatility,
  };
}

function makeDay(terms: SyntheticTerms, day: number, [from, to]: readonly [DayState, DayState]): MinuteBlock {
  const fromMs = terms.firstMs + day * DAY_MS;
  const random = createRandom(remix(remix(terms.marketHash, day), 3));
  const { logMiddle, deviation } = bridge(terms, fromMs, [from, to], random);
  const columns = emptyColumns(MINUTES_A_DAY);
  let rows = 0;
  let last = terms.grid.nearest(Math.exp(from.logPrice));
  for (let minute = 0; minute < MINUTES_A_DAY; minute++) {
    const active = deviation[minute]! / (terms.dailyDeviation / Math.sqrt(MINUTES_A_DAY));
    // Drawn for silent minutes too: the stream must not depend on what became of them.
    const shape = {
      up: Math.abs(normal(random)),
      down: Math.abs(normal(random)),
      side: random(),
      flow: normal(random),
    };
    if (random() < terms.silentShare / Math.max(0.3, active)) continue;
    const middle = Math.exp(logMiddle[minute]!);
    const open = terms.grid.step(last, random() < 0.4 ? (random() < 0.5 ? 1 : -1) : 0);
    const close = shape.side < 0.5 ? terms.grid.down(middle) : terms.grid.up(middle);
    const reach = middle * deviation[minute]! * 0.6;
    const high = terms.grid.nearest(Math.max(open, close) + shape.up * reach);
    const low = terms.grid.nearest(Math.min(open, close) - shape.down * reach);
    const value = terms.minuteValue * active * Math.exp(0.9 * shape.flow - 0.4);
    writeRow(columns, rows++, [fromMs + minute * MINUTE_MS, open, high, low, close, value / middle]);
    last = close;
  }
  return { fromMs, toMs: fromMs + DAY_MS, columns: cut(columns, rows) };
}

function writeRow(columns: CandleColumns, row: number, cells: readonly number[]): void {
  const [openTimeMs, open, high, low, close, volume] = cells as [number, number, number, number, number, number];
  columns.openTimeMs[row] = openTimeMs;
  columns.open[row] = open;
  columns.high[row] = Math.max(high, open, close);
  columns.low[row] = Math.min(low, open, close);
  columns.close[row] = close;
  columns.volume[row] = Math.max(100, Math.round(volume * UNITS_PER_COIN)) / UNITS_PER_COIN;
  columns.value[row] = NaN;
}

const cut = (columns: CandleColumns, rows: number): CandleColumns => ({
  openTimeMs: columns.openTimeMs.slice(0, rows),
  open: columns.open.slice(0, rows),
  high: columns.high.slice(0, rows),
  low: columns.low.slice(0, rows),
  close: columns.close.slice(0, rows),
  volume: columns.volume.slice(0, rows),
  value: columns.value.slice(0, rows),
});

/** The middle price's log at each minute's end, led to the next day's first price, and each minute's deviation. */
function bridge(terms: SyntheticTerms, fromMs: number, [from, to]: readonly [DayState, DayState], random: Random) {
  const logMiddle = new Float64Array(MINUTES_A_DAY);
  const deviation = new Float64Array(MINUTES_A_DAY);
  const base = (terms.dailyDeviation * Math.exp(from.logVolatility)) / Math.sqrt(MINUTES_A_DAY);
  const variance = new Float64Array(MINUTES_A_DAY);
  let cluster = 0;
  let sum = 0;
  let varianceSum = 0;
  for (let minute = 0; minute < MINUTES_A_DAY; minute++) {
    cluster = MINUTE_VOLATILITY.memory * cluster + MINUTE_VOLATILITY.shock * normal(random);
    const hour = Math.floor(((fromMs + minute * MINUTE_MS) % DAY_MS) / HOUR_MS);
    deviation[minute] = base * Math.sqrt(HOURLY[hour]!) * Math.exp(cluster);
    sum += deviation[minute]! * normal(random);
    varianceSum += deviation[minute]! ** 2;
    logMiddle[minute] = sum;
    variance[minute] = varianceSum;
  }
  const missing = to.logPrice - from.logPrice - sum;
  for (let minute = 0; minute < MINUTES_A_DAY; minute++)
    logMiddle[minute] = from.logPrice + logMiddle[minute]! + (missing * variance[minute]!) / varianceSum;
  return { logMiddle, deviation };
}
