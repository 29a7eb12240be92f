import Dexie from "dexie";
import { assert } from "../../../domain/assert.ts";
import { candleAt, emptyColumns, type Candle, type CandleColumns } from "../../../domain/candle.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import { kstDayOf } from "../../../domain/time.ts";
import type { ObservatorDatabase } from "../database.ts";
import type { CandleMonthRow, CandlePieceRow } from "../tables.ts";
import { rowsOf } from "./candle-pieces.ts";
import { isWholeDay, piecesBetween } from "./candle-tables.ts";
import { rowsInCells } from "./tail-cells.ts";
import { dayEnd, dayStart, monthOfDay } from "./kst-calendar.ts";
import { quarantineSoon } from "./quarantine.ts";
import { storedParts, type StoredPart } from "./stored-parts.ts";

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
  if (range.last !== undefined) {
    // The newest candles seldom reach back into a month: then one question is all, and needs no transaction around it.
    const parts = newestParts(storedParts(await newestPieces(db, market, range.last)), range.last);
    if (parts.every(({ kstMonth }) => kstMonth === null)) return newestOf(await filled(db, parts), range.last);
  }
  return db.transaction("r", db.candlePieces, db.candleMonths, async () => {
    // All on their way at once: one is decoded while the database fetches the next.
    const fetched = new Map<string, PromiseLike<CandleMonthRow | undefined>>();
    const fetch = (kstMonths: Iterable<string>) => {
      for (const kstMonth of kstMonths)
        if (!fetched.has(kstMonth)) fetched.set(kstMonth, db.candleMonths.get([market, kstMonth]));
    };
    const likely = likelyMonths(db, market, range).then(fetch);
    const parts = newestParts(storedParts(await findPieces(db, market, range)), range.last ?? Infinity);
    await likely;
    fetch(parts.flatMap(({ kstMonth }) => kstMonth ?? []));
    return newestOf(await filled(db, parts, fetched), range.last ?? Infinity);
  });
}

/** Months that a range named by its days will need, known before its days are. */
async function likelyMonths(
  db: ObservatorDatabase,
  market: MarketCode,
  { days, last, fromDay, toDay }: CandleRange,
): Promise<string[]> {
  if (days !== undefined || last !== undefined) return [];
  const [from, to] = [fromDay ? monthOfDay(fromDay) : Dexie.minKey, toDay ? monthOfDay(toDay) : Dexie.maxKey];
  const keys = await db.candleMonths
    .where("[market+kstMonth]")
    .between([market, from], [market, to], true, true)
    .primaryKeys();
  return keys.map(([, kstMonth]) => kstMonth);
}

/** The candles of the parts; a part that cannot be read is left out and its block put into quarantine. */
async function filled(
  db: ObservatorDatabase,
  parts: readonly StoredPart[],
  months: ReadonlyMap<string, PromiseLike<CandleMonthRow | undefined>> = new Map(),
): Promise<CandleColumns> {
  const all = emptyColumns(parts.reduce((sum, { rowCount }) => sum + rowCount, 0));
  let length = 0;
  for (const { rowCount, kstMonth, fill } of parts) {
    const month = kstMonth === null ? undefined : await months.get(kstMonth);
    const damaged = fill(rowsOf(all, length, length + rowCount), month);
    if (damaged === null) length += rowCount;
    else quarantineSoon(db, damaged);
  }
  return rowsOf(all, 0, length);
}

function newestOf(columns: CandleColumns, last: number): CandleColumns {
  const { length } = columns.openTimeMs;
  return length <= last ? columns : rowsOf(columns, length - last, length);
}

/** No more of the oldest than are needed for so many candles. */
function newestParts(parts: readonly StoredPart[], last: number): readonly StoredPart[] {
  let rows = 0;
  let from = parts.length;
  while (from > 0 && rows < last) rows += parts[--from]!.rowCount;
  return parts.slice(from);
}

/** Pieces of the range, oldest first; for `last` at least so many candles of the newest. */
function findPieces(
  db: ObservatorDatabase,
  market: MarketCode,
  { days, last, fromDay, toDay }: CandleRange,
): Promise<CandlePieceRow[]> {
  if (last !== undefined) return newestPieces(db, market, last);
  const bounds = [fromDay ? dayStart(fromDay) : -Infinity, toDay ? dayEnd(toDay) : Infinity] as const;
  const pieces = piecesBetween(db, market, bounds).toArray();
  return days === undefined ? pieces : pieces.then((rows) => newestDays(rows, days));
}

function newestDays(rows: readonly CandlePieceRow[], count: number): CandlePieceRow[] {
  const filled = rows.filter((row) => rowsIn(row) > 0);
  const kept = new Set([...new Set(filled.map(({ fromMs }) => kstDayOf(fromMs)))].slice(-count));
  return filled.filter(({ fromMs }) => kept.has(kstDayOf(fromMs)));
}

const rowsIn = (row: CandlePieceRow): number => (isWholeDay(row) ? row.rowCount : rowsInCells(row.cells));

/** Where the newest candles began that were last asked for, by market. Only a guess that saves a question: what is found
 *  from there on is counted, and all is read where it is too little. */
const guesses = new WeakMap<ObservatorDatabase, Map<MarketCode, number>>();

async function newestPieces(db: ObservatorDatabase, market: MarketCode, last: number): Promise<CandlePieceRow[]> {
  const known = guesses.get(db) ?? new Map<MarketCode, number>();
  guesses.set(db, known);
  const guess = known.get(market) ?? -Infinity;
  let rows = await piecesBetween(db, market, [guess, Infinity]).toArray();
  const held = rows.reduce((sum, row) => sum + rowsIn(row), 0);
  if (held < last && guess > -Infinity) rows = await piecesBetween(db, market, [-Infinity, Infinity]).toArray();
  let [from, count] = [rows.length, 0];
  while (from > 0 && count < last) count += rowsIn(rows[--from]!);
  if (from < rows.length) known.set(market, rows[from]!.fromMs);
  return rows.slice(from);
}

/** The newest closed candle at hand, or null. */
export async function newestCandle(db: ObservatorDatabase, market: MarketCode): Promise<Candle | null> {
  const columns = await readCandles(db, market, { last: 1 });
  return columns.openTimeMs.length === 0 ? null : candleAt(columns, 0);
}
