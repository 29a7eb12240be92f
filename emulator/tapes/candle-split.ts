import { MINUTE_MS } from "../../domain/units.ts";
import { activityAt } from "../generator/daily-rhythm.ts";
import { tilted } from "./exact-split.ts";
import { valueAt } from "../market/minute-path.ts";
import {
  emptyMinutes,
  freeMean,
  freeMoment,
  lastOffsetMs,
  cornersOf,
  PRICE_QUANTA,
  stepOf,
  stepsHigh,
  valueIsFree,
  type MinuteColumns,
  type WholeCandle,
} from "../market/minute-series.ts";
import type { PriceGrid } from "../market/price-grid.ts";
import { createNormal, createRandom, remix, type Random } from "../market/random.ts";

/** How a wide candle is taken apart. */
export type SplitTerms = { readonly marketHash: number; readonly grid: PriceGrid };

/** Walks tried for one candle; the one whose range fits best is bent to it. */
const WALKS = 5;
/** A minute's reach beyond its ends, in parts of its own deviation. */
const WICK = 0.5;
/** Share of minutes without a trade where volume is plenty. */
const SILENT_SHARE = 0.01;
/** Smallest volume that an active minute should have, 1e-8. */
const LEAST_UNITS = 20_000n;
/** How unevenly minutes trade: deviation of the log. */
const UNEVEN = 0.8;
/** A minute's share of the volume is at most this many times the mean one's, so that it stays countable. */
const MOST_TIMES_MEAN = 40;
/** How near to its low and high a minute's mean price may be moved to meet the wide candle's value, in parts of its
 *  range; a nearer one only where the one before did not do. */
const EDGES = [0.12, 0.06] as const;

/** Which minutes of a wide candle trade: the first that does opens it, the last one closes it. */
type Plan = { readonly fromMs: number; readonly minutes: number; readonly last: number; readonly most: number };

function planOf(marketHash: number, fromMs: number, toMs: number, units: bigint): Plan {
  const minutes = (toMs - fromMs) / MINUTE_MS;
  const most = Math.max(1, Math.min(minutes, Number(units / LEAST_UNITS)));
  const draw = remix(remix(marketHash, fromMs / MINUTE_MS), 8) / 4_294_967_296;
  // A thin candle may end early.
  const last = Math.floor(minutes - 1 - draw * draw * Math.min(minutes - 1, minutes / most));
  return { fromMs, minutes, last, most };
}

/** When the last trade of a wide candle happens, without taking it apart. */
export function lastTradeOfWhole(marketHash: number, [fromMs, toMs]: readonly [number, number], units: bigint): number {
  const openTimeMs = fromMs + planOf(marketHash, fromMs, toMs, units).last * MINUTE_MS;
  return openTimeMs + lastOffsetMs(marketHash, openTimeMs);
}

/** One-minute candles that add up to a recorded wider one: its open, high, low, close, its volume to the last 1e-8 and
 *  its value exactly, where the step grid has a split of the volume that does. Seeded, busy and wild by the hour. */
export function splitCandle({ marketHash, grid }: SplitTerms, whole: WholeCandle, toMs: number): MinuteColumns {
  const fromMs = whole.openTimeMs;
  const plan = planOf(marketHash, fromMs, toMs, whole.units);
  const random = createRandom(remix(remix(marketHash, fromMs / MINUTE_MS), 9));
  const minutes = activeMinutes(plan, random);
  const columns = emptyMinutes(minutes.length);
  const activity = Float64Array.from(minutes, (minute) => activityAt(fromMs + minute * MINUTE_MS));
  minutes.forEach((minute, row) => (columns.openTimeMs[row] = fromMs + minute * MINUTE_MS));
  const deviation = fillPrices(columns, whole, { grid, activity, random });
  for (let row = 0; row < minutes.length; row++) columns.step[row] = stepOf(grid, cornersOf(columns, row));
  fillVolumes(columns, whole, { marketHash, activity, random, deviation });
  for (let row = 0; row < minutes.length; row++) columns.moment[row] = freeMoment(marketHash, columns, row);
  meetValue(columns, whole.value, { marketHash, grid });
  return columns;
}

function activeMinutes({ minutes, last, most }: Plan, random: Random): number[] {
  const chance = Math.min(1 - SILENT_SHARE, most / (last + 1));
  const active: number[] = [];
  for (let minute = 0; minute < last; minute++) if (random() < chance && active.length < most - 1) active.push(minute);
  return minutes === 1 ? [0] : [...active, last];
}

type Walk = { readonly middle: Float64Array; readonly deviation: Float64Array };
type Shape = { readonly grid: PriceGrid; readonly activity: Float64Array; readonly random: Random };

