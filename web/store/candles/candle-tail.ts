import { columnsOf, type Candle, type CandleColumns } from "../../../domain/candle.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import { intervalStart, kstDayOf } from "../../../domain/time.ts";
import { HOUR_MS, type EpochMs } from "../../../domain/units.ts";
import type { ObservatorDatabase } from "../database.ts";
import { cellsOf, columnsOfCells } from "./hour-cells.ts";
import { mergedCandles } from "./candle-pieces.ts";
import { dayEnd, dayStart } from "./kst-calendar.ts";

/** Writes closed candles of days that are not stored as a whole; the same minute is replaced. Candles of a stored day
 *  are left out, because a stored day never changes. Rule C6. */
export function putTail(db: ObservatorDatabase, market: MarketCode, candles: readonly Candle[]): Promise<void> {
  return db.transaction("rw", db.candleDays, db.candleHours, async () => {
    const days = [...new Set(candles.map((candle) => kstDayOf(candle.openTimeMs)))];
    const counts = await Promise.all(
      days.map((kstDay) => db.candleDays.where("[market+kstDay]").equals([market, kstDay]).count()),
    );
    const whole = new Set(days.filter((_, at) => counts[at]! > 0));
    const open = candles.filter((candle) => !whole.has(kstDayOf(candle.openTimeMs)));
    const hours = [...Map.groupBy(open, (candle) => intervalStart(candle.openTimeMs, HOUR_MS))];
    const before = await db.candleHours.bulkGet(hours.map(([hourMs]): [MarketCode, EpochMs] => [market, hourMs]));
    await db.candleHours.bulkPut(
      hours.map(([hourMs, fresh], at) => ({
        market,
        hourMs,
        cells: cellsOf(mergedCandles(columnsOfCells(before[at]?.cells), inOrder(fresh))),
      })),
    );
  });
}

export const appendCandle = (db: ObservatorDatabase, market: MarketCode, candle: Candle): Promise<void> =>
  putTail(db, market, [candle]);

/** Oldest first; of two for the same minute the later one in the list. */
function inOrder(candles: readonly Candle[]): CandleColumns {
  const byTime = new Map(candles.map((candle) => [candle.openTimeMs, candle]));
  return columnsOf([...byTime.values()].toSorted((one, other) => one.openTimeMs - other.openTimeMs));
}

/** The hours of KST days in a row, first and last named, oldest first. */
export const hoursOfDays = (db: ObservatorDatabase, market: MarketCode, [first, last]: readonly [string, string]) =>
  db.candleHours.where("[market+hourMs]").between([market, dayStart(first)], [market, dayEnd(last)], true, false);
