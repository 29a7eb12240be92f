import { candleAt } from "../../../domain/candle.ts";
import { CANDLE_FILE_HEADER, candleFileLine } from "../../../domain/candle-file.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import { kstDayOf } from "../../../domain/time.ts";
import { epochMs } from "../../../domain/units.ts";
import type { ObservatorDatabase } from "../database.ts";
import { piecesBetween } from "./candle-tables.ts";
import { daysInMonth, monthOfDay } from "./kst-calendar.ts";
import { readCandles } from "./read-candles.ts";

/** How far an export or import is. `share`: 0 to 1. */
export type FileProgress = { readonly rowCount: number; readonly share: number };

/** All closed candles of a market as a gzip'd CSV file, a month at a time; cancel the stream to stop. The days that are at
 *  hand when it begins, the tail among them. Source of the format: data/README.md. Rule C15. */
export function exportCandles(
  db: ObservatorDatabase,
  market: MarketCode,
  onProgress: (progress: FileProgress) => void = () => {},
): ReadableStream<Uint8Array> {
  let months: string[] = [];
  let done = 0;
  let rowCount = 0;
  const encoder = new TextEncoder();
  const text = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async start(controller) {
      months = await monthsAtHand(db, market);
      controller.enqueue(encoder.encode(`${CANDLE_FILE_HEADER}\n`));
    },
    async pull(controller) {
      const kstMonth = months[done];
      if (kstMonth === undefined) return controller.close();
      const columns = await readCandles(db, market, {
        fromDay: `${kstMonth}-01`,
        toDay: `${kstMonth}-${daysInMonth(kstMonth)}`,
      });
      const lines = Array.from(columns.openTimeMs, (_, row) => `${candleFileLine(market, candleAt(columns, row))}\n`);
      done += 1;
      rowCount += lines.length;
      controller.enqueue(encoder.encode(lines.join("")));
      onProgress({ rowCount, share: done / months.length });
    },
  });
  return text.pipeThrough(new CompressionStream("gzip"));
}

async function monthsAtHand(db: ObservatorDatabase, market: MarketCode): Promise<string[]> {
  const keys = await piecesBetween(db, market, [-Infinity, Infinity]).primaryKeys();
  return [...new Set(keys.map(([, fromMs]) => monthOfDay(kstDayOf(epochMs(fromMs)))))];
}
