import Dexie, { type Table } from "dexie";
import type { MarketCode } from "../../../domain/market-code.ts";
import type { ObservatorDatabase } from "../database.ts";

/** Every table that a reader or a writer of candles touches: whoever opens a transaction around them names these. */
export const candleTables = (db: ObservatorDatabase): Table[] => [
  db.candleDays,
  db.candleMonths,
  db.candleHours,
  db.damagedBlocks,
];

/** Bounds of an index that begins with the market. */
export const marketRange = (market: MarketCode): [[MarketCode, unknown], [MarketCode, unknown]] => [
  [market, Dexie.minKey],
  [market, Dexie.maxKey],
];
