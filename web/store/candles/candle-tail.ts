import { columnsOf, type Candle, type CandleColumns } from "../../../domain/candle.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import { intervalStart, kstDayOf } from "../../../domain/time.ts";
import { HOUR_MS, type EpochMs } from "../../../domain/units.ts";
import type { ObservatorDatabase } from "../database.ts";
import { isWholeDay, wholeDay } from "./candle-tables.ts";
import { mergedCandles } from "./candle-pieces.ts";
import { cellsOf, columnsOfCells } from "./tail-cells.ts";

/** Three hours: each new candle writes its stretch again (10 KB when it is full), each reader fetches eight of them a
 *  day. KST days begin on this grid. */
const STRETCH_MS = 3 * HOUR_MS;

/** Start of the stretch of the tail that holds `instant`. */
export const tailStretch = (instant: EpochMs): EpochMs => intervalStart(instant, STRETCH_MS);

/** Writes closed candles of days that are not stored as a whole; the same minute is replaced. Candles of a stored day
 *  are left out, because a stored day never changes. Rule C6. */
export function putTail(db: ObservatorDatabase, market: MarketCode, candles: readonly Candle[]): Promise<void> {
  return db.transaction("rw", db.candlePieces, async () => {
    const days = [...new Set(candles.map((candle) => kstDayOf(candle.openTimeMs)))];
    const rows = await Promise.all(days.map((kstDay) => wholeDay(db, market, kstDay)));
    const whole = new Set(days.filter((_, at) => rows[at] !== null));
    const open = candles.filter((candle) => !whole.has(kstDayOf(candle.openTimeMs)));
    const stretches = [...Map.groupBy(open, (candle) => tailStretch(candle.openTimeMs))];
    const before = await db.candlePieces.bulkGet(stretches.map(([fromMs]): [MarketCode, EpochMs] => [market, fromMs]));
    await db.candlePieces.bulkPut(
      stretches.map(([fromMs, fresh], at) => {
        const row = before[at];
        const held = row === undefined || isWholeDay(row) ? undefined : row.cells;
        return { market, fromMs, cells: cellsOf(mergedCandles(columnsOfCells(held), inOrder(fresh))) };
      }),
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
