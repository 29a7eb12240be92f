import "fake-indexeddb/auto";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import Dexie, { liveQuery } from "dexie";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  CANDLE_COLUMNS,
  candleAt,
  columnsOf,
  emptyColumns,
  type Candle,
  type CandleColumns,
} from "../../../domain/candle.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import { kstDayOf, kstDayStart } from "../../../domain/time.ts";
import { DAY_MS, epochMs, MINUTE_MS } from "../../../domain/units.ts";
import {
  awaitedDays,
  candleCoverage,
  checkBlocks,
  damagedBlocks,
  gatherMonths,
  putTail,
  readCandles,
  readDay,
  removeDay,
  storeDay,
  storeDays,
  storedDays,
} from "../candle-store.ts";
import { openDatabase, type ObservatorDatabase } from "../database.ts";
import { storageResult } from "../storage-result.ts";
import { isWholeDay, wholeDay } from "./candle-tables.ts";
import { gatherMonth } from "./gather-months.ts";
import { candlesBetween, joinedPieces, mergedCandles, rowsOf } from "./candle-pieces.ts";
import { dayEnd, dayStart, daysInMonth } from "./kst-calendar.ts";

const MARKET = "KRW-BTC" as MarketCode;
const NOW = epochMs(1);

/** The recorded quarter: 2024-01-01 to 2024-03-31, KST. */
const quarter = recorded();
const QUARTER_DAYS = daysOf(quarter);

function recorded(): CandleColumns {
  const text = gunzipSync(readFileSync("data/upbit-KRW-BTC-1m-2024-01_2024-03.csv.gz")).toString("utf8");
  const lines = text.trim().split("\n").slice(1);
  const columns = emptyColumns(lines.length);
  lines.forEach((line, row) => {
    const cells = line.split(",");
    columns.openTimeMs[row] = Date.parse(`${cells[1]}Z`);
    (["open", "high", "low", "close"] as const).forEach((name, at) => (columns[name][row] = Number(cells[at + 2])));
    columns.value[row] = NaN;
    columns.volume[row] = Number(cells[7]);
  });
  return columns;
}

function daysOf(columns: CandleColumns): { kstDay: string; columns: CandleColumns }[] {
  const days: { kstDay: string; columns: CandleColumns }[] = [];
  const last = columns.openTimeMs.at(-1)!;
  for (let start = kstDayStart(epochMs(columns.openTimeMs[0]!)); start <= last; start = epochMs(start + DAY_MS))
    days.push({ kstDay: kstDayOf(start), columns: candlesBetween(columns, start, start + DAY_MS) });
  return days;
}

const dayNamed = (kstDay: string) => ({ market: MARKET, ...QUARTER_DAYS.find((day) => day.kstDay === kstDay)! });
const sliceOf = (from: string, to: string) => candlesBetween(quarter, dayStart(from), dayEnd(to));
const newestOf = (kstDay: string, count: number) => {
  const until = sliceOf("2024-01-01", kstDay);
  return rowsOf(until, until.openTimeMs.length - count, until.openTimeMs.length);
};
const plain = (columns: CandleColumns) => CANDLE_COLUMNS.map((name) => [...columns[name]]);
const candlesOf = (columns: CandleColumns): Candle[] =>
  Array.from(columns.openTimeMs, (_, row) => candleAt(columns, row));

let db: ObservatorDatabase;
let names = 0;
beforeEach(() => {
  db = openDatabase(`candles-test-${names++}`);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await db.delete();
});

async function fillQuarter(): Promise<void> {
  const [head, last] = [QUARTER_DAYS.slice(0, -1), QUARTER_DAYS.at(-1)!];
  await storeDays(db, MARKET, head, { storedAtMs: NOW });
  await putTail(db, MARKET, candlesOf(last.columns));
}

