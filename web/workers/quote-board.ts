import type { MarketCode } from "../../domain/market-code.ts";
import { epochMs } from "../../domain/units.ts";
import type { UpbitFrame } from "../../domain/upbit-frame.ts";
import type { BookLevel, LiveTrade, Quote } from "./protocol.ts";

/** What screens hold of a market; more is cut here. Source: the protocol's `Quote`. */
const MOST_LEVELS = 15;
const MOST_TRADES = 30;

type Ticker = Extract<UpbitFrame, { type: "ticker" }>;
type Orderbook = Extract<UpbitFrame, { type: "orderbook" }>;
type Seen = { ticker: Ticker | null; bids: BookLevel[]; asks: BookLevel[]; trades: LiveTrade[]; changed: boolean };

/** The last known quote of each market, built from frames. Nothing is shown before a ticker came. */
export class QuoteBoard {
  readonly #markets = new Map<MarketCode, Seen>();

  take(market: MarketCode, frame: UpbitFrame): void {
    const seen = this.#markets.get(market) ?? { ticker: null, bids: [], asks: [], trades: [], changed: false };
    this.#markets.set(market, seen);
    switch (frame.type) {
      case "ticker":
        seen.ticker = frame;
        break;
      case "orderbook":
        seen.bids = levelsOf(frame, "bid");
        seen.asks = levelsOf(frame, "ask");
        break;
      case "trade":
        seen.trades = [tradeOf(frame), ...seen.trades].slice(0, MOST_TRADES);
        break;
      case "candle.1m":
        return;
    }
    seen.changed = true;
  }

  /** Forgets the markets that nobody follows any more. */
  keepOnly(markets: readonly MarketCode[]): void {
    for (const market of this.#markets.keys()) if (!markets.includes(market)) this.#markets.delete(market);
  }

  /** Quotes that changed since the last call, or all of them. */
  quotes(which: "changed" | "all"): Quote[] {
    const due = [...this.#markets].filter(([, seen]) => seen.ticker !== null && (which === "all" || seen.changed));
    return due.map(([market, seen]) => {
      seen.changed = false;
      return quoteOf(market, seen.ticker!, seen);
    });
  }
}

/** A level without size is no offer: the exchange fills a thin side up with zeros. */
function levelsOf({ orderbook_units }: Orderbook, side: "bid" | "ask"): BookLevel[] {
  const levels = orderbook_units.map((unit) =>
    side === "bid" ? { price: unit.bid_price, size: unit.bid_size } : { price: unit.ask_price, size: unit.ask_size },
  );
  return levels.filter((level) => level.size > 0).slice(0, MOST_LEVELS);
}

const tradeOf = (frame: Extract<UpbitFrame, { type: "trade" }>): LiveTrade => ({
  atMs: epochMs(frame.trade_timestamp),
  price: frame.trade_price,
  volume: frame.trade_volume,
  takerSide: frame.ask_bid === "BID" ? "bid" : "ask",
});

const quoteOf = (market: MarketCode, ticker: Ticker, seen: Seen): Quote => ({
  market,
  atMs: epochMs(ticker.timestamp),
  price: ticker.trade_price,
  changeRate: ticker.signed_change_rate,
  changePrice: ticker.signed_change_price,
  high: ticker.high_price,
  low: ticker.low_price,
  volume24h: ticker.acc_trade_volume_24h,
  value24h: ticker.acc_trade_price_24h,
  bids: seen.bids,
  asks: seen.asks,
  trades: seen.trades,
});
