import type { MarketCode } from "../../../domain/market-code.ts";
import { epochMs, type EpochMs } from "../../../domain/units.ts";
import { forgetCoverage } from "../coverage-store.ts";
import type { ObservatorDatabase } from "../database.ts";
import { requestRepair } from "../repair-store.ts";
import type { CandleDayRow, DamagedBlockRow } from "../tables.ts";
import { isWholeDay, piecesBetween, wholeDay } from "./candle-tables.ts";
import { monthSpan } from "./kst-calendar.ts";
import { sameBytes } from "./same-bytes.ts";

/** A block that could not be read, as the reader met it. */
export type DamagedBlock = {
  readonly market: MarketCode;
  /** `YYYY-MM` or `YYYY-MM-DD` */
  readonly period: string;
  readonly bytes: Uint8Array;
  readonly reason: string;
};

/** Takes a damaged block out of the way: the bytes are kept aside, its days count as not stored and are asked for again.
 *  A block that was replaced in the meantime stays. Rule C17. */
export function quarantineBlock(
  db: ObservatorDatabase,
  { market, period, bytes, reason }: DamagedBlock,
): Promise<void> {
  const foundAtMs = epochMs(Date.now());
  const tables = [db.candlePieces, db.candleMonths, db.damagedBlocks, db.coverage, db.repairs];
  return db.transaction("rw", tables, async () => {
    const rows = await rowsOfBlock(db, { market, period, bytes });
    if (rows === null) return;
    const days = rows.map(({ wholeDay }) => wholeDay);
    if (period.length === "YYYY-MM".length) await db.candleMonths.delete([market, period]);
    await db.candlePieces.bulkDelete(rows.map(({ fromMs }): [MarketCode, EpochMs] => [market, fromMs]));
    await forgetCoverage(db, market, days);
    await db.damagedBlocks.add({ market, period, awaitedDays: days, dayCount: days.length, bytes, reason, foundAtMs });
    if (days.length > 0) await requestRepair(db, market, foundAtMs);
  });
}

/** @returns null when another block stands there by now */
async function rowsOfBlock(
  db: ObservatorDatabase,
  { market, period, bytes }: Omit<DamagedBlock, "reason">,
): Promise<CandleDayRow[] | null> {
  if (period.length === "YYYY-MM-DD".length) {
    const row = await wholeDay(db, market, period);
    return row?.block && sameBytes(row.block, bytes) ? [row] : null;
  }
  const month = await db.candleMonths.get([market, period]);
  if (!sameBytes(month?.block ?? new Uint8Array(0), bytes)) return null;
  const pieces = await piecesBetween(db, market, monthSpan(period)).toArray();
  return pieces.filter((row) => isWholeDay(row)).filter(({ block }) => block === undefined);
}

/** Quarantines once the present task is over: a reader, and still less a screen's live query, may not write. */
export function quarantineSoon(db: ObservatorDatabase, block: DamagedBlock): void {
  setTimeout(() => {
    // The page may have closed the database, or left it, in the meantime.
    if (db.isOpen()) void quarantineBlock(db, block);
  });
}

/** Blocks in quarantine, oldest first. */
export const damagedBlocks = (db: ObservatorDatabase, market: MarketCode): Promise<DamagedBlockRow[]> =>
  db.damagedBlocks.where("market").equals(market).toArray();

/** Days that were lost with a damaged block and are not stored again yet, oldest first. */
export async function awaitedDays(db: ObservatorDatabase, market: MarketCode): Promise<string[]> {
  const blocks = await damagedBlocks(db, market);
  return [...new Set(blocks.flatMap(({ awaitedDays }) => awaitedDays))].toSorted();
}

/** The days are stored, or nobody wants them any more. Joins a transaction that is under way. */
export async function noLongerAwaited(
  db: ObservatorDatabase,
  market: MarketCode,
  kstDays: readonly string[],
): Promise<void> {
  const here = new Set(kstDays);
  await db.damagedBlocks
    .where("market")
    .equals(market)
    .modify((row: { awaitedDays: readonly string[] }) => {
      row.awaitedDays = row.awaitedDays.filter((kstDay) => !here.has(kstDay));
    });
}
