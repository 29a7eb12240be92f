import * as v from "valibot";
import { isMarketCode, type MarketCode } from "../../domain/market-code.ts";
import { ok, type Result } from "../../domain/result.ts";
import { UpbitOrderbookSchema, UpbitTickerSchema, UpbitTradeSchema } from "../../domain/upbit.ts";
import { epochMs } from "../../domain/units.ts";
import type { MarketTrade, OrderBook, Ticker } from "../../domain/wire.ts";
import type { RelayFault } from "../faults.ts";
import { askQuotation } from "./ask-quotation.ts";
import type { SnapshotKind } from "./snapshot.ts";

/** The exchange allows 500; two hundred trades are minutes of a busy market. */
const MOST_TRADES = 200;

/** Source: upbit-api 3.4 */
export const TICKERS: SnapshotKind<Ticker> = {
  group: "ticker",
  many: true,
  async ask(relay, markets) {
    const question = { group: "ticker", path: "/v1/ticker", parameters: listOf(markets) } as const;
    return byMarket(await askQuotation(relay, question, v.array(UpbitTickerSchema)), (row, market) => ({
      market,
      atMs: epochMs(row.timestamp),
      tradeAtMs: epochMs(row.trade_timestamp),
      price: row.trade_price,
      changeRate: row.signed_change_rate,
      changePrice: row.signed_change_price,
      high: row.high_price,
      low: row.low_price,
      volume24h: row.acc_trade_volume_24h,
      value24h: row.acc_trade_price_24h,
    }));
  },
};

/** Source: upbit-api 3.6. A thin side is filled up with zeros, which are no offers. */
export const ORDER_BOOKS: SnapshotKind<OrderBook> = {
  group: "orderbook",
  many: true,
  async ask(relay, markets) {
    const question = { group: "orderbook", path: "/v1/orderbook", parameters: listOf(markets) } as const;
    return byMarket(await askQuotation(relay, question, v.array(UpbitOrderbookSchema)), (row, market) => ({
      market,
      atMs: epochMs(row.timestamp),
      bids: row.orderbook_units.flatMap((unit) =>
        unit.bid_size > 0 ? [{ price: unit.bid_price, size: unit.bid_size }] : [],
      ),
      asks: row.orderbook_units.flatMap((unit) =>
        unit.ask_size > 0 ? [{ price: unit.ask_price, size: unit.ask_size }] : [],
      ),
    }));
  },
};

/** Source: upbit-api 3.3 */
export const TRADES: SnapshotKind<readonly MarketTrade[]> = {
  group: "trade",
  many: false,
  async ask(relay, [market]) {
    const parameters = [
      ["market", market!],
      ["count", String(MOST_TRADES)],
    ] as const;
    const question = { group: "trade", path: "/v1/trades/ticks", parameters, digitsOf: "sequential_id" } as const;
    const rows = await askQuotation(relay, question, v.array(UpbitTradeSchema));
    if (!rows.ok) return rows;
    const trades = rows.value.map((row) => ({
      atMs: epochMs(row.timestamp),
      price: row.trade_price,
      volume: row.trade_volume,
      takerSide: row.ask_bid === "BID" ? ("bid" as const) : ("ask" as const),
      sequentialId: row.sequential_id,
    }));
    return ok(new Map([[market!, trades]]));
  },
};

const listOf = (markets: readonly MarketCode[]) => [["markets", markets.join(",")]] as const;

function byMarket<Row extends { readonly market: string }, Value>(
  rows: Result<readonly Row[], RelayFault>,
  valueOf: (row: Row, market: MarketCode) => Value,
): Result<ReadonlyMap<MarketCode, Value>, RelayFault> {
  if (!rows.ok) return rows;
  const values = new Map<MarketCode, Value>();
  for (const row of rows.value) if (isMarketCode(row.market)) values.set(row.market, valueOf(row, row.market));
  return ok(values);
}
