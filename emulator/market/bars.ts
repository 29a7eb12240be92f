import { DAY_MS } from "../../domain/units.ts";
import type { MarketFeed } from "./market-feed.ts";
import { valueAt } from "./minute-path.ts";
import { firstRowFrom, PRICE_QUANTA, type MinuteColumns } from "./minute-series.ts";

/** A candle of any width, or what there is of it yet. */
export type Bar = {
  readonly openTimeMs: number;
  open: number;
  high: number;
  low: number;
  close: number;
  /** 1e-8 of the base currency. */
  units: bigint;
  /** Σ price × volume, exact, 1e-16 of the quote currency. */
  value: bigint;
  lastTradeMs: number;
};

/** Candles that start before `beforeMs`, newest first, as wide as the tape has them but none across a multiple of
 *  `widthMs`, until `visit` answers false. The bar may be kept and changed. */
export function eachBarBack(
  feed: MarketFeed,
  [beforeMs, widthMs]: readonly [number, number],
  visit: (bar: Bar) => boolean,
): void {
  let before = beforeMs;
  for (;;) {
    const block = feed.series.blockAt(before - 1);
    if (!block) return;
    const { whole, fromMs, toMs } = block;
    if (whole && toMs <= before && Math.floor(fromMs / widthMs) === Math.floor((toMs - 1) / widthMs)) {
      if (!visit({ ...whole })) return;
    } else {
      const { columns } = block;
      for (let row = firstRowFrom(columns.openTimeMs, before) - 1; row >= 0; row--)
        if (!visit(feed.minute(columns, row))) return;
    }
    before = fromMs;
  }
}

/** Puts an older bar in front of a newer one. */
export function mergeOlder(bar: Bar, older: Bar): void {
  bar.open = older.open;
  bar.high = Math.max(bar.high, older.high);
  bar.low = Math.min(bar.low, older.low);
  bar.units += older.units;
  bar.value += older.value;
}

/** A finished UTC day. */
export function dayOf(feed: MarketFeed, dayMs: number): Bar | null {
  const day = sumOf(feed, dayMs, dayMs + DAY_MS);
  return day && { ...day, openTimeMs: dayMs };
}

/** What was traded from `fromMs` to before `toMs`, both whole minutes, as one candle; null where nothing was. */
export function sumOf(feed: MarketFeed, fromMs: number, toMs: number): Bar | null {
  let sum: Bar | null = null;
  const add = (older: Bar | null) => {
    if (sum && older) mergeOlder(sum, older);
    else sum ??= older;
  };
  let before = toMs;
  while (before > fromMs) {
    const block = feed.series.blockAt(before - 1);
    if (!block) break;
    const { whole } = block;
    if (whole && block.toMs <= before && block.fromMs >= fromMs) add({ ...whole });
    else add(sumOfRows(feed, block.columns, [Math.max(fromMs, block.fromMs), before]));
    before = block.fromMs;
  }
  return sum;
}

/** The same over the rows of one block; each addition in a double as long as it is exact there. */
function sumOfRows(feed: MarketFeed, columns: MinuteColumns, [fromMs, toMs]: readonly [number, number]): Bar | null {
  const from = firstRowFrom(columns.openTimeMs, fromMs);
  const to = firstRowFrom(columns.openTimeMs, toMs);
  if (from >= to) return null;
  const last = feed.minute(columns, to - 1);
  const bar: Bar = { ...last, openTimeMs: columns.openTimeMs[from]!, open: columns.open[from]! };
  const { high, low, units, step, moment, values } = columns;
  let [some, steps, quantum] = [0, 0, step[from]!];
  const flush = () => {
    bar.units += BigInt(some);
    bar.value += BigInt(Math.round(quantum * PRICE_QUANTA)) * BigInt(steps);
    [some, steps] = [0, 0];
  };
  for (let row = from; row < to - 1; row++) {
    bar.high = Math.max(bar.high, high[row]!);
    bar.low = Math.min(bar.low, low[row]!);
    const traded = Math.round(low[row]! / step[row]!) * units[row]! + moment[row]!;
    const fits = steps + traded < Number.MAX_SAFE_INTEGER && some + units[row]! < Number.MAX_SAFE_INTEGER;
    if (quantum !== step[row] || !fits) flush();
    quantum = step[row]!;
    // NaN, a recorded value or a sum beyond a double's reach: exactly, one by one.
    if (values.size > 0 || !(traded < Number.MAX_SAFE_INTEGER)) {
      bar.units += BigInt(units[row]!);
      bar.value += valueAt(feed.hash, feed.grid, columns, row);
      continue;
    }
    some += units[row]!;
    steps += traded;
  }
  flush();
  return bar;
}
