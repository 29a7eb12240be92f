import Dexie, { type Table } from "dexie";
import { CANDLE_COLUMNS, candleAt, columnsOf, type Candle, type CandleColumns } from "../../domain/candle.ts";
import { decodeCandles } from "../../domain/candle-codec/decode-candles.ts";
import { encodeCandles } from "../../domain/candle-codec/encode-candles.ts";
import { epochMs, MINUTE_MS } from "../../domain/units.ts";
import { appendCandle, gatherMonths, putTail, readCandles, storeDays } from "../../web/store/candle-store.ts";
import { mergedCandles } from "../../web/store/candles/candle-pieces.ts";
import { openDatabase, type ObservatorDatabase } from "../../web/store/database.ts";
import type { BenchMessage } from "../in-chromium.ts";
import { daysOf, MARKET, median, repeatedMinutes, YEAR_ROWS } from "./year-of-minutes.ts";

const PEER = "Dexie, one row a candle";
/** A size of write that suits the peer: its rows a second hardly differ between 1,000 and 50,000. */
const PEER_CHUNK = 10_000;
const LAST = 2_000;

const post = (message: BenchMessage): void => self.postMessage(message);
function tell(metric: string, unit: string, [value, peerValue]: readonly [number, number], peer = PEER): void {
  post({ line: { bench: "storage", metric, value, unit, peer, peerValue, ratio: value / peerValue } });
}

async function msOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

async function p50(rounds: number, work: (round: number) => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) times.push(await msOf(() => work(round)));
  return median(times);
}

/** Bytes on disk, once they have stopped changing: LevelDB writes and compacts behind the back. */
async function settledBytes(): Promise<number> {
  const usage = async () => (await navigator.storage.estimate()).usage ?? NaN;
  let before = await usage();
  for (let same = 0; same < 3;) {
    await new Promise((resolve) => setTimeout(resolve, 700));
    const now = await usage();
    same = now === before ? same + 1 : 0;
    before = now;
  }
  return before;
}

type CandleRow = Candle & { readonly market: string };
type RowStore = Dexie & { readonly candles: Table<CandleRow, [string, number]> };

function openRowStore(): RowStore {
  const database = new Dexie("peer") as RowStore;
  database.version(1).stores({ candles: "[market+openTimeMs]" });
  return database;
}
const rowsOfMarket = (database: RowStore) =>
  database.candles.where("[market+openTimeMs]").between([MARKET, Dexie.minKey], [MARKET, Dexie.maxKey]);

/** All but the newest day is put away, as it is in a browser that collects. */
async function writeAll(db: ObservatorDatabase, columns: CandleColumns): Promise<void> {
  const days = daysOf(columns);
  const open = days.pop()!.columns;
  await storeDays(db, MARKET, days, { storedAtMs: epochMs(0) });
  await gatherMonths(db, MARKET, epochMs(0));
  await putTail(
    db,
    MARKET,
    Array.from(open.openTimeMs, (_, row) => candleAt(open, row)),
  );
}

/** @throws where a single bit came back differently */
function mustEqual(one: CandleColumns, other: CandleColumns): void {
  for (const name of CANDLE_COLUMNS)
    if (one[name].length !== other[name].length || one[name].some((value, row) => value !== other[name][row]))
      throw new Error(`the column ${name} came back differently`);
}

/** Of writing and reading everything so often, each time into a database of its own, the median counts. */
const ROUNDS = 3;

/** Writing and reading everything, rows a second each. The last round's database stays. */
async function fill(name: string, columns: CandleColumns) {
  const writes: number[] = [];
  const reads: number[] = [];
  const rows = columns.openTimeMs.length;
  for (let round = 1; ; round += 1) {
    const db = openDatabase(name);
    await db.open();
    writes.push(await msOf(() => writeAll(db, columns)));
    reads.push(await p50(3, () => readCandles(db, MARKET)));
    if (round < ROUNDS) {
      await db.delete();
      continue;
    }
    const [writeMs, readMs] = [median(writes), median(reads)];
    return { db, writeMs, readMs, rowsPerSecond: (ms: number) => (rows / ms) * 1_000 };
  }
}

