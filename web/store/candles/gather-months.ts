import type { CandleColumns } from "../../../domain/candle.ts";
import { encodeCandles } from "../../../domain/candle-codec/encode-candles.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import type { EpochMs } from "../../../domain/units.ts";
import type { ObservatorDatabase } from "../database.ts";
import type { CandleDayRow, CandleMonthRow } from "../tables.ts";
import { candlesBetween, joinedPieces } from "./candle-pieces.ts";
import { marketRange } from "./candle-tables.ts";
import { dayEnd, daysInMonth, dayStart, monthOfDay } from "./kst-calendar.ts";
import { quarantineBlock } from "./quarantine.ts";
import { readBlock } from "./read-block.ts";
import { sameBytes } from "./same-bytes.ts";
import { storedDays } from "./store-day.ts";

/** The newest stored days stay as they are: what is read most is at hand without gunzip. */
export const DAYS_KEPT_LOOSE = 7;
/** A month is written again for so many days at once, or when it is complete. */
const DAYS_GATHERED = 8;

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
  const looseKeys = await db.candleDays
    .where("[market+looseMonth]")
    .between(...marketRange(market))
    .primaryKeys();
  if (looseKeys.length < DAYS_KEPT_LOOSE) return [];
  const stored = await storedDays(db, market);
  const keptLoose = new Set(stored.slice(-DAYS_KEPT_LOOSE));
  const loose = looseKeys.map(([, kstDay]) => kstDay).filter((kstDay) => !keptLoose.has(kstDay));
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
  const days = before.days.filter(({ kstDay }) => !keptLoose.has(kstDay));
  const pieces = await piecesOf(db, days, before.month);
  if (pieces === null) return false;
  const block = encodeCandles(joinedPieces(pieces));
  return db.transaction("rw", db.candleDays, db.candleMonths, async () => {
    const now = await rowsOfMonth(db, key);
    // Another tab, an import or a repair came between: the next round gathers what there is then.
    if (!unchanged(before, now)) return false;
    await db.candleMonths.put({ ...key, days: days.map(({ kstDay }) => kstDay), block, writtenAtMs: nowMs });
    await db.candleDays.bulkPut(
      days.map(({ market, kstDay, rowCount, storedAtMs }) => ({ market, kstDay, rowCount, storedAtMs })),
    );
    return true;
  });
}

async function rowsOfMonth(db: ObservatorDatabase, { market, kstMonth }: MonthKey): Promise<MonthRows> {
  const days = await db.candleDays
    .where("[market+kstDay]")
    .between([market, `${kstMonth}-01`], [market, `${kstMonth}-31`], true, true)
    .toArray();
  return { days, month: await db.candleMonths.get([market, kstMonth]) };
}

/** @returns null when a block was damaged: its days are lost to the month until they are fetched again */
async function piecesOf(
  db: ObservatorDatabase,
  days: readonly CandleDayRow[],
  month: CandleMonthRow | undefined,
): Promise<CandleColumns[] | null> {
  const pieces: CandleColumns[] = [];
  for (const { market, kstDay, block } of days) {
    if (!block) continue;
    const columns = readBlock(block);
    if (columns.ok) pieces.push(columns.value);
    else await quarantineBlock(db, { market, period: kstDay, bytes: block, reason: columns.fault });
    if (!columns.ok) return null;
  }
  if (month === undefined) return pieces;
  const { market, kstMonth, block: bytes } = month;
  const columns = readBlock(bytes);
  if (!columns.ok) {
    await quarantineBlock(db, { market, period: kstMonth, bytes, reason: columns.fault });
    return null;
  }
  for (const { kstDay, block } of days)
    if (!block) pieces.push(candlesBetween(columns.value, dayStart(kstDay), dayEnd(kstDay)));
  return pieces;
}

function unchanged(before: MonthRows, now: MonthRows): boolean {
  const none = new Uint8Array(0);
  return (
    sameBytes(before.month?.block ?? none, now.month?.block ?? none) &&
    before.days.length === now.days.length &&
    before.days.every(({ kstDay, block }, at) => {
      const other = now.days[at]!;
      return other.kstDay === kstDay && sameBytes(block ?? none, other.block ?? none);
    })
  );
}
