import type { Transaction } from "dexie";
import { columnsOf, type Candle, type CandleColumns } from "../../../domain/candle.ts";
import { encodeCandles } from "../../../domain/candle-codec/encode-candles.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import type { EpochMs } from "../../../domain/units.ts";
import type { CandlePieceRow } from "../tables.ts";
import { cellsOf } from "./tail-cells.ts";
import { tailStretch } from "./candle-tail.ts";
import { dayStart, monthOfDay } from "./kst-calendar.ts";

/** A stored day before version 3. */
type PlainDayRow = {
  readonly market: MarketCode;
  readonly kstDay: string;
  readonly columns: CandleColumns;
  readonly rowCount: number;
  readonly storedAtMs: EpochMs;
};
/** A closed candle of an open day before version 3. */
type PlainTailRow = Candle & { readonly market: MarketCode };

/** Version 3: days become blocks, single candles become stretches of the tail. One day at a time, so that years fit into the memory of a
 *  phone; an upgrade that is broken off leaves the old version whole. Rule C18. */
export async function upgradeToBlocks(transaction: Transaction): Promise<void> {
  const days = transaction.table<PlainDayRow, [MarketCode, string]>("candleDays");
  const pieces = transaction.table<CandlePieceRow>("candlePieces");
  for (const key of await days.toCollection().primaryKeys()) {
    const { market, kstDay, columns, rowCount, storedAtMs } = (await days.get(key))!;
    const block = encodeCandles(columns);
    const looseMonth = monthOfDay(kstDay);
    await pieces.put({ market, fromMs: dayStart(kstDay), wholeDay: kstDay, rowCount, block, looseMonth, storedAtMs });
  }
  const tail = await transaction.table<PlainTailRow>("candleTail").toArray();
  const stretches = Map.groupBy(tail, ({ market, openTimeMs }) => `${market} ${tailStretch(openTimeMs)}`);
  const rows = [...stretches.values()].map((candles): CandlePieceRow => ({
    market: candles[0]!.market,
    fromMs: tailStretch(candles[0]!.openTimeMs),
    cells: cellsOf(columnsOf(candles.toSorted((one, other) => one.openTimeMs - other.openTimeMs))),
  }));
  await pieces.bulkPut(rows);
}
