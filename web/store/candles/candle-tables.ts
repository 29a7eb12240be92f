import Dexie, { type Collection, type Table } from "dexie";
import type { MarketCode } from "../../../domain/market-code.ts";
import type { ObservatorDatabase } from "../database.ts";
import type { CandleDayRow, CandlePieceRow } from "../tables.ts";
import { dayEnd, dayStart } from "./kst-calendar.ts";

/** Every table that a reader or a writer of candles touches: whoever opens a transaction around them names these. */
export const candleTables = (db: ObservatorDatabase): Table[] => [db.candlePieces, db.candleMonths, db.damagedBlocks];

/** Bounds of an index that begins with the market. */
export const marketRange = (market: MarketCode): [[MarketCode, unknown], [MarketCode, unknown]] => [
  [market, Dexie.minKey],
  [market, Dexie.maxKey],
];

export const isWholeDay = (row: CandlePieceRow): row is CandleDayRow => "wholeDay" in row;

/** Days and stretches of the tail that begin in [fromMs, beforeMs), oldest first. */
export const piecesBetween = (
  db: ObservatorDatabase,
  market: MarketCode,
  [fromMs, beforeMs]: readonly [number, number],
): Collection<CandlePieceRow, [MarketCode, number]> =>
  db.candlePieces.where("[market+fromMs]").between([market, fromMs], [market, beforeMs], true, false);

/** Pieces of KST days in a row, first and last named. */
export const piecesOfDays = (db: ObservatorDatabase, market: MarketCode, [first, last]: readonly [string, string]) =>
  piecesBetween(db, market, [dayStart(first), dayEnd(last)]);

/** The row of a KST day that is stored as a whole. */
export async function wholeDay(
  db: ObservatorDatabase,
  market: MarketCode,
  kstDay: string,
): Promise<CandleDayRow | null> {
  const row = await db.candlePieces.get([market, dayStart(kstDay)]);
  return row !== undefined && isWholeDay(row) ? row : null;
}

/** KST days stored as a whole with their row counts, oldest first. Reads keys only. */
export async function wholeDays(
  db: ObservatorDatabase,
  market: MarketCode,
): Promise<{ readonly kstDay: string; readonly rowCount: number }[]> {
  const keys = (await db.candlePieces
    .where("[market+wholeDay+rowCount]")
    .between(...marketRange(market))
    .keys()) as unknown as [MarketCode, string, number][];
  return keys.map(([, kstDay, rowCount]) => ({ kstDay, rowCount }));
}
