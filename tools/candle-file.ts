import { CANDLE_COLUMNS, candleFlaw, columnsOf, type Candle, type CandleColumns } from "../domain/candle.ts";
import type { MarketCode } from "../domain/market-code.ts";
import { fail, ok, type Result } from "../domain/result.ts";
import { parseInstant } from "../domain/time.ts";
import { MINUTE_MS } from "../domain/units.ts";

/** The columns of a candle file, in any order. Source: data/README.md, "Format". */
const HEADER = [
  "market",
  "candle_date_time_utc",
  "opening_price",
  "high_price",
  "low_price",
  "trade_price",
  "candle_acc_trade_price",
  "candle_acc_trade_volume",
] as const;
type ColumnName = (typeof HEADER)[number];

/** What is wrong with a candle file, and on which line, counted from 1. */
export type CandleFileFault = { readonly line: number; readonly problem: string };

const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** One-minute candles of `market` in a CSV text, oldest first; rows of other markets are passed over. An empty
 *  `candle_acc_trade_price` is a value that the source did not keep. */
export function parseCandleFile(text: string, market: MarketCode): Result<CandleColumns, CandleFileFault> {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const places = columnPlaces(lines[0] ?? "");
  if (!places.ok) return fail({ line: 1, problem: places.fault });
  const candles: Candle[] = [];
  for (let at = 1; at < lines.length; at += 1) {
    const line = lines[at]!;
    if (line === "" && at === lines.length - 1) break;
    const candle = parseRow(line.split(","), places.value, market);
    if (!candle.ok) return fail({ line: at + 1, problem: candle.fault });
    if (candle.value === null) continue;
    const previous = candles.at(-1);
    if (previous !== undefined && candle.value.openTimeMs <= previous.openTimeMs)
      return fail({ line: at + 1, problem: "the candle is not later than the one before" });
    candles.push(candle.value);
  }
  if (candles.length === 0) return fail({ line: lines.length, problem: `there is no candle of ${market}` });
  return ok(columnsOf(candles));
}

function columnPlaces(header: string): Result<Record<ColumnName, number>, string> {
  const names = header.split(",").map((name) => name.trim());
  const missing = HEADER.find((name) => names.filter((other) => other === name).length !== 1);
  if (missing !== undefined) return fail(`the header must name the column ${missing} once`);
  return ok(Object.fromEntries(HEADER.map((name) => [name, names.indexOf(name)])) as Record<ColumnName, number>);
}

/** @returns null for a row of another market */
function parseRow(
  cells: readonly string[],
  places: Record<ColumnName, number>,
  market: MarketCode,
): Result<Candle | null, string> {
  if (cells.length < HEADER.length) return fail(`${cells.length} fields instead of ${HEADER.length}`);
  const cell = (name: ColumnName) => (cells[places[name]] ?? "").trim();
  if (cell("market") !== market) return ok(null);
  const openTime = parseInstant(cell("candle_date_time_utc"));
  if (!openTime.ok) return fail(`"${cell("candle_date_time_utc")}" is not a time`);
  const numberNames = HEADER.slice(2).filter((name) => name !== "candle_acc_trade_price" || cell(name) !== "");
  const wrong = numberNames.find((name) => !NUMBER.test(cell(name)));
  if (wrong !== undefined) return fail(`${wrong} "${cell(wrong)}" is not a number`);
  const candle: Candle = {
    openTimeMs: openTime.value,
    open: Number(cell("opening_price")),
    high: Number(cell("high_price")),
    low: Number(cell("low_price")),
    close: Number(cell("trade_price")),
    volume: Number(cell("candle_acc_trade_volume")),
    value: cell("candle_acc_trade_price") === "" ? null : Number(cell("candle_acc_trade_price")),
  };
  const flaw = candleFlaw(candle, MINUTE_MS);
  return flaw === null ? ok(candle) : fail(flaw);
}

/** Runs of missing minutes between the first and the last candle, and the minutes in them. */
export function holesOf({ openTimeMs }: CandleColumns): { holes: number; missingMinutes: number } {
  let holes = 0;
  let missingMinutes = 0;
  for (let row = 1; row < openTimeMs.length; row += 1) {
    const missing = (openTimeMs[row]! - openTimeMs[row - 1]!) / MINUTE_MS - 1;
    if (missing === 0) continue;
    holes += 1;
    missingMinutes += missing;
  }
  return { holes, missingMinutes };
}

/** The newest candles. */
export function newestCandles(columns: CandleColumns, count: number): CandleColumns {
  const from = Math.max(0, columns.openTimeMs.length - count);
  return Object.fromEntries(CANDLE_COLUMNS.map((name) => [name, columns[name].subarray(from)])) as CandleColumns;
}
