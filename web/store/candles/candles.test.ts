import "fake-indexeddb/auto";
import Dexie from "dexie";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { candleAt, columnsOf, emptyColumns, type Candle } from "../../../domain/candle.ts";
import { epochMs, MINUTE_MS } from "../../../domain/units.ts";
import {
  candleCoverage,
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
import { joinedPieces, mergedCandles, rowsOf } from "./candle-pieces.ts";
import { dayStart, daysInMonth } from "./kst-calendar.ts";
import {
  candlesOf,
  fillQuarter,
  MARKET,
  NOW,
  plain,
  quarter,
  QUARTER_DAYS,
  sliceOf,
} from "../testing/recorded-quarter.ts";

const dayNamed = (kstDay: string) => ({ market: MARKET, ...QUARTER_DAYS.find((day) => day.kstDay === kstDay)! });
const newestOf = (kstDay: string, count: number) => {
  const until = sliceOf("2024-01-01", kstDay);
  return rowsOf(until, until.openTimeMs.length - count, until.openTimeMs.length);
};

let db: ObservatorDatabase;
let names = 0;
beforeEach(() => {
  db = openDatabase(`candles-test-${names++}`);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await db.delete();
});

describe("the candle store", () => {
  it("gives the recorded quarter back to the last bit, in months, days and tail [C6] [C15]", async () => {
    expect(QUARTER_DAYS.map(({ kstDay }) => kstDay).slice(-2)).toEqual(["2024-03-31", "2024-04-01"]);
    await fillQuarter(db);
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
    await fillQuarter(db);
    await gatherMonths(db, MARKET, NOW);
    const columns = await readCandles(db, MARKET, { last });
    const { length } = quarter.openTimeMs;
    expect(plain(columns)).toEqual(plain(rowsOf(quarter, length - last, length)));
  });

  it("reads the newest days that hold any [C6]", async () => {
    await fillQuarter(db);
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
    await fillQuarter(db);
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
    await fillQuarter(db);
    await readCandles(db, MARKET, { last: 100 });
    for (const { kstDay } of QUARTER_DAYS.slice(-20)) await removeDay(db, MARKET, kstDay);
    await db.candlePieces
      .where("[market+fromMs]")
      .aboveOrEqual([MARKET, dayStart("2024-04-01")])
      .delete();
    expect(plain(await readCandles(db, MARKET, { last: 2_000 }))).toEqual(plain(newestOf("2024-03-12", 2_000)));
  });

  it("takes a better day in the place of one that its month holds already [C16]", async () => {
    await fillQuarter(db);
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
    await fillQuarter(db);
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

describe("a year that meets what is there", () => {
  const inJanuary = {
    market: MARKET,
    kstDay: "2024-01-05",
    columns: rowsOf(sliceOf("2024-01-05", "2024-01-05"), 0, 9),
  };
  const rowsOfDay = async () => (await readDay(db, MARKET, "2024-01-05")).columns.openTimeMs.length;

  it("leaves a day that was stored before, and its neighbours' months are made all the same [C6]", async () => {
    await storeDay(db, inJanuary, NOW);
    await storeDays(db, MARKET, QUARTER_DAYS, { storedAtMs: NOW });
    expect(await rowsOfDay()).toBe(9);
    const months = await db.candleMonths.toCollection().primaryKeys();
    expect(months.map(([, kstMonth]) => kstMonth)).toEqual(["2024-02", "2024-03"]);
  });

  it("leaves a day that somebody stores in between [C6] [C16]", async () => {
    const storing = storeDays(db, MARKET, QUARTER_DAYS, { storedAtMs: NOW });
    await storeDay(db, inJanuary, NOW);
    await storing;
    expect(await rowsOfDay()).toBe(9);
    expect(await storedDays(db, MARKET)).toHaveLength(QUARTER_DAYS.length);
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