/** @returns each minute's own deviation, quote currency */
function fillPrices(columns: MinuteColumns, whole: WholeCandle, { grid, activity, random }: Shape): Float64Array {
  const rows = columns.openTimeMs.length;
  const { open, high, low, close } = whole;
  const { middle, deviation } = bestWalk(whole, activity, random);
  const normal = createNormal(random);
  const inside = (price: number) => Math.min(high, Math.max(low, price));
  let last = open;
  for (let row = 0; row < rows; row++) {
    const draw = random();
    const bounced = draw < 0.4 ? grid.step(last, draw < 0.2 ? 1 : -1) : last;
    columns.open[row] = row === 0 ? open : inside(bounced);
    const rounded = random() < 0.5 ? grid.down(middle[row]!) : grid.up(middle[row]!);
    columns.close[row] = row === rows - 1 ? close : inside(rounded);
    const reach = deviation[row]! * WICK;
    const [top, bottom] = [
      Math.max(columns.open[row]!, columns.close[row]!),
      Math.min(columns.open[row]!, columns.close[row]!),
    ];
    columns.high[row] = Math.max(top, inside(grid.nearest(top + Math.abs(normal()) * reach)));
    columns.low[row] = Math.min(bottom, inside(grid.nearest(bottom - Math.abs(normal()) * reach)));
    last = columns.close[row]!;
  }
  const bound = (column: Float64Array, sign: 1 | -1, value: number) => {
    let furthest = 0;
    for (let row = 1; row < rows; row++) if (sign * (column[row]! - column[furthest]!) > 0) furthest = row;
    column[furthest] = value;
  };
  bound(columns.high, 1, high);
  bound(columns.low, -1, low);
  return deviation;
}

/** A walk from open to close inside low and high. Of several the one whose reach needs the least bending. */
function bestWalk({ open, high, low, close }: WholeCandle, activity: Float64Array, random: Random): Walk {
  const rows = activity.length;
  const normal = createNormal(random);
  const [top, bottom] = [Math.max(open, close), Math.min(open, close)];
  const total = activity.reduce((sum, part) => sum + part, 0);
  // A bridge reaches about 1.25 deviations on top of its slope.
  const scale = Math.max(high - low - 0.6 * (top - bottom), (high - low) * 0.4) / 1.35;
  const deviation = activity.map((part) => scale * Math.sqrt(part / total));
  let best: { walk: Float64Array; up: number; down: number; bend: number } | null = null;
  for (let attempt = 0; attempt < WALKS; attempt++) {
    const walk = new Float64Array(rows);
    let sum = 0;
    for (let row = 0; row < rows; row++) walk[row] = sum += deviation[row]! * normal();
    let [up, down, done] = [0, 0, 0];
    for (let row = 0; row < rows; row++) {
      done += activity[row]! / total;
      walk[row] = open + walk[row]! + (close - open - sum) * done;
      up = Math.max(up, walk[row]! - top);
      down = Math.max(down, bottom - walk[row]!);
    }
    const bend = misfit(up, high - top, scale) + misfit(down, bottom - low, scale);
    if (!best || bend < best.bend) best = { walk, up, down, bend };
  }
  const { walk, up, down } = best!;
  const above = up > 0 ? (high - top) / up : 0;
  const below = down > 0 ? (bottom - low) / down : 0;
  const middle = walk.map((price) =>
    price > top ? top + (price - top) * above : price < bottom ? bottom - (bottom - price) * below : price,
  );
  return { middle, deviation };
}

const misfit = (reached: number, wanted: number, scale: number): number => Math.abs(reached - wanted) / (scale || 1);

/** Volumes by activity and movement, bent so that the mean price comes near the recorded one. */
function fillVolumes(
  columns: MinuteColumns,
  whole: WholeCandle,
  {
    marketHash,
    activity,
    random,
    deviation,
  }: Omit<Shape, "grid"> & { readonly deviation: Float64Array; readonly marketHash: number },
): void {
  const rows = columns.openTimeMs.length;
  const normal = createNormal(random);
  const weights = activity.map((part, row) => {
    const moved = deviation[row]! > 0 ? (columns.high[row]! - columns.low[row]!) / deviation[row]! : 1;
    return part * (0.3 + moved) * Math.exp(UNEVEN * normal());
  });
  const shares = shareVolumes(columns, whole, { weights, marketHash });
  const spread = whole.units - BigInt(rows);
  let left = spread;
  for (let row = 0; row < rows; row++) {
    // Shares as whole parts of 2^40: a product with a volume above 2^53 must not be rounded.
    const part = (spread * BigInt(Math.floor(shares[row]! * 2 ** 40))) >> 40n;
    columns.units[row] = 1 + Number(part);
    left -= part;
  }
  const busiest = columns.units.indexOf(columns.units.reduce((highest, part) => Math.max(highest, part), 0));
  shareOut(columns.units, left, busiest);
}

