import { DAY_MS, MINUTE_MS } from "../../domain/units.ts";
import { MINUTES_A_DAY, type AssetDay, type AssetWalk } from "./asset-walk.ts";
import type { MarketCharacter } from "./catalog.ts";
import { createNormal, createRandom, remix } from "../market/random.ts";
import type { PriceGrid } from "../market/price-grid.ts";
import {
  cutMinutes,
  emptyMinutes,
  freeMoment,
  UNITS_PER_COIN,
  type MinuteBlock,
  type MinuteColumns,
  type MinuteSeries,
} from "../market/minute-series.ts";
import { recentOf } from "../market/recent.ts";

/** How a generated market behaves and where it begins. */
export type SyntheticTerms = Pick<MarketCharacter, "dailyDeviation" | "minuteValue" | "silentShare"> & {
  readonly marketHash: number;
  readonly grid: PriceGrid;
  /** First minute. */
  readonly firstMs: number;
  /** Where the price would be without ticks and a spread, quote currency. */
  readonly walk: AssetWalk;
};

/** Generated days kept in memory for each market: about 80 KB each. */
const KEPT_DAYS = 20;
/** Least volume of a generated minute, 1e-8 coins. */
const LEAST_UNITS = 1_000;

/** A market out of a seed: clustered volatility, a daily rhythm, silent minutes. Any UTC day is made on its own. */
export function syntheticSeries(terms: SyntheticTerms): MinuteSeries {
  const days = recentOf<number, MinuteBlock>(KEPT_DAYS);
  return {
    firstMs: terms.firstMs,
    blockAt: (ms) => {
      if (ms < terms.firstMs) return null;
      const dayMs = Math.floor(ms / DAY_MS) * DAY_MS;
      return days(dayMs, () => {
        const fromMs = Math.max(dayMs, terms.firstMs);
        const columns = makeDay(terms, dayMs);
        const first = columns.openTimeMs.findIndex((time) => time >= fromMs);
        return {
          fromMs,
          toMs: dayMs + DAY_MS,
          whole: null,
          columns: first <= 0 ? columns : cutMinutes(columns, [first, columns.openTimeMs.length]),
        };
      });
    },
  };
}

function makeDay(terms: SyntheticTerms, dayMs: number): MinuteColumns {
  const { grid, walk } = terms;
  const random = createRandom(remix(remix(terms.marketHash, dayMs / DAY_MS), 3));
  const normal = createNormal(random);
  const day = walk.day(dayMs);
  const columns = emptyMinutes(MINUTES_A_DAY);
  let rows = 0;
  let last = grid.nearest(Math.exp(day.logStart));
  for (let minute = 0; minute < MINUTES_A_DAY; minute++) {
    const active = day.deviation[minute]! / (terms.dailyDeviation / Math.sqrt(MINUTES_A_DAY));
    // Drawn for silent minutes too: the stream must not depend on what became of them.
    const shape = {
      up: 2.4 * random() ** 2,
      down: 2.4 * random() ** 2,
      side: random(),
      flow: normal(),
      bounce: random(),
    };
    if (random() < terms.silentShare / Math.max(0.3, active)) continue;
    columns.openTimeMs[rows] = dayMs + minute * MINUTE_MS;
    last = writeRow(terms, { columns, row: rows++, last }, { day, minute, active, ...shape });
  }
  return cutMinutes(columns, [0, rows]);
}

type Shape = {
  readonly day: AssetDay;
  readonly minute: number;
  /** Wildness of the minute, 1 on average. */
  readonly active: number;
  readonly up: number;
  readonly down: number;
  readonly side: number;
  readonly flow: number;
  readonly bounce: number;
};
type Place = { readonly columns: MinuteColumns; readonly row: number; readonly last: number };

/** @returns the minute's close */
function writeRow(terms: SyntheticTerms, { columns, row, last }: Place, shape: Shape): number {
  const { grid } = terms;
  const middle = Math.exp(shape.day.logPrice[shape.minute]!);
  const open = shape.bounce < 0.4 ? grid.step(last, shape.bounce < 0.2 ? 1 : -1) : last;
  const close = shape.side < 0.5 ? grid.down(middle) : grid.up(middle);
  const reach = middle * shape.day.deviation[shape.minute]! * 0.6;
  const high = Math.max(open, close, grid.nearest(Math.max(open, close) + shape.up * reach));
  const low = Math.min(open, close, grid.nearest(Math.min(open, close) - shape.down * reach));
  const value = terms.minuteValue * shape.active * Math.exp(0.9 * shape.flow - 0.4);
  const units = Math.max(LEAST_UNITS, Math.round((value / middle) * UNITS_PER_COIN));
  columns.open[row] = open;
  columns.high[row] = high;
  columns.low[row] = low;
  columns.close[row] = close;
  columns.units[row] = units;
  columns.step[row] = grid.tickAt(low);
  columns.moment[row] = freeMoment(terms.marketHash, columns, row);
  return close;
}
