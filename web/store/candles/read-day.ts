import { emptyColumns, type CandleColumns } from "../../../domain/candle.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import { fail, type Result } from "../../../domain/result.ts";
import type { ObservatorDatabase } from "../database.ts";
import type { CandleDayRow } from "../tables.ts";
import { candlesBetween, joinedPieces } from "./candle-pieces.ts";
import { candleTables, isWholeDay, piecesOfDays } from "./candle-tables.ts";
import { columnsOfCells } from "./tail-cells.ts";
import { dayEnd, monthOfDay } from "./kst-calendar.ts";
import { quarantineSoon, type DamagedBlock } from "./quarantine.ts";
import { readBlock } from "./read-block.ts";

/** One KST day's candles as they are at hand, and whether the day is stored as a whole. A day in a damaged block is not:
 *  it goes into quarantine. Joins a transaction over `candleTables` that is under way. Rule C17. */
export function readDay(
  db: ObservatorDatabase,
  market: MarketCode,
  kstDay: string,
): Promise<{ readonly whole: boolean; readonly columns: CandleColumns }> {
  return db.transaction("r", candleTables(db), async () => {
    const pieces = await piecesOfDays(db, market, [kstDay, kstDay]).toArray();
    const day = pieces.find(isWholeDay);
    if (day === undefined) {
      const tail = pieces.flatMap((row) => (isWholeDay(row) ? [] : [columnsOfCells(row.cells)]));
      return { whole: false, columns: joinedPieces(tail) };
    }
    const columns = await readStored(db, day);
    if (columns.ok) return { whole: true, columns: columns.value };
    if (columns.fault) quarantineSoon(db, columns.fault);
    return { whole: false, columns: emptyColumns(0) };
  });
}

async function readStored(
  db: ObservatorDatabase,
  { market, wholeDay, fromMs, rowCount, block }: CandleDayRow,
): Promise<Result<CandleColumns, DamagedBlock | null>> {
  if (rowCount === 0) return { ok: true, value: emptyColumns(0) };
  if (block) {
    const columns = readBlock(block);
    return columns.ok ? columns : fail({ market, period: wholeDay, bytes: block, reason: columns.fault });
  }
  const kstMonth = monthOfDay(wholeDay);
  const month = await db.candleMonths.get([market, kstMonth]);
  if (month === undefined) return fail(null);
  const columns = readBlock(month.block);
  if (!columns.ok) return fail({ market, period: kstMonth, bytes: month.block, reason: columns.fault });
  return { ok: true, value: candlesBetween(columns.value, fromMs, dayEnd(wholeDay)) };
}
