import type { CandleColumns } from "../../../domain/candle.ts";
import { encodeCandles } from "../../../domain/candle-codec/encode-candles.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import { kstDayOf } from "../../../domain/time.ts";
import { epochMs, type EpochMs } from "../../../domain/units.ts";
import type { ObservatorDatabase } from "../database.ts";
import type { CandleDayRow, CandleMonthRow } from "../tables.ts";
import { candlesBetween, joinedPieces } from "./candle-pieces.ts";
import { isWholeDay, marketRange, piecesBetween } from "./candle-tables.ts";
import { dayEnd, daysInMonth, monthOfDay, monthSpan } from "./kst-calendar.ts";
import { quarantineBlock } from "./quarantine.ts";
import { readBlock } from "./read-block.ts";
import { sameBytes } from "./same-bytes.ts";
import { storedDays } from "./store-day.ts";

/** The newest stored days stay as they are: what is read most is at hand without gunzip. */
export const DAYS_KEPT_LOOSE = 7;
/** A month is written again for so many days at once, or when it is complete. */
export const DAYS_GATHERED = 8;

/** Brings days that lie about into the blocks of their months. What is read stays the same before, during and after it,
 *  wherever it breaks off. Rules C6, C16.
 *  @returns the months that were written */
export async function gatherMonths(db: ObservatorDatabase, market: MarketCode, nowMs: EpochMs): Promise<string[]> {
  const written: string[] = [];
  for (const kstMonth of await monthsToGather(db, market))
    if (await gatherMonth(db, { market, kstMonth }, nowMs)) written.push(kstMonth);
  return written;
}

async function monthsToGather(db: ObservatorDatabase, market: MarketCode): Promise<string[]> {
  const looseKeys = await db.candlePieces
    .where("[market+looseMonth]")
    .between(...marketRange(market))
    .primaryKeys();
  if (looseKeys.length < DAYS_KEPT_LOOSE) return [];
  const stored = await storedDays(db, market);
  const keptLoose = new Set(stored.slice(-DAYS_KEPT_LOOSE));
  const loose = looseKeys.map(([, fromMs]) => kstDayOf(epochMs(fromMs))).filter((kstDay) => !keptLoose.has(kstDay));
  const inMonth = (kstMonth: string) => stored.filter((kstDay) => monthOfDay(kstDay) === kstMonth);
  return [...Map.groupBy(loose, monthOfDay)]
    .filter(([kstMonth, days]) => {
      const all = inMonth(kstMonth);
      const complete = all.length === daysInMonth(kstMonth) && !all.some((kstDay) => keptLoose.has(kstDay));
      return complete || days.length >= DAYS_GATHERED;
    })
    .map(([kstMonth]) => kstMonth);
}

type MonthKey = { readonly market: MarketCode; readonly kstMonth: string };
type MonthRows = { readonly days: readonly CandleDayRow[]; readonly month: CandleMonthRow | undefined };

/** Writes one month's block anew, of the days that count now.
 *  @returns false when it was not written: a block was damaged, or somebody else changed the month meanwhile */
export async function gatherMonth(db: ObservatorDatabase, key: MonthKey, nowMs: EpochMs): Promise<boolean> {
  const keptLoose = new Set((await storedDays(db, key.market)).slice(-DAYS_KEPT_LOOSE));
  const before = await rowsOfMonth(db, key);
  const days = before.days.filter(({ block, wholeDay }) => block === undefined || !keptLoose.has(wholeDay));
  const pieces = await piecesOf(db, days, before.month);
  if (pieces === null) return false;
  const columns = joinedPieces(pieces);
  const month: CandleMonthRow = {
    ...key,
    days: days.map(({ wholeDay }) => wholeDay),
    rowCount: columns.openTimeMs.length,
    block: encodeCandles(columns),
    writtenAtMs: nowMs,
  };
  return db.transaction("rw", db.candlePieces, db.candleMonths, async () => {
    const now = await rowsOfMonth(db, key);
    // Another tab, an import or a repair came between: the next round gathers what there is then.
    if (!unchanged(before, now)) return false;
    await db.candleMonths.put(month);
    await db.candlePieces.bulkPut(
      days.map(({ market, fromMs, wholeDay, rowCount, storedAtMs }) => ({
        market,
        fromMs,
        wholeDay,
        rowCount,
        storedAtMs,
      })),
    );
    return true;
  });
}

async function rowsOfMonth(db: ObservatorDatabase, { market, kstMonth }: MonthKey): Promise<MonthRows> {
  const pieces = await piecesBetween(db, market, monthSpan(kstMonth)).toArray();
  return { days: pieces.filter(isWholeDay), month: await db.candleMonths.get([market, kstMonth]) };
}

/** @returns null when a block was damaged: its days are lost to the month until they are fetched again */
async function piecesOf(
  db: ObservatorDatabase,
  days: readonly CandleDayRow[],
  month: CandleMonthRow | undefined,
): Promise<CandleColumns[] | null> {
  const pieces: CandleColumns[] = [];
  for (const { market, wholeDay, block } of days) {
    if (!block) continue;
    const columns = readBlock(block);
    if (columns.ok) pieces.push(columns.value);
    else await quarantineBlock(db, { market, period: wholeDay, bytes: block, reason: columns.fault });
    if (!columns.ok) return null;
  }
  if (month === undefined) return pieces;
  const { market, kstMonth, block: bytes } = month;
  const columns = readBlock(bytes);
  if (!columns.ok) {
    await quarantineBlock(db, { market, period: kstMonth, bytes, reason: columns.fault });
    return null;
  }
  for (const { fromMs, wholeDay, block } of days)
    if (!block) pieces.push(candlesBetween(columns.value, fromMs, dayEnd(wholeDay)));
  return pieces;
}

function unchanged(before: MonthRows, now: MonthRows): boolean {
  const none = new Uint8Array(0);
  return (
    sameBytes(before.month?.block ?? none, now.month?.block ?? none) &&
    before.days.length === now.days.length &&
    before.days.every(({ wholeDay, block }, at) => {
      const other = now.days[at]!;
      return other.wholeDay === wholeDay && sameBytes(block ?? none, other.block ?? none);
    })
  );
}
