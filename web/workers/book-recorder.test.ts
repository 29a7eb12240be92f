import "fake-indexeddb/auto";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { MarketCode } from "../../domain/market-code.ts";
import { epochMs, MINUTE_MS } from "../../domain/units.ts";
import type { MarketTrade } from "../../domain/wire.ts";
import { readBookCoverage, readBookMinutes } from "../store/book-minute-store.ts";
import { openDatabase, type ObservatorDatabase } from "../store/database.ts";
import { BookRecorder } from "./book-recorder.ts";

const MARKET = "KRW-XRP" as MarketCode;
const START = Date.UTC(2024, 0, 10);
const day = { fromMs: epochMs(START), toMs: epochMs(START + 10 * MINUTE_MS) };
let db: ObservatorDatabase;
let names = 0;
beforeEach(() => {
  db = openDatabase(`books-test-${names++}`);
});
afterEach(() => db.delete());

const bookAt = (ms: number) => ({
  market: MARKET,
  atMs: epochMs(START + ms),
  bids: [{ price: 99, size: 3 }],
  asks: [{ price: 101, size: 1 }],
});
const tradeAt = (ms: number, id: number): MarketTrade => ({
  atMs: epochMs(START + ms),
  price: 100,
  volume: 2,
  takerSide: "bid",
  sequentialId: `1795143641207000${id}`,
});

it("stores one row a minute beside the candle, each trade counted once, and says that none can be fetched later [F6]", async () => {
  const recorder = new BookRecorder(db);
  recorder.takeBook(MARKET, bookAt(0));
  for (const id of [1, 2, 1]) recorder.takeTrade(MARKET, tradeAt(30_000, id));
  recorder.passTime(epochMs(START + MINUTE_MS + 1_000));
  await recorder.settled();
  expect(await readBookMinutes(db, MARKET, day)).toEqual([]);
  recorder.passTime(epochMs(START + MINUTE_MS + 2_000));
  await recorder.settled();
  expect(await readBookMinutes(db, MARKET, day)).toEqual([
    {
      market: MARKET,
      openTimeMs: START,
      spreadBps: expect.closeTo(200, 9),
      mid: 100,
      imbalance: 0.5,
      buyVolume: 4,
      sellVolume: 0,
      buyShare: 1,
      tradeCount: 2,
      bookKnownMs: MINUTE_MS,
    },
  ]);
  expect(await readBookCoverage(db, MARKET)).toEqual([{ kstDay: "2024-01-10", minutes: 1, canBeFetched: false }]);
});

it("keeps the minute that knew the book for longer when a reload gathers it again [F6]", async () => {
  const before = new BookRecorder(db);
  before.takeBook(MARKET, bookAt(0));
  before.passTime(epochMs(START + MINUTE_MS + 2_000));
  await before.settled();
  const after = new BookRecorder(db);
  after.takeBook(MARKET, bookAt(50_000));
  after.passTime(epochMs(START + MINUTE_MS + 2_000));
  await after.settled();
  expect(await readBookMinutes(db, MARKET, day)).toMatchObject([{ bookKnownMs: MINUTE_MS }]);
});
