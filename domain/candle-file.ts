import { candleFlaw, type Candle } from "./candle.ts";
import { decimalFromQuote, decimalText } from "./decimal.ts";
import type { MarketCode } from "./market-code.ts";
import { fail, ok, type Result } from "./result.ts";
import { exchangeUtc, parseInstant } from "./time.ts";
import { MINUTE_MS } from "./units.ts";

/** The columns of a candle file; read in any order, written in this one. Source: data/README.md, "Format". */
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
type Places = Readonly<Record<ColumnName, number>>;

/** What is wrong with a candle file, and on which line, counted from 1. */
export type CandleFileFault = { readonly line: number; readonly problem: string };

const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Reads a file of one-minute candles line by line, so that a file of years needs the memory of one line.
 *  @param market rows of other markets are passed over */
export class CandleFileReader {
  readonly #market: MarketCode;
  #places: Places | null = null;
  #line = 0;
  #beforeMs = -Infinity;

  constructor(market: MarketCode) {
    this.#market = market;
  }

  /** Lines taken so far. */
  get line(): number {
    return this.#line;
  }

  /** @param text one line without its end
   *  @returns null for the header and for a row of another market */
  take(text: string): Result<Candle | null, CandleFileFault> {
    this.#line += 1;
    const taken = this.#places === null ? this.#takeHeader(text) : this.#takeRow(text, this.#places);
    return taken.ok ? taken : fail({ line: this.#line, problem: taken.fault });
  }

  #takeHeader(text: string): Result<null, string> {
    const names = text
      .replace(/^\uFEFF/, "")
      .split(",")
      .map((name) => name.trim());
    const missing = HEADER.find((name) => names.filter((other) => other === name).length !== 1);
    if (missing !== undefined) return fail(`the header must name the column ${missing} once`);
    this.#places = Object.fromEntries(HEADER.map((name) => [name, names.indexOf(name)])) as Places;
    return ok(null);
  }

  #takeRow(text: string, places: Places): Result<Candle | null, string> {
    const candle = parseRow(text.split(","), places, this.#market);
    if (!candle.ok || candle.value === null) return candle;
    if (candle.value.openTimeMs <= this.#beforeMs) return fail("the candle is not later than the one before");
    this.#beforeMs = candle.value.openTimeMs;
    return candle;
  }
}

/** @returns null for a row of another market */
function parseRow(cells: readonly string[], places: Places, market: MarketCode): Result<Candle | null, string> {
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

/** First line of a candle file, without its end. */
export const CANDLE_FILE_HEADER = HEADER.join(",");

/** One line of a candle file, without its end. */
export function candleFileLine(market: MarketCode, candle: Candle): string {
  const { open, high, low, close, volume, value } = candle;
  const numbers = [open, high, low, close, value, volume].map((number) => (number === null ? "" : plainNumber(number)));
  return `${market},${exchangeUtc(candle.openTimeMs)},${numbers.join(",")}`;
}

/** Digits that name the same double, without an exponent: other programs stumble over one. */
function plainNumber(number: number): string {
  const text = String(number);
  return text.includes("e") ? decimalText(decimalFromQuote(number)) : text;
}