describe("the candle store", () => {
  it("gives the recorded quarter back to the last bit, in months, days and tail [C6] [C15]", async () => {
    expect(QUARTER_DAYS.map(({ kstDay }) => kstDay).slice(-2)).toEqual(["2024-03-31", "2024-04-01"]);
    await fillQuarter();
    expect(await db.candleMonths.toCollection().primaryKeys()).toEqual([
      [MARKET, "2024-01"],
      [MARKET, "2024-02"],
      [MARKET, "2024-03"],
    ]);
    expect(plain(await readCandles(db, MARKET))).toEqual(plain(quarter));
    expect(await gatherMonths(db, MARKET, NOW)).toEqual([]);
    const loose = (await db.candlePieces.toArray()).filter(isWholeDay).filter(({ block }) => block !== undefined);
    expect(loose.map(({ wholeDay }) => wholeDay)).toEqual(QUARTER_DAYS.slice(-8, -1).map(({ kstDay }) => kstDay));
    expect(plain(await readCandles(db, MARKET))).toEqual(plain(quarter));
    expect(await candleCoverage(db, MARKET)).toMatchObject({ wholeDays: 91, rowCount: 130_088 });
  });

  it.each([1, 500, 1_440, 2_000, 12_000, 60_000])("reads the newest %d of them [C6]", async (last) => {
    await fillQuarter();
    await gatherMonths(db, MARKET, NOW);
    const columns = await readCandles(db, MARKET, { last });
    const { length } = quarter.openTimeMs;
    expect(plain(columns)).toEqual(plain(rowsOf(quarter, length - last, length)));
  });

  it("reads the newest days that hold any [C6]", async () => {
    await fillQuarter();
    await storeDay(db, { market: MARKET, kstDay: "2024-04-02", columns: emptyColumns(0) }, NOW);
    expect(plain(await readCandles(db, MARKET, { days: 40 }))).toEqual(plain(sliceOf("2024-02-22", "2024-04-01")));
  });

  it("reads the same while days come newest first and are gathered in between [C6] [C16]", async () => {
    const days = QUARTER_DAYS.filter(({ kstDay }) => kstDay >= "2024-02-20" && kstDay < "2024-04-01").toReversed();
    const writes: string[] = [];
    for (const day of days) {
      await storeDay(db, { market: MARKET, ...day }, NOW);
      writes.push(...(await gatherMonths(db, MARKET, NOW)));
      const columns = await readCandles(db, MARKET);
      expect(columns.openTimeMs.length).toBe(sliceOf(day.kstDay, "2024-03-31").openTimeMs.length);
    }
    expect(writes).toEqual(["2024-03", "2024-03", "2024-03", "2024-02"]);
    expect(plain(await readCandles(db, MARKET))).toEqual(plain(sliceOf("2024-02-20", "2024-03-31")));
  });

  it("leaves out a day that was taken out of its month, and nothing else [C16]", async () => {
    await fillQuarter();
    await removeDay(db, MARKET, "2024-01-15");
    const without = joinedPieces([sliceOf("2024-01-01", "2024-01-14"), sliceOf("2024-01-16", "2024-04-01")]);
    expect(plain(await readCandles(db, MARKET))).toEqual(plain(without));
    expect(await damagedBlocks(db, MARKET)).toEqual([]);
  });

  it("keeps gathered days that have become the newest when it gathers again [C16]", async () => {
    await storeDays(db, MARKET, QUARTER_DAYS.slice(0, 27), { storedAtMs: NOW });
    for (const { kstDay } of QUARTER_DAYS.slice(20, 27)) await removeDay(db, MARKET, kstDay);
    const expected = plain(sliceOf("2024-01-01", "2024-01-20"));
    expect(plain(await readCandles(db, MARKET, { last: 100_000 }))).toEqual(expected);
    expect(await gatherMonth(db, { market: MARKET, kstMonth: "2024-01" }, NOW)).toBe(true);
    expect(plain(await readCandles(db, MARKET))).toEqual(expected);
  });

  it("gathers nothing that was taken out meanwhile [C16]", async () => {
    for (const day of QUARTER_DAYS.slice(0, 39)) await storeDay(db, { market: MARKET, ...day }, NOW);
    const get = db.candleMonths.get.bind(db.candleMonths) as (key: unknown) => Promise<unknown>;
    const getThenRemove = async (key: unknown) => {
      const row = await get(key);
      await removeDay(db, MARKET, "2024-01-05");
      return row;
    };
    // Between its reading and its writing.
    vi.spyOn(db.candleMonths, "get").mockImplementationOnce(getThenRemove as never);
    expect(await gatherMonth(db, { market: MARKET, kstMonth: "2024-01" }, NOW)).toBe(false);
    const without = joinedPieces([sliceOf("2024-01-01", "2024-01-04"), sliceOf("2024-01-06", "2024-02-08")]);
    expect(plain(await readCandles(db, MARKET))).toEqual(plain(without));
  });

  it("reads the newest ones also after a guess that no longer holds [C6]", async () => {
    await fillQuarter();
    await readCandles(db, MARKET, { last: 100 });
    for (const { kstDay } of QUARTER_DAYS.slice(-20)) await removeDay(db, MARKET, kstDay);
    await db.candlePieces
      .where("[market+fromMs]")
      .aboveOrEqual([MARKET, dayStart("2024-04-01")])
      .delete();
    expect(plain(await readCandles(db, MARKET, { last: 2_000 }))).toEqual(plain(newestOf("2024-03-12", 2_000)));
  });

  it("takes a better day in the place of one that its month holds already [C16]", async () => {
    await fillQuarter();
    const better = { ...dayNamed("2024-01-15"), columns: rowsOf(dayNamed("2024-01-15").columns, 0, 100) };
    await removeDay(db, MARKET, "2024-01-15");
    expect((await readDay(db, MARKET, "2024-01-15")).columns.openTimeMs).toHaveLength(0);
    await storeDay(db, better, NOW);
    const expected = joinedPieces([
      sliceOf("2024-01-01", "2024-01-14"),
      better.columns,
      sliceOf("2024-01-16", "2024-04-01"),
    ]);
    expect(plain(await readCandles(db, MARKET))).toEqual(plain(expected));
    await gatherMonths(db, MARKET, NOW);
    expect((await wholeDay(db, MARKET, "2024-01-15"))?.block).toBeUndefined();
    expect(plain(await readCandles(db, MARKET))).toEqual(plain(expected));
    expect(plain((await readDay(db, MARKET, "2024-01-15")).columns)).toEqual(plain(better.columns));
  });

  it("reads one day from a month, a block or the tail", async () => {
    await fillQuarter();
    for (const kstDay of ["2024-02-10", "2024-03-30", "2024-04-01"])
      expect(plain((await readDay(db, MARKET, kstDay)).columns)).toEqual(plain(dayNamed(kstDay).columns));
    const inTransaction = await db.transaction("rw", db.tables, async () => {
      const { columns } = await readDay(db, MARKET, "2024-02-10");
      await db.settings.put({ name: "historyDays", value: 3 });
      return columns.openTimeMs.length;
    });
    expect(inTransaction).toBe(dayNamed("2024-02-10").columns.openTimeMs.length);
  });

  it("replaces the same minute in the tail, in whatever order candles come", async () => {
    const start = dayStart("2024-04-01");
    const candle = (minute: number, close: number): Candle => ({
      ...candleAt(quarter, 0),
      openTimeMs: epochMs(start + minute * MINUTE_MS),
      close,
    });
    await putTail(db, MARKET, [candle(181, 1), candle(2, 1), candle(2, 2), candle(0, 1)]);
    await putTail(db, MARKET, [candle(1, 3), candle(181, 4)]);
    expect([...(await readCandles(db, MARKET)).close]).toEqual([1, 3, 2, 4]);
    expect(await db.candlePieces.count()).toBe(2);
  });
});

