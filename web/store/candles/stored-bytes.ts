import type { MarketCode } from "../../../domain/market-code.ts";
import type { ObservatorDatabase } from "../database.ts";
import { isWholeDay, marketRange } from "./candle-tables.ts";

/** Bytes that a market's finished days take, as they lie in the store: blocks of months and of newer days. The open
 *  day (at most 80 KB) and the database's own overhead are not in it. Reads the blocks, so ask rarely. */
export function storedBytes(db: ObservatorDatabase, market: MarketCode): Promise<number> {
  return db.transaction("r", db.candlePieces, db.candleMonths, async () => {
    let bytes = 0;
    const range = marketRange(market);
    await db.candleMonths
      .where("[market+kstMonth]")
      .between(...range)
      .each(({ block }) => {
        bytes += block.byteLength;
      });
    await db.candlePieces
      .where("[market+looseMonth]")
      .between(...range)
      .each((row) => {
        bytes += isWholeDay(row) ? (row.block?.byteLength ?? 0) : 0;
      });
    return bytes;
  });
}
