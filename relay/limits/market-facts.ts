import { deepestTotal } from "../../domain/book-depth.ts";
import { Big, decimalFromQuote } from "../../domain/decimal.ts";
import { PRICE_DISTANCES_BPS } from "../../domain/limits.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import { ok, type Result } from "../../domain/result.ts";
import { refuse, type RelayFault } from "../faults.ts";
import { ORDER_BOOKS, TICKERS } from "../market/snapshot-kinds.ts";
import type { Relay } from "../relay.ts";

const E8 = new Big("100000000");

/** Hundred-millionths: the exchange's finest price is one. Text, because it may be above 2^53. */
export const priceE8 = (price: Big): string => price.times(E8).toFixed(0);

/** Asks for last trade and order book of a market and keeps what limits need of them: the last price, and how much a
 *  market buy may spend within each price distance. Rule X45. */
export async function refreshMarketFacts(relay: Relay, market: MarketCode): Promise<Result<null, RelayFault>> {
  const [tickers, books] = await Promise.all([TICKERS.ask(relay, [market]), ORDER_BOOKS.ask(relay, [market])]);
  if (!tickers.ok) return tickers;
  if (!books.ok) return books;
  const [ticker, book] = [tickers.value.get(market), books.value.get(market)];
  if (!ticker || !book) return refuse("not-found", "The exchange does not know this market.", "request.market");
  const last = decimalFromQuote(ticker.price);
  const asks = book.asks.map(({ price, size }) => ({ price: decimalFromQuote(price), size: decimalFromQuote(size) }));
  const deepest = PRICE_DISTANCES_BPS.map((distance) => {
    const bound = last.times(10_000 + distance).div(10_000);
    return [distance, deepestTotal(asks, bound).toNumber()] as const;
  });
  await relay.db
    .prepare(
      `INSERT OR REPLACE INTO market_snapshots (market, last_e8, deepest, asked_wall_ms)
       VALUES (?1, CAST(?2 AS INTEGER), ?3, ?4)`,
    )
    .bind(market, priceE8(last), JSON.stringify(Object.fromEntries(deepest)), relay.outside.wallNow())
    .run();
  return ok(null);
}