/** Bytes on disk of all the candles, in a profile that has seen nothing yet; what comes back is compared to the last bit. */
async function diskBytes(columns: CandleColumns): Promise<number> {
  const before = await settledBytes();
  const db = openDatabase("disk");
  await writeAll(db, columns);
  const bytes = (await settledBytes()) - before;
  mustEqual(await readCandles(db, MARKET), columns);
  await db.delete();
  return bytes;
}

async function fillPeer(columns: CandleColumns) {
  const database = openRowStore();
  await database.open();
  const rows = Array.from(columns.openTimeMs, (_, row) => ({ market: MARKET, ...candleAt(columns, row) }));
  const writeMs = await msOf(async () => {
    for (let at = 0; at < rows.length; at += PEER_CHUNK)
      await database.candles.bulkPut(rows.slice(at, at + PEER_CHUNK));
  });
  const readMs = await p50(3, async () => columnsOf(await rowsOfMarket(database).toArray()));
  return { database, writeMs, readMs };
}

/** What appending costs without a tail: the month is read, grown by one candle and written again. */
async function rewriteMonth(db: ObservatorDatabase, candle: Candle): Promise<void> {
  const row = (await db.candleMonths.toCollection().first())!;
  const columns = decodeCandles(row.block);
  if (!columns.ok) throw new Error("the month was not read");
  const grown = mergedCandles(columns.value, columnsOf([candle]));
  await db.candleMonths.put({ ...row, block: encodeCandles(grown) });
}

async function run(): Promise<void> {
  post({ note: "preparing a year of minutes" });
  const columns = await repeatedMinutes(YEAR_ROWS);
  const ourBytes = await diskBytes(columns);
  const ours = await fill("ours", columns);
  const lastMs = await p50(40, () => readCandles(ours.db, MARKET, { last: LAST }));

  const newest = candleAt(columns, YEAR_ROWS - 1);
  const next = (minute: number): Candle => ({ ...newest, openTimeMs: epochMs(newest.openTimeMs + minute * MINUTE_MS) });
  const appendMs = await p50(120, (round) => appendCandle(ours.db, MARKET, next(round + 1)));
  const month = (await ours.db.candleMonths.toCollection().first())!;
  const inMonth = (minute: number): Candle => ({ ...next(0), openTimeMs: epochMs(month.writtenAtMs + minute) });
  const rewriteMs = await p50(15, (round) => rewriteMonth(ours.db, inMonth(round)));
  await ours.db.delete();
  // Each is asked while no other database lies beside it in the browser's files, as it is at home.
  const beforePeer = await settledBytes();
  post({ note: `ours: written in ${ours.writeMs.toFixed(0)} ms; now the peer, for half a minute or more` });
  const peer = await fillPeer(columns);
  const peerBytes = (await settledBytes()) - beforePeer;
  const { rowsPerSecond } = ours;
  tell("write all", "rows/s", [rowsPerSecond(ours.writeMs), rowsPerSecond(peer.writeMs)]);
  tell("read all into typed arrays", "rows/s", [rowsPerSecond(ours.readMs), rowsPerSecond(peer.readMs)]);
  const peerLastMs = await p50(15, async () => {
    const newest = await rowsOfMarket(peer.database).reverse().limit(LAST).toArray(); // oxlint-disable-line unicorn/no-array-reverse -- a cursor's direction, no array
    return columnsOf(newest.toReversed());
  });
  tell("last 2,000 p50", "ms", [lastMs, peerLastMs]);
  tell("append one p50", "ms", [appendMs, rewriteMs], "rewriting the month block");
  tell("disk per candle", "bytes", [ourBytes / YEAR_ROWS, peerBytes / YEAR_ROWS]);
  await peer.database.delete();

  const large = await fill("four-years", await repeatedMinutes(4 * YEAR_ROWS));
  const both = ({ writeMs, readMs, rowsPerSecond }: typeof large) => rowsPerSecond(writeMs + readMs);
  tell("growth", "rows/s at 4x the rows", [both(large), both(ours)], "at 1x");
}

try {
  await run();
  post({ done: true });
} catch (problem) {
  post({ failed: problem instanceof Error ? `${problem.name}: ${problem.message}` : String(problem) });
}