/** Each minute's share of the volume, with the recorded mean price; none so large that it could not be counted. */
function shareVolumes(
  columns: MinuteColumns,
  whole: WholeCandle,
  { weights, marketHash }: { readonly weights: Float64Array; readonly marketHash: number },
): Float64Array {
  const range = whole.high - whole.low;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (range === 0 || weights.length === 1) return weights.map((weight) => weight / total);
  const places = weights.map((_, row) => {
    const [high, low] = [columns.high[row]!, columns.low[row]!];
    const mean = freeMean(marketHash, columns.openTimeMs[row]!, cornersOf(columns, row));
    return (low + mean * (high - low) - whole.low) / range;
  });
  const wanted = (meanPriceOf(whole) - whole.low) / range;
  const most = MOST_TIMES_MEAN / weights.length;
  let shares = tilted(weights, places, wanted);
  // A cut share moves the mean: tilt the cut ones again.
  for (let turn = 0; turn < 4 && shares.some((share) => share > most * 1.001); turn++)
    shares = tilted(
      shares.map((share) => Math.min(share, most)),
      places,
      wanted,
    );
  return shares;
}

/** What the cuts left, a little for each; the rest for one. */
function shareOut(units: Float64Array, left: bigint, busiest: number): void {
  const each = left / BigInt(units.length);
  for (let row = 0; row < units.length; row++) units[row]! += Number(each);
  units[busiest]! += Number(left - each * BigInt(units.length));
}

const meanPriceOf = ({ value, units }: WholeCandle): number =>
  Number((value * 10_000n) / units) / PRICE_QUANTA / 10_000;

/** Moves the minutes' own values, each within its range, until they add up to `value`. */
function meetValue(columns: MinuteColumns, value: bigint, terms: SplitTerms): void {
  let missing = value;
  for (let row = 0; row < columns.openTimeMs.length; row++)
    missing -= valueAt(terms.marketHash, terms.grid, columns, row);
  for (const edge of EDGES) if (missing !== 0n) missing = moveValues(columns, missing, edge);
}

/** @returns what is missing still */
function moveValues(columns: MinuteColumns, missing: bigint, edge: number): bigint {
  const { moment, units, step } = columns;
  const rows = moment.length;
  const room = new Float64Array(rows);
  const quantum: bigint[] = [];
  let all = 0n;
  for (let row = 0; row < rows; row++) {
    const steps = stepsHigh(columns, row);
    const span = units[row]! * steps;
    quantum.push(BigInt(Math.round(step[row]! * PRICE_QUANTA)));
    if (!valueIsFree(units[row]!, steps)) continue;
    const further = missing > 0n ? Math.floor(span * (1 - edge)) - moment[row]! : moment[row]! - Math.ceil(span * edge);
    room[row] = Math.max(0, further);
    all += BigInt(room[row]!) * quantum[row]!;
  }
  if (all === 0n) return missing;
  let left = missing;
  const move = (row: number, wanted: bigint) => {
    const most = BigInt(room[row]!);
    const steps = wanted > most ? most : wanted < -most ? -most : wanted;
    moment[row]! += Number(steps);
    room[row]! -= Math.abs(Number(steps));
    left -= steps * quantum[row]!;
  };
  for (let row = 0; row < rows; row++) move(row, (missing * BigInt(room[row]!)) / all);
  // What division left is a few steps.
  for (let row = 0; row < rows; row++) move(row, left / quantum[row]!);
  return left;
}

/** The value of a wide candle that nobody recorded one for: near the corners' mean, so that its minutes can meet it. */
export function freeValue(
  { marketHash, grid }: SplitTerms,
  { openTimeMs, open, high, low, close, units }: Omit<WholeCandle, "value" | "lastTradeMs">,
): bigint {
  const step = stepOf(grid, { open, high, low, close });
  const quantum = BigInt(Math.round(step * PRICE_QUANTA));
  const draw = remix(remix(marketHash, openTimeMs / MINUTE_MS), 10) / 4_294_967_296;
  const middle = (open + high + low + close) / 4 + (draw - 0.5) * 0.1 * (high - low);
  const parts = BigInt(Math.round(((middle - low) / step) * 4_096));
  return quantum * (BigInt(Math.round(low / step)) * units + ((units * parts) >> 12n));
}
