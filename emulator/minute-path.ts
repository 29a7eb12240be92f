import { MINUTE_MS } from "../domain/units.ts";
import type { CandleColumns } from "../domain/candle.ts";
import { createRandom, remix, type Random } from "./random.ts";
import type { PriceGrid } from "./price-grid.ts";
import { UNITS_PER_COIN, unitsOf } from "./minute-series.ts";

/** The trades inside one minute, oldest first, all columns of one length. */
export type MinutePath = {
  readonly openTimeMs: number;
  /** Since the minute's start, strictly rising, below 60,000. */
  readonly offsetMs: Int32Array;
  readonly price: Float64Array;
  /** Volume in 1e-8 of the base currency; whole numbers. */
  readonly units: Float64Array;
  /** 1 where the taker bought. */
  readonly takerBid: Uint8Array;
};

/** Most trades in a minute; a busy real minute has more, and no chart shows them. */
const MOST_TRADES = 48;
/** Quote amount at which a minute begins to hold several trades. */
const QUIET_VALUE = 1e6;
/** How far trades stray from the straight line between two turning points, in parts of the minute's range. */
const STRAY = 0.12;

/** A seeded path through one candle that gives it back exactly: opens at open, touches high and low, ends at close, and
 *  its volumes sum to the candle's to the last 1e-8. Between them prices lie on the tick grid and alternate between the
 *  two sides of the book. A candle with fewer than 1e-8 of volume a trade gets trades of zero volume. */
export function minutePath(marketHash: number, grid: PriceGrid, columns: CandleColumns, row: number): MinutePath {
  const openTimeMs = columns.openTimeMs[row]!;
  const random = createRandom(remix(remix(marketHash, openTimeMs / MINUTE_MS), 1));
  const open = columns.open[row]!;
  const high = columns.high[row]!;
  const low = columns.low[row]!;
  const close = columns.close[row]!;
  const units = unitsOf(columns.volume[row]!);
  const ends = open === close && open === high && open === low ? 1 : 2;
  const needed = ends + (high > Math.max(open, close) ? 1 : 0) + (low < Math.min(open, close) ? 1 : 0);
  const lively = 8 * Math.log10(1 + (close * columns.volume[row]!) / QUIET_VALUE) * (0.6 + 0.8 * random());
  const count = Math.max(needed, Math.min(MOST_TRADES, Math.max(1, Math.round(lively)), units));
  const path = {
    openTimeMs,
    offsetMs: offsets(count, random),
    price: new Float64Array(count),
    units: sizes(count, units, random),
    takerBid: new Uint8Array(count),
  };
  fillPrices(path, { open, high, low, close }, { grid, random });
  return path;
}

/** Σ price × volume over a path, quote currency; always summed in the same order. */
export function valueOfPath({ price, units }: MinutePath): number {
  let value = 0;
  for (let at = 0; at < price.length; at++) value += (price[at]! * units[at]!) / UNITS_PER_COIN;
  return value;
}

/** Value of a row: the recording's, or the path's, computed once and kept in the column. */
export function valueAt(marketHash: number, grid: PriceGrid, columns: CandleColumns, row: number): number {
  const known = columns.value[row]!;
  if (!Number.isNaN(known)) return known;
  return (columns.value[row] = valueOfPath(minutePath(marketHash, grid, columns, row)));
}

function offsets(count: number, random: Random): Int32Array {
  const edges = new Float64Array(count + 1);
  let total = 0;
  for (let at = 0; at <= count; at++) edges[at] = total += -Math.log(1 - random() * 0.999);
  const scale = (MINUTE_MS - 1 - count) / total;
  return Int32Array.from({ length: count }, (_, at) => Math.floor(edges[at]! * scale) + at);
}

/** Splits `total` into `count` whole parts that sum to it exactly; each at least 1 where there is enough. */
function sizes(count: number, total: number, random: Random): Float64Array {
  const parts = new Float64Array(count);
  let weight = 0;
  for (let at = 0; at < count; at++) weight += parts[at] = -Math.log(1 - random() * 0.999) + 0.02;
  const least = total >= count ? 1 : 0;
  let left = total - least * count;
  const spread = left;
  for (let at = 0; at < count; at++) {
    const part = Math.floor((spread * parts[at]!) / weight);
    parts[at] = least + part;
    left -= part;
  }
  // The rounding's rest goes to one trade, never below zero: each part was cut, so what is left is positive.
  parts[Math.floor(random() * count)]! += left;
  return parts;
}

type Corners = { readonly open: number; readonly high: number; readonly low: number; readonly close: number };

function fillPrices(
  path: MinutePath,
  corners: Corners,
  { grid, random }: { readonly grid: PriceGrid; readonly random: Random },
): void {
  const { price, takerBid } = path;
  const { open, high, low, close } = corners;
  const last = price.length - 1;
  const turns = turningPoints(corners, last, random);
  price.fill(NaN);
  for (const [at, value] of turns) price[at] = value;
  const stray = (high - low) * STRAY;
  let from = 0;
  for (let at = 1; at <= last; at++) {
    if (Number.isNaN(price[at]!)) continue;
    for (let between = from + 1; between < at; between++) {
      const line = price[from]! + ((price[at]! - price[from]!) * (between - from)) / (at - from);
      const middle = line + (random() - 0.5) * 2 * stray;
      const bought = random() < 0.5;
      const quote = bought ? grid.up(middle) : grid.down(middle);
      price[between] = Math.min(high, Math.max(low, quote));
      takerBid[between] = bought ? 1 : 0;
    }
    from = at;
  }
  for (const [at, value] of turns) {
    const bought = value === high && high > low ? true : value === low && high > low ? false : random() < 0.5;
    takerBid[at] = bought ? 1 : 0;
  }
  price[0] = open;
  price[last] = close;
}

/** Where open, high, low and close stand among the trades. */
function turningPoints({ open, high, low, close }: Corners, last: number, random: Random): Map<number, number> {
  const turns = new Map<number, number>([[0, open]]);
  if (last === 0) return turns;
  turns.set(last, close);
  const missing = [high, low].filter((value) => value !== open && value !== close);
  if (missing.length === 2 && random() < 0.5) missing.reverse();
  const inner = last - 1;
  if (missing.length === 1) turns.set(1 + Math.floor(random() * inner), missing[0]!);
  if (missing.length === 2) {
    const first = 1 + Math.floor(random() * (inner - 1));
    turns.set(first, missing[0]!);
    turns.set(first + 1 + Math.floor(random() * (last - 1 - first)), missing[1]!);
  }
  return turns;
}
