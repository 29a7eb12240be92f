import { MINUTE_MS } from "../../domain/units.ts";
import { exactSplit } from "../tapes/exact-split.ts";
import { createRandom, remix, type Random } from "./random.ts";
import type { PriceGrid } from "./price-grid.ts";
import {
  lastOffsetMs,
  PRICE_QUANTA,
  priceOfSteps,
  UNITS_PER_COIN,
  valueFromMoment,
  type MinuteColumns,
} from "./minute-series.ts";

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
/** Quote amount in won at which a minute begins to hold several trades, and what one won is in the other currencies. */
const QUIET_VALUE = 1e6;
/** How far trades stray from the straight line between two turning points, in parts of the minute's range. */
const STRAY = 0.12;

/** A seeded path through one candle that gives it back exactly: opens at open, touches high and low, ends at close, its
 *  volumes sum to the candle's to the last 1e-8 and, where the row has a moment, price × volume to its value. Between
 *  them prices lie on the tick grid and alternate between the two sides of the book. A candle with fewer than 1e-8 of
 *  volume a trade gets trades of zero volume. */
export function minutePath(marketHash: number, grid: PriceGrid, columns: MinuteColumns, row: number): MinutePath {
  const openTimeMs = columns.openTimeMs[row]!;
  const random = createRandom(remix(remix(marketHash, openTimeMs / MINUTE_MS), 1));
  const open = columns.open[row]!;
  const high = columns.high[row]!;
  const low = columns.low[row]!;
  const close = columns.close[row]!;
  const units = columns.units[row]!;
  const step = columns.step[row]!;
  const ends = open === close && open === high && open === low ? 1 : 2;
  const turns = ends + (high > Math.max(open, close) ? 1 : 0) + (low < Math.min(open, close) ? 1 : 0);
  // One more stands a step above the low, so that any value can be met.
  const needed = high - low > step * 1.5 ? turns + 1 : turns;
  const lively = 8 * Math.log10(1 + (close * (units / UNITS_PER_COIN)) / quietValue(grid)) * (0.6 + 0.8 * random());
  const count = Math.max(needed, Math.min(MOST_TRADES, Math.max(1, Math.round(lively)), units));
  const path = {
    openTimeMs,
    offsetMs: offsets(count, lastOffsetMs(marketHash, openTimeMs), random),
    price: new Float64Array(count),
    units: new Float64Array(count),
    takerBid: new Uint8Array(count),
  };
  fillPrices(path, { open, high, low, close }, { grid, step, random });
  fillUnits(path, { low, step, units, moment: columns.moment[row]! }, random);
  return path;
}

/** A bitcoin and a tether stand for what they cost in won, roughly. */
const quietValue = (grid: PriceGrid): number =>
  grid.quote === "KRW" ? QUIET_VALUE : grid.quote === "USDT" ? QUIET_VALUE / 1_400 : QUIET_VALUE / 1e8;

/** Σ price × volume of a row, exact, 1e-16 of the quote currency: the recording's, or that of its trades. */
export function valueAt(marketHash: number, grid: PriceGrid, columns: MinuteColumns, row: number): bigint {
  const recorded = columns.values.get(columns.openTimeMs[row]!);
  if (recorded !== undefined) return recorded;
  if (Number.isNaN(columns.moment[row]!)) {
    // Too small a volume for a chosen value, or too large for one double: its trades decide, once.
    const { price, units } = minutePath(marketHash, grid, columns, row);
    const value = [...units].reduce((sum, part, at) => sum + valueOfTrade(price[at]!, part), 0n);
    columns.values.set(columns.openTimeMs[row]!, value);
    return value;
  }
  return valueFromMoment(columns, row);
}

/** Price × volume of a trade, 1e-16 of the quote currency. */
export const valueOfTrade = (price: number, units: number): bigint =>
  BigInt(Math.round(price * PRICE_QUANTA)) * BigInt(units);

function offsets(count: number, last: number, random: Random): Int32Array {
  const edges = new Float64Array(count);
  let total = 0;
  for (let at = 0; at < count; at++) edges[at] = total += -Math.log(1 - random() * 0.999);
  const scale = (last + 1 - count) / total;
  return Int32Array.from({ length: count }, (_, at) => (at === count - 1 ? last : Math.floor(edges[at]! * scale) + at));
}

type Amounts = { readonly low: number; readonly step: number; readonly units: number; readonly moment: number };

function fillUnits(path: MinutePath, { low, step, units, moment }: Amounts, random: Random): void {
  const weights = new Float64Array(path.price.length);
  for (let at = 0; at < weights.length; at++) weights[at] = -Math.log(1 - random() * 0.999) + 0.02;
  const rest = Math.floor(random() * weights.length);
  const steps = path.price.map((price) => Math.round((price - low) / step));
  const exact = Number.isNaN(moment) ? null : exactSplit(weights, steps, { total: units, moment });
  path.units.set(exact ?? plainSplit(weights, units, rest));
}

/** Splits `total` into whole parts that sum to it exactly; each at least 1 where there is enough. */
function plainSplit(weights: Float64Array, total: number, rest: number): Float64Array {
  const weight = weights.reduce((sum, part) => sum + part, 0);
  const least = total >= weights.length ? 1 : 0;
  const spread = total - least * weights.length;
  const parts = weights.map((part) => least + Math.floor((spread * part) / weight));
  // The rounding's rest goes to one trade, never below zero: each part was cut, so what is left is positive.
  parts[rest]! += total - parts.reduce((sum, part) => sum + part, 0);
  return parts;
}

type Corners = { readonly open: number; readonly high: number; readonly low: number; readonly close: number };

function fillPrices(
  path: MinutePath,
  corners: Corners,
  { grid, step, random }: { readonly grid: PriceGrid; readonly step: number; readonly random: Random },
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
  oneAboveLow(path, corners, { step, turns });
}

/** A buyer beside the trade at the low pays a step more: the bounce, and what lets a value be met exactly. */
function oneAboveLow(
  { price, takerBid }: MinutePath,
  { high, low }: Corners,
  { step, turns }: { readonly step: number; readonly turns: ReadonlyMap<number, number> },
): void {
  const above = priceOfSteps(step, Math.round(low / step) + 1);
  if (above >= high || price.includes(above)) return;
  const lowest = price.indexOf(low);
  let nearest = -1;
  for (let at = 0; at < price.length; at++)
    if (!turns.has(at) && (nearest === -1 || Math.abs(at - lowest) < Math.abs(nearest - lowest))) nearest = at;
  if (nearest === -1) return;
  price[nearest] = above;
  takerBid[nearest] = 1;
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
