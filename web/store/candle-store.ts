import Dexie from "dexie";
import { assert } from "../../domain/assert.ts";
import {
  CANDLE_COLUMNS,
  candleAt,
  columnsOf,
  emptyColumns,
  type Candle,
  type CandleColumns,
} from "../../domain/candle.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import { kstDayOf, kstDayStart, parseKstDay } from "../../domain/time.ts";
import { DAY_MS, epochMs, type EpochMs } from "../../domain/units.ts";
import type { ObservatorDatabase } from "./database.ts";
import type { CandleDayRow, CandleTailRow } from "./tables.ts";

/** Which candles to read: the newest `days` KST days that hold any (the open one counts), or the newest `last`
 *  candles; with neither, all of them. */
export type CandleRange = { readonly days?: number; readonly last?: number };

/** One KST day's candles as they lie in the store, whole or still growing. */
type Piece = { readonly kstDay: string; readonly columns: CandleColumns };

const marketRange = (market: MarketCode): [[MarketCode, unknown], [MarketCode, unknown]] => [
  [market, Dexie.minKey],
  [market, Dexie.maxKey],
];

/** Rows come from a disk that other versions and other programs may have written. */
function checkedDay(row: CandleDayRow | undefined): Piece {
  assert(row !== undefined, "a stored day vanished while it was read");
  const sound = CANDLE_COLUMNS.every((name) => {
    const column: unknown = row.columns[name];
    return column instanceof Float64Array && column.length === row.rowCount;
  });
  assert(sound, `stored day ${row.market} ${row.kstDay} is damaged`);
  return { kstDay: row.kstDay, columns: row.columns };
}

function tailPieces(rows: readonly CandleTailRow[]): Piece[] {
  const days = Map.groupBy(rows, (row) => kstDayOf(row.openTimeMs));
  return [...days].map(([kstDay, candles]) => ({ kstDay, columns: columnsOf(candles) }));
}

function joined(pieces: readonly Piece[]): CandleColumns {
  const length = pieces.reduce((sum, { columns }) => sum + columns.openTimeMs.length, 0);
  const all = emptyColumns(length);
  let row = 0;
  for (const { columns } of pieces) {
    for (const name of CANDLE_COLUMNS) all[name].set(columns[name], row);
    row += columns.openTimeMs.length;
  }
  return all;
}

function newest(columns: CandleColumns, count: number): CandleColumns {
  const from = Math.max(0, columns.openTimeMs.length - count);
  if (from === 0) return columns;
  const cut = (name: (typeof CANDLE_COLUMNS)[number]) => columns[name].slice(from);
  return Object.fromEntries(CANDLE_COLUMNS.map((name) => [name, cut(name)])) as CandleColumns;
}

/** Closed candles of a market, oldest first, each minute once; silent and missing minutes are absent. Reads only as
 *  many stored days as the range needs. Rule C6. */
export function readCandles(
  db: ObservatorDatabase,
  market: MarketCode,
  range: CandleRange = {},
): Promise<CandleColumns> {
  return db.transaction("r", db.candleDays, db.candleTail, async () => {
    const tail = tailPieces(
      await db.candleTail
        .where("[market+openTimeMs]")
        .between(...marketRange(market))
        .toArray(),
    );
    const stored = new Set(await storedDays(db, market));
    const growing = new Map(tail.filter((piece) => !stored.has(piece.kstDay)).map((piece) => [piece.kstDay, piece]));
    const days = [...stored, ...growing.keys()].toSorted().toReversed();
    const pieces: Piece[] = [];
    let rows = 0;
    for (const kstDay of days) {
      if (pieces.length >= (range.days ?? Infinity) || rows >= (range.last ?? Infinity)) break;
      const piece = growing.get(kstDay) ?? checkedDay(await db.candleDays.get([market, kstDay]));
      rows += piece.columns.openTimeMs.length;
      pieces.push(piece);
    }
    return newest(joined(pieces.toReversed()), range.last ?? Infinity);
  });
}

/** KST days stored as a whole, oldest first. Reads keys only. */
export async function storedDays(db: ObservatorDatabase, market: MarketCode): Promise<string[]> {
  const keys = await db.candleDays
    .where("[market+kstDay]")
    .between(...marketRange(market))
    .primaryKeys();
  return keys.map(([, kstDay]) => kstDay);
}

