import { assert } from "../../../domain/assert.ts";
import { candleAt, emptyColumns, type Candle, type CandleColumns } from "../../../domain/candle.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import { kstDayOf } from "../../../domain/time.ts";
import type { ObservatorDatabase } from "../database.ts";
import type { CandleDayRow, CandleHourRow } from "../tables.ts";
import { rowsOf } from "./candle-pieces.ts";
import { candleTables, marketRange } from "./candle-tables.ts";
import { monthOfDay } from "./kst-calendar.ts";
import { quarantineSoon } from "./quarantine.ts";
import { storedParts, type FoundRows } from "./stored-parts.ts";

/** Which candles to read: the newest `days` KST days that hold any (the open one counts), the newest `last` candles, or
 *  those of some KST days in a row (`YYYY-MM-DD`, both ends included); with none of it, all of them. */
export type CandleRange = {
  readonly days?: number;
  readonly last?: number;
  readonly fromDay?: string;
  readonly toDay?: string;
};

/** Closed candles of a market, oldest first, each minute once; silent and missing minutes are absent. Touches only as
 *  many blocks as the range needs. A damaged block is left out and put into quarantine. Rules C6, C17. */
export async function readCandles(
  db: ObservatorDatabase,
  market: MarketCode,
  range: CandleRange = {},
): Promise<CandleColumns> {
  const named = [range.days, range.last, range.fromDay ?? range.toDay].filter((bound) => bound !== undefined);
  assert(named.length <= 1, "a range is named in one way");
  const found = await db.transaction("r", candleTables(db), () => find(db, market, range));
  const parts = storedParts(found);
  const all = emptyColumns(parts.reduce((sum, { rowCount }) => sum + rowCount, 0));
  let length = 0;
  for (const { rowCount, fill } of parts) {
    const damaged = fill(rowsOf(all, length, length + rowCount));
    if (damaged === null) length += rowCount;
    else quarantineSoon(db, damaged);
  }
  return rowsOf(all, Math.max(0, length - (range.last ?? length)), length);
}

async function find(db: ObservatorDatabase, market: MarketCode, range: CandleRange): Promise<FoundRows> {
  const allHours = db.candleHours
    .where("[market+hourMs]")
    .between(...marketRange(market))
    .toArray();
  const newest = newestDays(db, market, range);
  const { hours, days } = withinDays(await allHours, await newest, range);
  const kstMonths = new Set(days.filter(({ block }) => !block).map(({ kstDay }) => monthOfDay(kstDay)));
  if (kstMonths.size === 0) return { hours, days, months: [] };
  const months = await db.candleMonths.bulkGet([...kstMonths].map((month): [MarketCode, string] => [market, month]));
  return { hours, days, months: months.filter((row) => row !== undefined) };
}

/** Rows of stored days with candles, newest first: for `last` no more than hold that many. */
async function newestDays(
  db: ObservatorDatabase,
  market: MarketCode,
  { last = Infinity }: CandleRange,
): Promise<CandleDayRow[]> {
  const MINUTES = 1440;
  for (let limit = last / MINUTES + 2; ; limit *= 4) {
    const stored = db.candleDays.where("[market+kstDay]").between(...marketRange(market));
    if (limit === Infinity) return (await stored.toArray()).filter(({ rowCount }) => rowCount > 0).toReversed();
    const rows = await stored
      .reverse() // oxlint-disable-line unicorn/no-array-reverse -- a cursor's direction, no array
      .limit(Math.floor(limit))
      .toArray();
    let held = 0;
    const wanted = rows.filter((row) => {
      const want = row.rowCount > 0 && held < last;
      held += row.rowCount;
      return want;
    });
    if (held >= last || rows.length < Math.floor(limit)) return wanted;
  }
}

/** Rows of the KST days that the range names. */
function withinDays(
  hours: readonly CandleHourRow[],
  days: readonly CandleDayRow[],
  { days: count, fromDay = "", toDay = "9999" }: CandleRange,
): Pick<FoundRows, "hours" | "days"> {
  const inside = (kstDay: string) => kstDay >= fromDay && kstDay <= toDay;
  const held = new Set([...days.map(({ kstDay }) => kstDay), ...hours.map(({ hourMs }) => kstDayOf(hourMs))]);
  const wanted = new Set(
    [...held]
      .filter(inside)
      .toSorted()
      .slice(-(count ?? Infinity)),
  );
  return {
    hours: hours.filter(({ hourMs }) => wanted.has(kstDayOf(hourMs))),
    days: days.filter(({ kstDay }) => wanted.has(kstDay)),
  };
}

/** The newest closed candle at hand, or null. */
export async function newestCandle(db: ObservatorDatabase, market: MarketCode): Promise<Candle | null> {
  const columns = await readCandles(db, market, { last: 1 });
  return columns.openTimeMs.length === 0 ? null : candleAt(columns, 0);
}
