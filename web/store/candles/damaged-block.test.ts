import "fake-indexeddb/auto";
import { liveQuery } from "dexie";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  awaitedDays,
  checkBlocks,
  damagedBlocks,
  gatherMonths,
  readCandles,
  readDay,
  storeDay,
  storedDays,
  storeDays,
} from "../candle-store.ts";
import { openDatabase, type ObservatorDatabase } from "../database.ts";
import { fillQuarter, MARKET, NOW, plain, quarter, QUARTER_DAYS, sliceOf } from "../testing/recorded-quarter.ts";
import { joinedPieces } from "./candle-pieces.ts";
import { wholeDay } from "./candle-tables.ts";

let db: ObservatorDatabase;
let names = 0;
beforeEach(() => {
  db = openDatabase(`damaged-block-test-${names++}`);
});
afterEach(() => db.delete());

describe("a damaged block", () => {
  const flipped = (bytes: Uint8Array, at: number): Uint8Array => bytes.with(at, bytes[at]! ^ 4);
  async function damageDay(kstDay: string, at: number): Promise<void> {
    const { block, fromMs } = (await wholeDay(db, MARKET, kstDay))!;
    await db.candlePieces.update([MARKET, fromMs], { block: flipped(block!, at) } as never);
  }
  const quarantined = () => vi.waitFor(async () => expect(await damagedBlocks(db, MARKET)).toHaveLength(1));

  it("of a month is set aside with its bytes, and its days are asked for again [C17]", async () => {
    await fillQuarter(db);
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
    await fillQuarter(db);
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
    await fillQuarter(db);
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