/** One KST day's candles as they are at hand, and whether the day is stored as a whole. */
export function readDay(
  db: ObservatorDatabase,
  market: MarketCode,
  kstDay: string,
): Promise<{ readonly whole: boolean; readonly columns: CandleColumns }> {
  return db.transaction("r", db.candleDays, db.candleTail, async () => {
    const row = await db.candleDays.get([market, kstDay]);
    if (row !== undefined) return { whole: true, columns: checkedDay(row).columns };
    const start = parseKstDay(kstDay);
    assert(start.ok, `not a KST day: ${kstDay}`);
    const tail = await db.candleTail
      .where("[market+openTimeMs]")
      .between([market, start.value], [market, start.value + DAY_MS], true, false)
      .toArray();
    return { whole: false, columns: columnsOf(tail) };
  });
}

/** Puts a finished day away and takes its candles out of the tail, in one step. A day that is stored already is left
 *  as it is. Rule C6. */
export function storeDay(
  db: ObservatorDatabase,
  day: { readonly market: MarketCode; readonly kstDay: string; readonly columns: CandleColumns },
  storedAtMs: EpochMs,
): Promise<void> {
  const start = parseKstDay(day.kstDay);
  assert(start.ok, `not a KST day: ${day.kstDay}`);
  return db.transaction("rw", db.candleDays, db.candleTail, async () => {
    const known = await db.candleDays.where("[market+kstDay]").equals([day.market, day.kstDay]).count();
    if (known === 0) await db.candleDays.add({ ...day, rowCount: day.columns.openTimeMs.length, storedAtMs });
    await db.candleTail
      .where("[market+openTimeMs]")
      .between([day.market, start.value], [day.market, start.value + DAY_MS], true, false)
      .delete();
  });
}

/** Takes a whole day out, so that a better one can be put in its place. */
export async function removeDay(db: ObservatorDatabase, market: MarketCode, kstDay: string): Promise<void> {
  await db.candleDays.delete([market, kstDay]);
}

/** Writes closed candles of days that are not stored as a whole; the same minute is replaced. Candles of a stored day
 *  are left out, because a stored day never changes. */
export function putTail(db: ObservatorDatabase, market: MarketCode, candles: readonly Candle[]): Promise<void> {
  return db.transaction("rw", db.candleDays, db.candleTail, async () => {
    const days = new Set(candles.map((candle) => kstDayOf(candle.openTimeMs)));
    const whole = new Set<string>();
    for (const kstDay of days) {
      const count = await db.candleDays.where("[market+kstDay]").equals([market, kstDay]).count();
      if (count > 0) whole.add(kstDay);
    }
    const rows = candles
      .filter((candle) => !whole.has(kstDayOf(candle.openTimeMs)))
      .map((candle) => Object.assign({ market }, candle));
    await db.candleTail.bulkPut(rows);
  });
}

export const appendCandle = (db: ObservatorDatabase, market: MarketCode, candle: Candle): Promise<void> =>
  putTail(db, market, [candle]);

/** The newest closed candle at hand, or null. */
export async function newestCandle(db: ObservatorDatabase, market: MarketCode): Promise<Candle | null> {
  const columns = await readCandles(db, market, { last: 1 });
  return columns.openTimeMs.length === 0 ? null : candleAt(columns, 0);
}

export type CandleCoverage = {
  readonly wholeDays: number;
  /** Candles at hand, whole days and tail together. */
  readonly rowCount: number;
  /** Start of the oldest KST day and open time of the newest candle known without reading columns, or null. */
  readonly fromMs: EpochMs | null;
  readonly toMs: EpochMs | null;
};

/** How much of a market is stored. Reads keys only, so screens may ask often. */
export function candleCoverage(db: ObservatorDatabase, market: MarketCode): Promise<CandleCoverage> {
  return db.transaction("r", db.candleDays, db.candleTail, async () => {
    const days = (await db.candleDays
      .where("[market+kstDay+rowCount]")
      .between(...marketRange(market))
      .keys()) as unknown as [MarketCode, string, number][];
    const tail = await db.candleTail
      .where("[market+openTimeMs]")
      .between(...marketRange(market))
      .primaryKeys();
    const starts = days.map(([, kstDay]) => parseKstDay(kstDay)).flatMap((start) => (start.ok ? [start.value] : []));
    const tailTimes = tail.map(([, openTimeMs]) => epochMs(openTimeMs));
    const first = [...starts, ...tailTimes.slice(0, 1).map(kstDayStart)].toSorted((a, b) => a - b)[0];
    const newestStart = starts.at(-1);
    const ends = [
      ...tailTimes.slice(-1),
      ...(newestStart === undefined ? [] : [epochMs(newestStart + DAY_MS - 60_000)]),
    ];
    return {
      wholeDays: days.length,
      rowCount: days.reduce((sum, [, , count]) => sum + count, 0) + tail.length,
      fromMs: first ?? null,
      toMs: ends.length === 0 ? null : epochMs(Math.max(...ends)),
    };
  });
}
