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

/** What is wrong with a candle file. Screens have words for the kind; the sentence is for a terminal. */
type Flaw = {
  readonly kind:
    | "header"
    | "fields"
    | "time"
    | "number"
    | "order"
    | "candle"
    | "unreadable"
    | "coarse"
    | "other-market"
    | "no-candle";
  /** The column, the text or the number that is meant; may be empty. */
  readonly about: string;
  readonly problem: string;
};
/** And on which line, counted from 1. */
export type CandleFileFault = Flaw & { readonly line: number };

const flawed = (kind: Flaw["kind"], about: string, problem: string): Result<never, Flaw> =>
  fail({ kind, about, problem });

const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Reads a file of one-minute candles line by line, so that a file of years needs the memory of one line.
 *  @param others whether rows of other markets are passed over, or are a fault */
export class CandleFileReader {
  readonly #market: MarketCode;
  #places: Places | null = null;
  #line = 0;
  #beforeMs = -Infinity;
  readonly #others: "passed-over" | "refused";

  constructor(market: MarketCode, others: "passed-over" | "refused" = "passed-over") {
    this.#market = market;
    this.#others = others;
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
    return taken.ok ? taken : fail({ line: this.#line, ...taken.fault });
  }

  #takeHeader(text: string): Result<null, Flaw> {
    const names = text
      .replace(/^\uFEFF/, "")
      .split(",")
      .map((name) => name.trim());
    const missing = HEADER.find((name) => names.filter((other) => other === name).length !== 1);
    if (missing !== undefined) return flawed("header", missing, `the header must name the column ${missing} once`);
    this.#places = Object.fromEntries(HEADER.map((name) => [name, names.indexOf(name)])) as Places;
    return ok(null);
  }

  #takeRow(text: string, places: Places): Result<Candle | null, Flaw> {
    const candle = parseRow(text.split(","), places, this.#market);
    if (!candle.ok) return candle;
    if (candle.value === null) return this.#others === "refused" ? this.#otherMarket(text, places) : candle;
    if (candle.value.openTimeMs <= this.#beforeMs)
      return flawed("order", "", "the candle is not later than the one before");
    this.#beforeMs = candle.value.openTimeMs;
    return candle;
  }

  #otherMarket(text: string, places: Places): Result<never, Flaw> {
    const found = (text.split(",")[places.market] ?? "").trim();
    return flawed("other-market", found, `a candle of ${found} among those of ${this.#market}`);
  }
}

/** @returns null for a row of another market */
function parseRow(cells: readonly string[], places: Places, market: MarketCode): Result<Candle | null, Flaw> {
  if (cells.length < HEADER.length)
    return flawed("fields", String(cells.length), `${cells.length} fields instead of ${HEADER.length}`);
  const cell = (name: ColumnName) => (cells[places[name]] ?? "").trim();
  if (cell("market") !== market) return ok(null);
  const time = cell("candle_date_time_utc");
  const openTime = parseInstant(time);
  if (!openTime.ok) return flawed("time", time, `"${time}" is not a time`);
  const numberNames = HEADER.slice(2).filter((name) => name !== "candle_acc_trade_price" || cell(name) !== "");
  const wrong = numberNames.find((name) => !NUMBER.test(cell(name)));
  if (wrong !== undefined) return flawed("number", cell(wrong), `${wrong} "${cell(wrong)}" is not a number`);
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
  return flaw === null ? ok(candle) : flawed("candle", "", flaw);
}

/** The fault of a file that is sound and says nothing of the market. */
export const noCandleFault = (market: MarketCode, lines: number): CandleFileFault => ({
  line: Math.max(1, lines),
  kind: "no-candle",
  about: market,
  problem: `there is no candle of ${market}`,
});

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
