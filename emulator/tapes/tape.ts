import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { candleFlaw } from "../../domain/candle.ts";
import { isMarketCode, type MarketCode } from "../../domain/market-code.ts";
import { parseInstant } from "../../domain/time.ts";
import { DAY_MS, epochMs, MINUTE_MS, WEEK_MS, type EpochMs } from "../../domain/units.ts";
import { fail, ok, type Result } from "../../domain/result.ts";
import { isMadeBetween, lastDigitOf, strangePrice } from "./row-flaws.ts";
import { scaled } from "./scaled-number.ts";

/** Candles of one width, by column, oldest first. */
export type TapeRows = {
  readonly openTimeMs: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  /** 1e-8 of the base currency. */
  readonly units: BigInt64Array;
  /** Recorded values by row, 1e-16 of the quote currency. */
  readonly values: ReadonlyMap<number, bigint>;
};

/** A recorded market, in the recording's own time. Source: data/README.md, "Format". */
export type Tape = {
  readonly market: MarketCode;
  readonly file: string;
  readonly intervalMs: number;
  readonly rows: TapeRows;
  readonly firstMs: number;
  /** End of the last recorded candle. */
  readonly endMs: number;
};

const HEADER =
  "market,candle_date_time_utc,opening_price,high_price,low_price,trade_price,candle_acc_trade_price,candle_acc_trade_volume";
/** The part at the end that is played live; what is before it is history. */
const LIVE_MS = 14 * DAY_MS;
/** Widths that a file may have. */
const INTERVALS = [1, 3, 5, 10, 15, 30, 60, 240, 1_440].map((minutes) => minutes * MINUTE_MS);
/** Most volume a minute, in coins: its trades are counted in 1e-8 and must stay exact in a double. */
const MOST_COINS_A_MINUTE = 90_000_000;
/** So many rows the same wider step apart are no thin market any more, but another recording. */
const MOST_EQUAL_STEPS = 30;

