import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { CANDLE_COLUMNS, candleFlaw, emptyColumns, type Candle, type CandleColumns } from "../domain/candle.ts";
import { isMarketCode, type MarketCode } from "../domain/market-code.ts";
import { parseInstant } from "../domain/time.ts";
import { DAY_MS, MINUTE_MS, WEEK_MS, type EpochMs } from "../domain/units.ts";
import { fail, ok, type Result } from "../domain/result.ts";
import { UNITS_PER_COIN, type MinuteSeries } from "./minute-series.ts";

/** A recorded market, in the recording's own time. Source: data/README.md, "Format". */
export type Tape = {
  readonly market: MarketCode;
  readonly file: string;
  readonly columns: CandleColumns;
  readonly firstMs: number;
  /** End of the last recorded minute. */
  readonly endMs: number;
};

const HEADER =
  "market,candle_date_time_utc,opening_price,high_price,low_price,trade_price,candle_acc_trade_price,candle_acc_trade_volume";
/** The part at the end that is played live; what is before it is history. */
const LIVE_MS = 14 * DAY_MS;
/** Above this a volume in 1e-8 does not fit a double exactly. */
const LARGEST_VOLUME = Number.MAX_SAFE_INTEGER / UNITS_PER_COIN;

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
  const columns = emptyColumns(lines.length - 1);
  const market = lines[1]!.slice(0, lines[1]!.indexOf(","));
  let smallestGapMs = Infinity;
  for (let row = 0; row < columns.openTimeMs.length; row++) {
    const read = readRow(lines[row + 1]!, market);
    if (!read.ok) return fail(`${file}:${row + 2}: ${read.fault}`);
    for (const name of CANDLE_COLUMNS) columns[name][row] = read.value[name] ?? NaN;
    if (row === 0) continue;
    const gapMs = columns.openTimeMs[row]! - columns.openTimeMs[row - 1]!;
    if (gapMs <= 0) return fail(`${file}:${row + 2}: the rows are not sorted, oldest first`);
    smallestGapMs = Math.min(smallestGapMs, gapMs);
  }
  if (smallestGapMs !== Infinity && smallestGapMs > MINUTE_MS)
    return fail(`${file}:3: a tape holds one-minute candles, these are ${smallestGapMs / MINUTE_MS} minutes apart`);
  const endMs = columns.openTimeMs.at(-1)! + MINUTE_MS;
  return ok({ market: market as MarketCode, file, columns, firstMs: columns.openTimeMs[0]!, endMs });
}

function readRow(line: string, market: string): Result<Candle, string> {
  const cells = line.split(",");
  if (cells.length !== 8) return fail(`8 columns are expected, ${cells.length} found`);
  const [code, time, open, high, low, close, value, volume] = cells as string[];
  if (!isMarketCode(code!)) return fail(`not a market code: ${code}`);
  if (code !== market) return fail(`one file holds one market: ${code} after ${market}`);
  const start = parseInstant(time!);
  if (!start.ok) return fail(`not a time: ${time}`);
  const candle: Candle = {
    openTimeMs: start.value,
    open: numberOf(open!),
    high: numberOf(high!),
    low: numberOf(low!),
    close: numberOf(close!),
    volume: numberOf(volume!),
    value: value === "" ? null : numberOf(value!),
  };
  const flaw = candleFlaw(candle, MINUTE_MS);
  if (flaw) return fail(flaw);
  if (candle.volume === 0) return fail("the volume is zero: a minute without trades has no row");
  return candle.volume > LARGEST_VOLUME ? fail(`the volume is above ${LARGEST_VOLUME}`) : ok(candle);
}

const numberOf = (cell: string): number => (/^\d+(\.\d+)?([eE][+-]?\d+)?$/.test(cell) ? Number(cell) : NaN);

/** How far a tape is moved so that `nowMs` falls into the first week of its live part: whole weeks, rounded down, so
 *  that weekdays and day boundaries stay. Zero when `--from` names an instant that the tape itself holds. */
export function tapeShiftMs(tape: Tape, nowMs: EpochMs, fromGiven: boolean): number {
  if (fromGiven && nowMs >= tape.firstMs && nowMs < tape.endMs) return 0;
  return Math.floor((nowMs - (tape.endMs - LIVE_MS)) / WEEK_MS) * WEEK_MS;
}

/** The recording moved by `shiftMs`, as a series that ends where it ends. */
export function tapeSeries(tape: Tape, shiftMs: number): MinuteSeries & { readonly endMs: number } {
  const openTimeMs = tape.columns.openTimeMs.map((time) => time + shiftMs);
  const fromMs = tape.firstMs + shiftMs;
  const endMs = tape.endMs + shiftMs;
  const block = { fromMs, toMs: endMs, columns: { ...tape.columns, openTimeMs } };
  return { firstMs: fromMs, endMs, blockAt: (ms) => (ms < fromMs ? null : block) };
}
