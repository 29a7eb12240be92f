import type { Candle } from "../../domain/candle.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import { intervalStart } from "../../domain/time.ts";
import { epochMs, MINUTE_MS, type EpochMs } from "../../domain/units.ts";
import type { UpbitOrderbookFrame, UpbitTickerFrame, UpbitTradeFrame } from "../../domain/upbit-frame.ts";
import type { MarketTrade, OrderBook, Ticker } from "../../domain/wire.ts";
import type { Quote } from "./protocol.ts";

/** What screens hold of a market; more is cut here. Source: the protocol's `Quote`. */
const MOST_LEVELS = 15;
const MOST_TRADES = 30;

type Seen = {
  ticker: Ticker | null;
  book: Pick<OrderBook, "bids" | "asks">;
  trades: readonly MarketTrade[];
  running: Candle | null;
  changed: boolean;
};

/** The last known quote of each market, whoever told of it. Nothing is shown before a ticker came. */
export class QuoteBoard {
  readonly #markets = new Map<MarketCode, Seen>();

  takeTicker(ticker: Ticker): void {
    this.#change(ticker.market).ticker = ticker;
  }

  takeBook(book: OrderBook): void {
    this.#change(book.market).book = book;
  }

  /** In any order, with any that are known already: the same trade comes again after a reconnect, and from both ways. */
  takeTrades(market: MarketCode, trades: readonly MarketTrade[]): void {
    const seen = this.#change(market);
    const byId = new Map([...seen.trades, ...trades].map((trade) => [trade.sequentialId, trade]));
    seen.trades = [...byId.values()].toSorted(newestFirst).slice(0, MOST_TRADES);
  }

  takeRunning(market: MarketCode, candle: Candle | null): void {
    const seen = this.#markets.get(market);
    if (seen === undefined || seen.running === candle) return;
    seen.running = candle;
    seen.changed = true;
  }

  /** Forgets the markets that nobody follows any more. */
  keepOnly(markets: readonly MarketCode[]): void {
    for (const market of this.#markets.keys()) if (!markets.includes(market)) this.#markets.delete(market);
  }

  /** Quotes that changed since the last call, or all of them. */
  quotes(which: "changed" | "all"): Quote[] {
    const due = [...this.#markets.values()].filter((seen) => seen.ticker !== null && (which === "all" || seen.changed));
    return due.map((seen) => {
      seen.changed = false;
      return quoteOf(seen.ticker!, seen);
    });
  }

  #change(market: MarketCode): Seen {
    let seen = this.#markets.get(market);
    if (seen === undefined) {
      seen = { ticker: null, book: { bids: [], asks: [] }, trades: [], running: null, changed: false };
      this.#markets.set(market, seen);
    }
    seen.changed = true;
    return seen;
  }
}

/** The running minute as its trades tell it, or null where the list does not reach back to its start: what is shown
 *  while the socket's own candle is not to be had. It closes nothing. Rule C27.
 *  @param trades newest first */
export function runningOf(trades: readonly MarketTrade[], nowMs: EpochMs): Candle | null {
  const openTimeMs = intervalStart(nowMs, MINUTE_MS);
  const own = trades.filter((trade) => trade.atMs >= openTimeMs);
  if (own.length === 0 || own.length === trades.length) return null;
  const prices = own.map((trade) => trade.price);
  return {
    openTimeMs,
    open: prices.at(-1)!,
    high: Math.max(...prices),
    low: Math.min(...prices),
    close: prices[0]!,
    volume: own.reduce((sum, trade) => sum + trade.volume, 0),
    value: own.reduce((sum, trade) => sum + trade.volume * trade.price, 0),
  };
}

const newestFirst = (one: MarketTrade, other: MarketTrade): number =>
  other.atMs - one.atMs || (BigInt(other.sequentialId) > BigInt(one.sequentialId) ? 1 : -1);

const quoteOf = (ticker: Ticker, { book, trades, running }: Seen): Quote => ({
  market: ticker.market,
  atMs: ticker.atMs,
  price: ticker.price,
  changeRate: ticker.changeRate,
  changePrice: ticker.changePrice,
  high: ticker.high,
  low: ticker.low,
  volume24h: ticker.volume24h,
  value24h: ticker.value24h,
  bids: book.bids.slice(0, MOST_LEVELS),
  asks: book.asks.slice(0, MOST_LEVELS),
  trades,
  running,
});

/** Frames in the product's own words, which the relay's answers are in already. */
export const tickerOf = (market: MarketCode, frame: UpbitTickerFrame): Ticker => ({
  market,
  atMs: epochMs(frame.timestamp),
  tradeAtMs: epochMs(frame.trade_timestamp),
  price: frame.trade_price,
  changeRate: frame.signed_change_rate,
  changePrice: frame.signed_change_price,
  high: frame.high_price,
  low: frame.low_price,
  volume24h: frame.acc_trade_volume_24h,
  value24h: frame.acc_trade_price_24h,
});

/** A level without size is no offer: the exchange fills a thin side up with zeros. */
export const bookOf = (market: MarketCode, { timestamp, orderbook_units }: UpbitOrderbookFrame): OrderBook => ({
  market,
  atMs: epochMs(timestamp),
  bids: orderbook_units.map((unit) => ({ price: unit.bid_price, size: unit.bid_size })).filter(({ size }) => size > 0),
  asks: orderbook_units.map((unit) => ({ price: unit.ask_price, size: unit.ask_size })).filter(({ size }) => size > 0),
});

export const tradeOf = (frame: UpbitTradeFrame): MarketTrade => ({
  atMs: epochMs(frame.trade_timestamp),
  price: frame.trade_price,
  volume: frame.trade_volume,
  takerSide: frame.ask_bid === "BID" ? "bid" : "ask",
  sequentialId: frame.sequentialId,
});