/** Reads a recording whole. A fault is one line that names file and line. */
export function readTape(file: string): Result<Tape, string> {
  let text: string;
  try {
    const bytes = readFileSync(file);
    text = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  } catch (error) {
    return fail(`${file}: cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const lines = text.split(/\r?\n/);
  while (lines.at(-1) === "") lines.pop();
  if (lines[0] !== HEADER) return fail(`${file}:1: the header must be ${HEADER}`);
  if (lines.length < 2) return fail(`${file}:1: the file holds no candle`);
  return readRows(file, lines);
}

function readRows(file: string, lines: readonly string[]): Result<Tape, string> {
  const count = lines.length - 1;
  const column = () => new Float64Array(count);
  const values = new Map<number, bigint>();
  const rows = {
    openTimeMs: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    units: new BigInt64Array(count),
    values,
  };
  const market = lines[1]!.slice(0, lines[1]!.indexOf(","));
  const startOf = createStartReader();
  for (let row = 0; row < count; row++) {
    const read = readRow(lines[row + 1]!, market, startOf);
    if (!read.ok) return fail(`${file}:${row + 2}: ${read.fault}`);
    for (const name of ["openTimeMs", "open", "high", "low", "close"] as const) rows[name][row] = read.value[name];
    rows.units[row] = read.value.units;
    if (read.value.value !== null) values.set(row, read.value.value);
    if (row > 0 && rows.openTimeMs[row]! <= rows.openTimeMs[row - 1]!)
      return fail(`${file}:${row + 2}: the rows are not sorted, oldest first`);
  }
  const strange = strangeValue(rows, lines);
  if (strange !== null) return fail(`${file}:${strange + 2}: the value cannot come of trades between low and high`);
  const interval = intervalOf(rows.openTimeMs);
  if (!interval.ok) return fail(`${file}:${interval.fault.row + 2}: ${interval.fault.text}`);
  const mostUnits = BigInt(MOST_COINS_A_MINUTE * 1e8) * BigInt(Math.ceil(interval.value / MINUTE_MS / 50));
  const heavy = rows.units.findIndex((units) => units > mostUnits);
  if (heavy !== -1) return fail(`${file}:${heavy + 2}: the volume is too large to be counted in 1e-8 coins`);
  return ok({
    market: market as MarketCode,
    file,
    intervalMs: interval.value,
    rows,
    firstMs: rows.openTimeMs[0]!,
    endMs: rows.openTimeMs.at(-1)! + interval.value,
  });
}

/** The first row whose value no trades make that lie between its low and its high, or null. */
function strangeValue(rows: TapeRows, lines: readonly string[]): number | null {
  if (rows.values.size === 0) return null;
  const digitOf = (row: number, cell: 6 | 7) => lastDigitOf(lines[row + 1]!.split(",")[cell]!);
  let lastVolumeDigit = 1;
  for (let row = 0; row < rows.units.length; row++) lastVolumeDigit = Math.min(lastVolumeDigit, digitOf(row, 7));
  for (const [row, value] of rows.values) {
    const range = { low: rows.low[row]!, high: rows.high[row]!, lastVolumeDigit, lastValueDigit: digitOf(row, 6) };
    if (!isMadeBetween(Number(value) / 1e16, Number(rows.units[row]!) / 1e8, range)) return row;
  }
  return null;
}

/** The widest interval that all starts lie on; a row that stands alone is a minute. */
function intervalOf(openTimeMs: Float64Array): Result<number, { row: number; text: string }> {
  let shared = openTimeMs.length === 1 ? MINUTE_MS : 0;
  for (let row = 1; row < openTimeMs.length; row++) shared = divisor(openTimeMs[row]! - openTimeMs[row - 1]!, shared);
  const off = openTimeMs.findIndex((time) => time % MINUTE_MS !== 0);
  if (off !== -1) return fail({ row: off, text: "the start is not on the minute: candles of seconds are not played" });
  const interval = INTERVALS.findLast((width) => shared % width === 0 && openTimeMs[0]! % width === 0) ?? MINUTE_MS;
  let equal = 0;
  for (let row = 1; row < openTimeMs.length; row++) {
    const gapMs = openTimeMs[row]! - openTimeMs[row - 1]!;
    const same = row > 1 && gapMs === openTimeMs[row - 1]! - openTimeMs[row - 2]!;
    equal = gapMs > interval ? (same ? equal + 1 : 1) : 0;
    if (equal > MOST_EQUAL_STEPS)
      return fail({
        row: row - equal + 1,
        text: `mixed intervals: these rows are ${gapMs / MINUTE_MS} minutes apart, others ${interval / MINUTE_MS}`,
      });
  }
  return ok(interval);
}

function divisor(a: number, b: number): number {
  let [large, small] = [a, b];
  while (small !== 0) [large, small] = [small, large % small];
  return large;
}

type Row = {
  openTimeMs: number;
  open: number;
  high: number;
  low: number;
  close: number;
  units: bigint;
  value: bigint | null;
};

function readRow(line: string, market: string, startOf: (text: string) => number | null): Result<Row, string> {
  const cells = line.split(",");
  if (cells.length !== 8) return fail(`8 columns are expected, ${cells.length} found`);
  const [code, time, open, high, low, close, value, volume] = cells as string[];
  if (!isMarketCode(code!)) return fail(`not a market code: ${code}`);
  if (code !== market) return fail(`one file holds one market: ${code} after ${market}`);
  const openTimeMs = startOf(time!);
  if (openTimeMs === null) return fail(`not a time: ${time}`);
  const prices = { open: numberOf(open!), high: numberOf(high!), low: numberOf(low!), close: numberOf(close!) };
  const units = scaled(volume!, 8);
  const worth = value === "" ? null : scaled(value!, 16);
  if (units === null || (value !== "" && worth === null)) return fail("a field is not a finite number");
  // On what grid the starts lie is known at the end.
  const flaw = candleFlaw({ openTimeMs: epochMs(0), ...prices, volume: 1, value: null }, MINUTE_MS);
  if (flaw) return fail(flaw);
  const strange = strangePrice(code, Object.values(prices));
  if (strange !== null) return fail(`${strange} is no price of ${code}: no tick table of the exchange has it`);
  if (units === 0n) return fail("the volume is zero: an interval without trades has no row");
  return ok({ openTimeMs, ...prices, units, value: worth });
}

/** Most rows share their day with the one before: it is parsed once. */
function createStartReader(): (text: string) => number | null {
  let [day, dayMs] = ["", 0];
  return (text) => {
    const time = /^T([01]\d|2[0-3]):([0-5]\d):([0-5]\d)$/.exec(text.slice(10));
    const known = time !== null && text.slice(0, 10) === day;
    const offsetMs = time ? (Number(time[1]) * 60 + Number(time[2])) * MINUTE_MS + Number(time[3]) * 1_000 : 0;
    if (known) return dayMs + offsetMs;
    const start = parseInstant(text);
    if (!start.ok) return null;
    if (time) [day, dayMs] = [text.slice(0, 10), start.value - offsetMs];
    return start.value;
  };
}

const numberOf = (cell: string): number => (/^\d+(\.\d+)?([eE][+-]?\d+)?$/.test(cell) ? Number(cell) : NaN);

/** Files of one market, oldest first, and the time they span together. */
export type TapeSpan = { readonly firstMs: number; readonly endMs: number };
export const spanOf = (tapes: readonly Tape[]): TapeSpan => ({
  firstMs: Math.min(...tapes.map(({ firstMs }) => firstMs)),
  endMs: Math.max(...tapes.map(({ endMs }) => endMs)),
});

/** Steps by which recordings are moved: every width lies on one of them. */
const SHIFT_STEPS = [WEEK_MS, ...INTERVALS.toReversed()];

/** How far a market's files are moved, all by the same, so that `nowMs` falls into the live part at their end: the last
 *  two weeks, or what there is of the last run of files behind its first candle. Whole weeks where the run is that long,
 *  so that weekdays stay; else whole days, or for less than a day the widest interval that fits; always down to the
 *  begin of the live part. Zero when `--from` names an instant that the files span themselves.
 *  @param tapes at least one */
export function tapeShiftMs(tapes: readonly Tape[], nowMs: EpochMs, fromGiven: boolean): number {
  const { firstMs, endMs } = spanOf(tapes);
  if (fromGiven && nowMs >= firstMs && nowMs < endMs) return 0;
  const run = lastRun(tapes);
  const firstCandleMs = run.find((tape) => tape.firstMs === spanOf(run).firstMs)!.intervalMs;
  const liveMs = Math.max(endMs - LIVE_MS, spanOf(run).firstMs + firstCandleMs + 1);
  const widestMs = Math.max(...tapes.map(({ intervalMs }) => intervalMs));
  const lengthMs = endMs - spanOf(run).firstMs;
  const stepMs = SHIFT_STEPS.find((step) => step <= lengthMs && step % widestMs === 0) ?? widestMs;
  return Math.floor((nowMs - liveMs) / stepMs) * stepMs;
}

/** The files at the end that follow each other without a pause of more than a day. */
function lastRun(tapes: readonly Tape[]): Tape[] {
  const byEnd = tapes.toSorted((a, b) => b.endMs - a.endMs);
  const run: Tape[] = [];
  for (const tape of byEnd) {
    if (run.length > 0 && tape.endMs < spanOf(run).firstMs - DAY_MS) break;
    run.push(tape);
  }
  return run;
}
