import type { MarketCode } from "../../../domain/market-code.ts";
import type { ObservatorDatabase } from "../database.ts";
import { candleTables, marketRange } from "./candle-tables.ts";

/** What a market's candles take on disk: bytes of the blocks, before what the database adds. */
export type CandleSize = { readonly bytes: number; readonly rowCount: number; readonly dayCount: number };

/** Reads every block of the market: for a screen that is looked at, not for a loop. */
export function candleSize(db: ObservatorDatabase, market: MarketCode): Promise<CandleSize> {
  return db.transaction("r", candleTables(db), async () => {
    const size = { bytes: 0, rowCount: 0, dayCount: 0 };
    await db.candleDays
      .where("[market+kstDay]")
      .between(...marketRange(market))
      .each(({ block, rowCount }) => {
        size.bytes += block?.length ?? 0;
        size.rowCount += rowCount;
        size.dayCount += 1;
      });
    await db.candleMonths
      .where("[market+kstMonth]")
      .between(...marketRange(market))
      .each(({ block }) => {
        size.bytes += block.length;
      });
    return size;
  });
}