describe("a write that breaks off", () => {
  /** The next write to the table fails, as it does when the disk is full. */
  const failing = (table: string) => {
    let left = 1;
    db.use({
      stack: "dbcore",
      name: "failing",
      create: (core) => ({
        ...core,
        table(name) {
          const inner = core.table(name);
          const mutate: typeof inner.mutate = (request) =>
            name === table && request.type !== "delete" && left-- > 0
              ? Promise.reject(new DOMException("the disk is full", "QuotaExceededError"))
              : inner.mutate(request);
          return { ...inner, mutate };
        },
      }),
    });
  };

  it.each(["candlePieces", "candleMonths"])("at %s leaves no part of a gathered month [C16]", async (table) => {
    for (const day of QUARTER_DAYS.slice(0, 39)) await storeDay(db, { market: MARKET, ...day }, NOW);
    db.close();
    failing(table);
    await db.open();
    await expect(gatherMonths(db, MARKET, NOW)).rejects.toThrow("disk is full");
    expect(await db.candleMonths.count()).toBe(0);
    expect(plain(await readCandles(db, MARKET))).toEqual(plain(sliceOf("2024-01-01", "2024-02-08")));
    expect(await gatherMonths(db, MARKET, NOW)).toEqual(["2024-01"]);
    expect(plain(await readCandles(db, MARKET))).toEqual(plain(sliceOf("2024-01-01", "2024-02-08")));
  });

  it("for want of room is a fault, not a crash [C19]", async () => {
    db.close();
    failing("candlePieces");
    await db.open();
    const day = dayNamed("2024-01-02");
    expect(await storageResult(() => storeDay(db, day, NOW))).toMatchObject({
      fault: { type: "storage-full", kind: "stop" },
    });
    expect(await storageResult(() => storeDay(db, day, NOW))).toEqual({ ok: true });
    await expect(storageResult(() => Promise.reject(new Error("a bug")))).rejects.toThrow("a bug");
  });

  it("leaves the day in the tail, whole [C16]", async () => {
    const day = dayNamed("2024-01-02");
    await putTail(db, MARKET, candlesOf(day.columns));
    db.close();
    failing("candlePieces");
    await db.open();
    await expect(storeDay(db, day, NOW)).rejects.toThrow("disk is full");
    expect(await storedDays(db, MARKET)).toEqual([]);
    expect(plain(await readCandles(db, MARKET))).toEqual(plain(day.columns));
  });
});

