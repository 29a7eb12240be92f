import { CANDLE_COLUMNS, columnsOf, type Candle, type CandleColumns } from "../domain/candle.ts";
import { CandleFileReader, noCandleFault, type CandleFileFault } from "../domain/candle-file.ts";
import type { MarketCode } from "../domain/market-code.ts";
import { fail, ok, type Result } from "../domain/result.ts";
import { MINUTE_MS } from "../domain/units.ts";

/** One-minute candles of `market` in a CSV text, oldest first; rows of other markets are passed over. An empty
 *  `candle_acc_trade_price` is a value that the source did not keep. */
export function parseCandleFile(text: string, market: MarketCode): Result<CandleColumns, CandleFileFault> {
  const reader = new CandleFileReader(market);
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  const candles: Candle[] = [];
  for (const line of lines.length === 0 ? [""] : lines) {
    const candle = reader.take(line);
    if (!candle.ok) return candle;
    if (candle.value !== null) candles.push(candle.value);
  }
  if (candles.length === 0) return fail(noCandleFault(market, reader.line));
  return ok(columnsOf(candles));
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
