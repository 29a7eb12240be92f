/** The candle store's door: what other rooms and the rest of this one may use of `candles/`.
 *
 *  Closed candles of an open day lie in a tail of short stretches, finished days in blocks of byte planes (both in
 *  `candlePieces`), all but the newest of them gathered into blocks of their months (`candleMonths`). */
export { candleCoverage, type CandleCoverage } from "./candles/candle-summary.ts";
export { candleTables } from "./candles/candle-tables.ts";
export { appendCandle, putTail } from "./candles/candle-tail.ts";
export { checkBlocks } from "./candles/check-blocks.ts";
export { gatherMonths } from "./candles/gather-months.ts";
export { awaitedDays, damagedBlocks } from "./candles/quarantine.ts";
export { newestCandle, readCandles, type CandleRange } from "./candles/read-candles.ts";
export { readDay } from "./candles/read-day.ts";
export { removeDay, storeDay, storedDays, type StoredDay } from "./candles/store-day.ts";
export { storedBytes } from "./candles/stored-bytes.ts";
export { storeDays } from "./candles/store-days.ts";
export { exportCandles, type FileProgress } from "./candles/export-candles.ts";
export { importCandles, type ImportFault, type ImportReport } from "./candles/import-candles.ts";
export {
  applyRetention,
  previewRetention,
  readRetention,
  writeRetention,
  type RetentionPreview,
} from "./candles/retention.ts";
