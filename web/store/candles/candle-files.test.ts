import "fake-indexeddb/auto";
import { readFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { MarketCode } from "../../../domain/market-code.ts";
import { epochMs, DAY_MS, type EpochMs } from "../../../domain/units.ts";
import {
  applyRetention,
  candleCoverage,
  exportCandles,
  importCandles,
  previewRetention,
  putTail,
  readCandles,
  readDay,
  storedBytes,
  storedDays,
  writeRetention,
  type FileProgress,
} from "../candle-store.ts";
import { openDatabase, type ObservatorDatabase } from "../database.ts";
import { dayEnd, dayStart } from "./kst-calendar.ts";

const MARKET = "KRW-BTC" as MarketCode;
const packed = readFileSync("data/upbit-KRW-BTC-1m-2024-01_2024-03.csv.gz");
const text = gunzipSync(packed).toString("utf8");
/** The recording spells small volumes as 8.43e-05. */
const withoutExponents = text.replaceAll(/[\d.]+e-\d+/g, (number) => Number(number).toFixed(8).replace(/0+$/, ""));
const HEADER = text.slice(0, text.indexOf("\n"));
const LATER = epochMs(dayEnd("2024-04-01") + DAY_MS);

let db: ObservatorDatabase;
let names = 0;
beforeEach(() => {
  db = openDatabase(`candle-files-test-${names++}`);
});
afterEach(() => db.delete());

const bring = (content: string | Uint8Array<ArrayBuffer>, marketNowMs: EpochMs = LATER) =>
  importCandles(db, { market: MARKET, file: new Blob([content]) }, { marketNowMs });
const exported = async (): Promise<string> => {
  const bytes = await new Response(exportCandles(db, MARKET) as ReadableStream<Uint8Array<ArrayBuffer>>).arrayBuffer();
  return gunzipSync(new Uint8Array(bytes)).toString("utf8");
};
/** Rows at the given minutes of a day, spelled as the file spells them. */
const rowsAt = (day: string, minutes: readonly number[], close = 105) =>
  minutes.map((minute) => {
    const time = new Date(Date.parse(`${day}T00:00:00+09:00`) + minute * 60_000).toISOString().slice(0, 19);
    return `KRW-BTC,${time},100,110,90,${close},,1.5`;
  });
const fileOf = (...rows: string[]) => [HEADER, ...rows, ""].join("\n");

describe("a candle file", () => {
  it("goes in and comes out with the same content, the recorded quarter to the letter [C15]", async () => {
    const seen: FileProgress[] = [];
    const file = new Blob([packed]);
    const report = await importCandles(
      db,
      { market: MARKET, file },
      { marketNowMs: LATER, onProgress: (progress) => seen.push(progress) },
    );
    expect(report).toEqual({ ok: true, value: { rowCount: 130_088, daysStored: 92, daysKept: 0, stopped: false } });
    expect(seen.map(({ share }) => share)).toEqual(seen.map(({ share }) => share).toSorted((a, b) => a - b));
    expect(seen.at(-1)).toEqual({ rowCount: 130_088, share: 1 });
    expect(await exported()).toBe(withoutExponents);
    expect(await candleCoverage(db, MARKET)).toMatchObject({ rowCount: 130_088, wholeDays: 92 });
    expect((await storedBytes(db, MARKET)) / 130_088).toBeLessThan(8);
  }, 60_000);

  it("is spelled without exponents, and with values where they are known", async () => {
    const row = "KRW-BTC,2024-01-01T15:00:00,0.0000001,0.0000001,0.0000001,0.0000001,12.34567,0.00000003";
    expect((await bring(fileOf(row))).ok).toBe(true);
    expect(await exported()).toBe(fileOf(row));
  });

  it.each([
    [
      "a cell that is no number",
      [...rowsAt("2024-01-05", [0, 1]), "KRW-BTC,2024-01-05T00:00:00,x,1,1,1,,1"],
      4,
      "number",
    ],
    ["a row cut off", [...rowsAt("2024-01-05", [0]), "KRW-BTC,2024-01"], 3, "fields"],
    ["a candle that comes twice", [...rowsAt("2024-01-05", [0, 1, 1])], 4, "order"],
    ["hours instead of minutes", rowsAt("2024-01-05", [0, 60, 120, 180, 240, 360]), 2, "coarse"],
  ])("with %s is refused by line, and nothing of it is stored [C16]", async (_, rows, line, kind) => {
    const report = await bring(fileOf(...rowsAt("2024-01-03", [0, 1, 2]).slice(0, rows.length > 5 ? 0 : 3), ...rows));
    const shift = rows.length > 5 ? 0 : 3;
    expect(report).toMatchObject({
      fault: { kind: "file", fault: { kind, line: line === 2 && shift === 0 ? 2 : line + shift } },
    });
    expect((await candleCoverage(db, MARKET)).rowCount).toBe(0);
  });

  it("with damaged compression or another kind of content is refused [C16]", async () => {
    const damaged = Uint8Array.from(packed);
    damaged[300_000] = damaged[300_000]! ^ 255;
    for (const content of [damaged, Uint8Array.from(packed.subarray(0, 200_000)), Uint8Array.from([0xff, 0xfe, 0, 1])])
      expect(await bring(content)).toMatchObject({ ok: false, fault: { kind: "file" } });
    const other = "KRW-ETH,2024-01-05T00:01:00,1,1,1,1,,1";
    for (const before of [[], rowsAt("2024-01-05", [0])])
      expect(await bring(fileOf(...before, other))).toMatchObject({
        fault: { fault: { line: 2 + before.length, kind: "other-market", about: "KRW-ETH" } },
      });
    expect(await bring(fileOf())).toMatchObject({ fault: { fault: { kind: "no-candle" } } });
    expect(await bring("")).toMatchObject({ ok: false, fault: { fault: { line: 1 } } });
    expect(await storedDays(db, MARKET)).toEqual([]);
  });

  it("that is stopped leaves whole days only [C16]", async () => {
    const stop = new AbortController();
    const report = await importCandles(
      db,
      { market: MARKET, file: new Blob([packed]) },
      { marketNowMs: LATER, signal: stop.signal, onProgress: ({ rowCount }) => rowCount > 0 && stop.abort() },
    );
    expect(report).toMatchObject({ ok: true, value: { stopped: true, daysStored: 31 } });
    expect(withoutExponents.startsWith(await exported())).toBe(true);
  });

  it("leaves stored days as they are, stands back for what was followed, and keeps the open day open", async () => {
    await bring(fileOf(...rowsAt("2024-01-05", [0, 1], 101)));
    const followed = { open: 100, high: 110, low: 90, close: 99, volume: 2, value: 3 };
    const candle = (day: string, minute: number) => ({
      ...followed,
      openTimeMs: epochMs(dayStart(day) + minute * 60_000),
    });
    await putTail(db, MARKET, [candle("2024-01-06", 1), candle("2024-01-06", 2), candle("2024-01-07", 0)]);
    const rows = ["2024-01-05", "2024-01-06", "2024-01-07"].flatMap((day) => rowsAt(day, [0, 1], 102));
    const report = await bring(fileOf(...rows), epochMs(dayStart("2024-01-07") + 300_000));
    expect(report).toMatchObject({ ok: true, value: { daysStored: 1, daysKept: 1 } });
    expect([...(await readCandles(db, MARKET)).close]).toEqual([101, 101, 102, 99, 99, 99, 102]);
    expect((await readDay(db, MARKET, "2024-01-07")).whole).toBe(false);
  });
});

describe("retention", () => {
  const NOW = epochMs(dayStart("2024-03-31") + 3_600_000);

  it("shows what would go before it goes, and takes away just that [C19]", async () => {
    await bring(Uint8Array.from(packed));
    await writeRetention(db, MARKET, 50);
    const before = { ...(await candleCoverage(db, MARKET)), bytes: await storedBytes(db, MARKET) };
    const preview = await previewRetention(db, MARKET, { keepDays: 50, marketNowMs: NOW });
    expect(preview.firstKept).toBe("2024-02-10");
    expect(preview.dayCount).toBe(40);
    expect(await storedDays(db, MARKET)).toHaveLength(92);

    expect(await applyRetention(db, MARKET, NOW)).toHaveLength(40);
    const after = { ...(await candleCoverage(db, MARKET)), bytes: await storedBytes(db, MARKET) };
    expect(before.rowCount - after.rowCount).toBe(preview.rowCount);
    expect(Math.abs(before.bytes - after.bytes - preview.bytes) / preview.bytes).toBeLessThan(0.05);
    const kept = withoutExponents
      .split("\n")
      .filter((line) => line > "KRW-BTC,2024-02-09T15" && line.startsWith("KRW"));
    expect(await exported()).toBe([HEADER, ...kept, ""].join("\n"));
    expect(await applyRetention(db, MARKET, NOW)).toEqual([]);
  }, 60_000);

  it("does nothing for a market without one", async () => {
    await bring(fileOf(...rowsAt("2020-01-05", [0, 1])));
    expect(await applyRetention(db, MARKET, NOW)).toEqual([]);
    expect(await storedDays(db, MARKET)).toHaveLength(1);
  });

  it("of gzip'd and plain text takes both", async () => {
    const file = fileOf(...rowsAt("2024-01-05", [0, 1]));
    expect((await bring(Uint8Array.from(gzipSync(file)))).ok).toBe(true);
    expect(await exported()).toBe(file);
  });
});
