import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { columnsOf } from "../../../domain/candle.ts";
import { encodeCandles } from "../../../domain/candle-codec/encode-candles.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import { epochMs, MINUTE_MS } from "../../../domain/units.ts";
import { gatherMonths, storeDay, storedBytes } from "../candle-store.ts";
import { openDatabase, type ObservatorDatabase } from "../database.ts";
import { isWholeDay } from "./candle-tables.ts";
import { dayStart } from "./kst-calendar.ts";

const MARKET = "KRW-BTC" as MarketCode;
const OTHER = "KRW-ETH" as MarketCode;

const dayOf = (kstDay: string) =>
  columnsOf(
    Array.from({ length: 1440 }, (_, minute) => ({
      openTimeMs: epochMs(dayStart(kstDay) + minute * MINUTE_MS),
      open: 100 + (minute % 7),
      high: 110,
      low: 90,
      close: 105,
      volume: minute / 8,
      value: minute * 13,
    })),
  );

describe("bytes of a market's days", () => {
  let db: ObservatorDatabase;
  beforeEach(() => {
    db = openDatabase(`bytes-${crypto.randomUUID()}`);
  });
  afterEach(() => db.delete());

  it("are those of its blocks, loose or gathered into a month; other markets do not count", async () => {
    const days = Array.from({ length: 31 }, (_, at) => `2024-01-${String(at + 1).padStart(2, "0")}`);
    for (const kstDay of days) await storeDay(db, { market: MARKET, kstDay, columns: dayOf(kstDay) }, epochMs(1));
    await storeDay(db, { market: OTHER, kstDay: "2024-01-01", columns: dayOf("2024-01-01") }, epochMs(1));
    const blocks = days.reduce((sum, kstDay) => sum + encodeCandles(dayOf(kstDay)).byteLength, 0);
    expect(await storedBytes(db, MARKET)).toBe(blocks);
    await storeDay(db, { market: MARKET, kstDay: "2024-02-20", columns: dayOf("2024-02-20") }, epochMs(1));
    await gatherMonths(db, MARKET, epochMs(2));
    const [month] = await db.candleMonths.toArray();
    const loose = (await db.candlePieces.toArray())
      .filter(isWholeDay)
      .filter((row) => row.market === MARKET && row.block);
    const looseBytes = loose.reduce((sum, { block }) => sum + block!.byteLength, 0);
    expect(await storedBytes(db, MARKET)).toBe(month!.block.byteLength + looseBytes);
  });
});