describe("a damaged block", () => {
  const flipped = (bytes: Uint8Array, at: number): Uint8Array => bytes.with(at, bytes[at]! ^ 4);
  async function damageDay(kstDay: string, at: number): Promise<void> {
    const { block, fromMs } = (await wholeDay(db, MARKET, kstDay))!;
    await db.candlePieces.update([MARKET, fromMs], { block: flipped(block!, at) } as never);
  }
  const quarantined = () => vi.waitFor(async () => expect(await damagedBlocks(db, MARKET)).toHaveLength(1));

  it("of a month is set aside with its bytes, and its days are asked for again [C17]", async () => {
    await fillQuarter();
    const { block } = (await db.candleMonths.get([MARKET, "2024-02"]))!;
    const broken = flipped(block, block.length - 9);
    await db.candleMonths.update([MARKET, "2024-02"], { block: broken });
    const without = joinedPieces([sliceOf("2024-01-01", "2024-01-31"), sliceOf("2024-03-01", "2024-04-01")]);
    expect(plain(await readCandles(db, MARKET))).toEqual(plain(without));
    await quarantined();
    const [damaged] = await damagedBlocks(db, MARKET);
    expect(damaged).toMatchObject({ period: "2024-02", dayCount: 29, reason: expect.stringContaining("checksum") });
    expect([...damaged!.bytes]).toEqual([...broken]);
    expect(await awaitedDays(db, MARKET)).toHaveLength(29);
    expect(await storedDays(db, MARKET)).toHaveLength(62);
    expect((await db.repairs.get(MARKET))?.state).toBe("requested");

    for (const day of QUARTER_DAYS.filter(({ kstDay }) => kstDay.startsWith("2024-02")))
      await storeDay(db, { market: MARKET, ...day }, NOW);
    expect(await awaitedDays(db, MARKET)).toEqual([]);
    expect(plain(await readCandles(db, MARKET))).toEqual(plain(quarter));
  });

  it("of whatever damage is found [C17]", async () => {
    await fillQuarter();
    const { block } = (await db.candleMonths.get([MARKET, "2024-01"]))!;
    for (const broken of [flipped(block, 2000), block.subarray(0, 3000), block.subarray(0, 5), flipped(block, 0)]) {
      await db.candleMonths.update([MARKET, "2024-01"], { block: broken });
      expect((await readDay(db, MARKET, "2024-01-03")).whole).toBe(false);
    }
    await quarantined();
  });

  it("of a day is found by a screen's live query, which may not write [C17]", async () => {
    await storeDays(db, MARKET, QUARTER_DAYS.slice(0, 3), { storedAtMs: NOW });
    await damageDay("2024-01-02", 500);
    const lengths: number[] = [];
    const seen = liveQuery(() => readCandles(db, MARKET)).subscribe(({ openTimeMs }) =>
      lengths.push(openTimeMs.length),
    );
    await quarantined();
    seen.unsubscribe();
    expect(lengths[0]).toBe(QUARTER_DAYS[0]!.columns.openTimeMs.length + QUARTER_DAYS[2]!.columns.openTimeMs.length);
    expect(await awaitedDays(db, MARKET)).toEqual(["2024-01-02"]);
  });

  it("is found before anyone reads it, in days and in months, and whole ones stay [C17]", async () => {
    await fillQuarter();
    const before = await storedDays(db, MARKET);
    await checkBlocks(db, MARKET);
    expect(await damagedBlocks(db, MARKET)).toEqual([]);
    await damageDay("2024-03-29", 700);
    const { block } = (await db.candleMonths.get([MARKET, "2024-01"]))!;
    await db.candleMonths.update([MARKET, "2024-01"], { block: block.subarray(0, 5) });
    await checkBlocks(db, MARKET);
    const periods = (await damagedBlocks(db, MARKET)).map(({ period }) => period);
    expect(periods).toEqual(["2024-03-29", "2024-01"]);
    expect(await awaitedDays(db, MARKET)).toHaveLength(32);
    expect(await storedDays(db, MARKET)).toHaveLength(before.length - 32);
  });

  it("stops a gathering and costs no other day [C17]", async () => {
    for (const day of QUARTER_DAYS.slice(0, 39)) await storeDay(db, { market: MARKET, ...day }, NOW);
    await damageDay("2024-01-20", 50);
    expect(await gatherMonths(db, MARKET, NOW)).toEqual([]);
    expect(await awaitedDays(db, MARKET)).toEqual(["2024-01-20"]);
    expect(await gatherMonths(db, MARKET, NOW)).toEqual(["2024-01"]);
    expect(await storedDays(db, MARKET)).toHaveLength(38);
  });
});

