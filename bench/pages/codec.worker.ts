import { candleAt, emptyColumns, type CandleColumns } from "../../domain/candle.ts";
import { decodeCandles } from "../../domain/candle-codec/decode-candles.ts";
import { encodeCandles } from "../../domain/candle-codec/encode-candles.ts";
import { exchangeKst, exchangeUtc } from "../../domain/time.ts";
import { rowsOf } from "../../web/store/candles/candle-pieces.ts";
import type { BenchMessage } from "../in-chromium.ts";
import { MARKET, median, repeatedMinutes, YEAR_ROWS } from "./year-of-minutes.ts";

/** Rows of a block, as of a month in the store, and rows of one page of the exchange (upbit-api 3.2). */
const BLOCK_ROWS = 43_800;
const PAGE_ROWS = 200;
/** Rows that are decoded and parsed for the speed, and how often. */
const TIMED_ROWS = BLOCK_ROWS * 3;
const ROUNDS = 15;
/** Rounds before, for all variants alike, in which the engine compiles what it runs. */
const WARM_ROUNDS = 8;

const post = (message: BenchMessage): void => self.postMessage(message);
function tell(metric: string, unit: string, [value, peerValue]: readonly [number, number], peer: string): void {
  post({ line: { bench: "codec", metric, value, unit, peer, peerValue, ratio: value / peerValue } });
}

function parts(columns: CandleColumns, size: number): CandleColumns[] {
  const count = Math.ceil(columns.openTimeMs.length / size);
  return Array.from({ length: count }, (_, at) =>
    rowsOf(columns, at * size, Math.min(columns.openTimeMs.length, (at + 1) * size)),
  );
}

/** Bits of a column of whole numbers: the order-0 entropy of each of its bytes, summed. Of bytes and not of whole numbers:
 *  a traded amount hardly ever comes twice, so that a year's histogram of them would measure the length of the year. */
function entropyBits(numbers: readonly number[]): number {
  let bits = 0;
  for (let weight = 1, more = true; more; weight *= 256) {
    const counts = new Float64Array(256);
    more = false;
    for (const number of numbers) {
      const place = Math.floor(number / weight);
      if (place > 0) more = true;
      counts[place % 256] = counts[place % 256]! + 1;
    }
    for (const count of counts) if (count > 0) bits += count * Math.log2(numbers.length / count);
  }
  return bits;
}

/** Signs folded into the lowest bit, so that small numbers stay small. */
const folded = (number: number): number => (number >= 0 ? 2 * number : -2 * number - 1);

/** The differences that the codec stores, computed here anew from the numbers: prices in won, volumes in 1e-8, values in
 *  1e-5 won against volume × the middle of the four prices. */
function deltasOf(columns: CandleColumns): number[][] {
  const { open, high, low, close, volume, value } = columns;
  const ticks = (price: number) => price / 1_000;
  const rows = Array.from(open, (_, row) => row);
  return [
    rows.map((row) => folded(ticks(open[row]!) - (row === 0 ? 0 : ticks(close[row - 1]!)))),
    rows.map((row) => folded(ticks(close[row]!) - ticks(open[row]!))),
    rows.map((row) => ticks(high[row]!) - Math.max(ticks(open[row]!), ticks(close[row]!))),
    rows.map((row) => Math.min(ticks(open[row]!), ticks(close[row]!)) - ticks(low[row]!)),
    rows.map((row) => Math.round(volume[row]! * 1e8)),
    rows.map((row) => {
      const middle = (open[row]! + high[row]! + low[row]! + close[row]!) / 4;
      return folded(Math.round(value[row]! * 1e5) - Math.round(middle * volume[row]! * 1e5));
    }),
  ];
}

/** A page of candles as the exchange answers it, newest first. Source: upbit-api 3.2. */
function exchangePage(columns: CandleColumns): string {
  const rows = Array.from(columns.openTimeMs, (_, row) => candleAt(columns, row)).map((candle) => ({
    market: MARKET,
    candle_date_time_utc: exchangeUtc(candle.openTimeMs),
    candle_date_time_kst: exchangeKst(candle.openTimeMs),
    opening_price: candle.open,
    high_price: candle.high,
    low_price: candle.low,
    trade_price: candle.close,
    timestamp: candle.openTimeMs + 59_871,
    candle_acc_trade_price: candle.value,
    candle_acc_trade_volume: candle.volume,
    unit: 1,
  }));
  return JSON.stringify(rows.toReversed());
}

type ExchangeRow = Readonly<Record<string, number>> & { readonly candle_date_time_utc: string };

/** The same typed columns out of the exchange's JSON; nothing is checked. */
function columnsOfPage(text: string): CandleColumns {
  const rows = (JSON.parse(text) as ExchangeRow[]).toReversed();
  const columns = emptyColumns(rows.length);
  rows.forEach((row, at) => {
    columns.openTimeMs[at] = Date.parse(`${row.candle_date_time_utc}Z`);
    columns.open[at] = row["opening_price"]!;
    columns.high[at] = row["high_price"]!;
    columns.low[at] = row["low_price"]!;
    columns.close[at] = row["trade_price"]!;
    columns.volume[at] = row["candle_acc_trade_volume"]!;
    columns.value[at] = row["candle_acc_trade_price"]!;
  });
  return columns;
}

/** Median milliseconds of each variant; the rounds take turns, so that a busy moment meets all of them. */
function p50(variants: readonly (() => void)[]): number[] {
  const times = variants.map((): number[] => []);
  for (let round = 0; round < WARM_ROUNDS + ROUNDS; round += 1)
    variants.forEach((variant, at) => {
      const began = performance.now();
      variant();
      if (round >= WARM_ROUNDS) times[at]!.push(performance.now() - began);
    });
  return times.map(median);
}

try {
  const columns = await repeatedMinutes(YEAR_ROWS);
  const blocks = parts(columns, BLOCK_ROWS);
  const bytes = blocks.reduce((sum, block) => sum + encodeCandles(block).length, 0);
  const bits = blocks.reduce(
    (sum, block) => sum + deltasOf(block).reduce((all, column) => all + entropyBits(column), 0),
    0,
  );
  tell(
    "bytes per candle",
    "bytes",
    [bytes / YEAR_ROWS, bits / 8 / YEAR_ROWS],
    "order-0 entropy of the same columns' deltas",
  );

  const timed = rowsOf(columns, 0, TIMED_ROWS);
  const encoded = parts(timed, BLOCK_ROWS).map((block) => encodeCandles(block));
  const pages = parts(timed, PAGE_ROWS).map(exchangePage);
  const [decode, parseAll, parseAlone] = p50([
    () => encoded.forEach((block) => decodeCandles(block)),
    () => pages.forEach(columnsOfPage),
    () => pages.forEach((page) => JSON.parse(page) as unknown),
  ]).map((ms) => (TIMED_ROWS / ms) * 1_000) as [number, number, number];
  tell("decode", "rows/s", [decode, parseAll], "parsing the exchange's JSON");
  const alone = `${parseAlone.toPrecision(3)} rows/s (ratio ${(decode / parseAlone).toPrecision(3)})`;
  post({ note: `JSON.parse alone, its objects not made into columns: ${alone}` });
  post({ done: true });
} catch (problem) {
  post({ failed: problem instanceof Error ? `${problem.name}: ${problem.message}` : String(problem) });
}
