import type { MarketCode } from "../../../domain/market-code.ts";
import { DAY_MS, epochMs, MINUTE_MS, type EpochMs } from "../../../domain/units.ts";
import { kstDayStart } from "../../../domain/time.ts";
import type { ObservatorDatabase } from "../database.ts";
import { candleTables, isWholeDay, piecesBetween, wholeDays } from "./candle-tables.ts";
import { columnsOfCells } from "./tail-cells.ts";
import { dayStart } from "./kst-calendar.ts";

export type CandleCoverage = {
  readonly wholeDays: number;
  /** Candles at hand, whole days and tail together. */
  readonly rowCount: number;
  /** Start of the oldest KST day and open time of the newest candle known without reading blocks, or null. */
  readonly fromMs: EpochMs | null;
  readonly toMs: EpochMs | null;
};

/** How much of a market is stored. Reads keys and the newest pieces, so screens may ask often. */
export function candleCoverage(db: ObservatorDatabase, market: MarketCode): Promise<CandleCoverage> {
  return db.transaction("r", candleTables(db), async () => {
    const days = await wholeDays(db, market);
    const starts = days.map(({ kstDay }) => dayStart(kstDay));
    const known = new Set<number>(starts);
    const keys = await piecesBetween(db, market, [-Infinity, Infinity]).primaryKeys();
    const tail = await db.candlePieces.bulkGet(keys.filter(([, fromMs]) => !known.has(fromMs)));
    const tailTimes = tail.flatMap((row) =>
      row === undefined || isWholeDay(row) ? [] : [...columnsOfCells(row.cells).openTimeMs].map(epochMs),
    );
    const first = [...starts.slice(0, 1), ...tailTimes.slice(0, 1).map(kstDayStart)].toSorted((a, b) => a - b)[0];
    const ends = [...tailTimes.slice(-1), ...starts.slice(-1).map((start) => epochMs(start + DAY_MS - MINUTE_MS))];
    return {
      wholeDays: days.length,
      rowCount: days.reduce((sum, { rowCount }) => sum + rowCount, 0) + tailTimes.length,
      fromMs: first ?? null,
      toMs: ends.length === 0 ? null : epochMs(Math.max(...ends)),
    };
  });
}