describe("a database of an earlier version", () => {
  it("keeps its candles, days and tail, to the last bit [C18]", async () => {
    const name = `candles-migration-${names++}`;
    const old = new Dexie(name);
    old.version(2).stores({
      candleDays: "[market+kstDay], [market+kstDay+rowCount]",
      candleTail: "[market+openTimeMs]",
      coverage: "[market+kstDay], kstDay",
      settings: "name",
    });
    const days = QUARTER_DAYS.slice(0, 5);
    for (const { kstDay, columns } of days.slice(0, 4))
      await old
        .table("candleDays")
        .add({ market: MARKET, kstDay, columns, rowCount: columns.openTimeMs.length, storedAtMs: 7 });
    await old.table("candleTail").bulkAdd(candlesOf(days[4]!.columns).map((candle) => ({ market: MARKET, ...candle })));
    await old.table("settings").put({ name: "historyDays", value: 3 });
    old.close();

    const upgraded = openDatabase(name);
    expect(plain(await readCandles(upgraded, MARKET))).toEqual(plain(sliceOf("2024-01-01", "2024-01-05")));
    expect(await wholeDay(upgraded, MARKET, "2024-01-02")).toMatchObject({
      storedAtMs: 7,
      looseMonth: "2024-01",
    });
    expect(await upgraded.settings.count()).toBe(1);
    expect(upgraded.tables.map((table) => table.name)).not.toContain("candleTail");
    await upgraded.delete();
  });
});

describe("pieces and days", () => {
  it("merge by time, the second standing where both have a candle", () => {
    const part = (closes: readonly [number, number][]) =>
      columnsOf(closes.map(([minute, close]) => ({ ...candleAt(quarter, 0), openTimeMs: epochMs(minute), close })));
    const merged = mergedCandles(
      part([
        [1, 1],
        [3, 1],
        [9, 1],
      ]),
      part([
        [0, 2],
        [3, 2],
        [4, 2],
      ]),
    );
    expect([...merged.openTimeMs]).toEqual([0, 1, 3, 4, 9]);
    expect([...merged.close]).toEqual([2, 1, 2, 2, 1]);
  });

  it("know the lengths of months", () => {
    expect(["2023-02", "2024-02", "2024-04", "2024-12"].map(daysInMonth)).toEqual([28, 29, 30, 31]);
  });
});
