import type { MarketCode } from "../../../domain/market-code.ts";
import { exchangeKst, exchangeUtc } from "../../../domain/time.ts";
import { epochMs } from "../../../domain/units.ts";
import type { Bar } from "../../market/bars.ts";
import type { TapeTrade } from "../../market/market-feed.ts";
import { UNITS_PER_COIN } from "../../market/minute-series.ts";
import { unscaled } from "../../tapes/scaled-number.ts";
import type { TapeBook } from "../../books/tape-book.ts";
import type { TickerState } from "../../market/ticker.ts";

/** Rows of the quotation endpoints and the numbers that the socket's frames share with them. Source: upbit-api 3. */

/** JSON text that stands as it is: whole numbers above 2^53 would be rounded otherwise. */
export const rawNumber = (JSON as unknown as { rawJSON(text: string): object }).rawJSON;

/** Volumes as the double nearest to the exact decimal. */
export const coins = (units: number | bigint): number =>
  typeof units === "number" ? units / UNITS_PER_COIN : unscaled(units, 8);
/** Sums of price × volume, exact inside, are shown to eight decimals. */
export const amount = (value: bigint): number => unscaled(value, 16, 8);
/** Rates are shown to ten decimals, differences without the dust of doubles. */
const rate = (value: number): number => Number(value.toFixed(10));
const difference = (a: number, b: number): number => Number((a - b).toFixed(8));

export const candleFields = (bar: Bar) => ({
  candle_date_time_utc: exchangeUtc(epochMs(bar.openTimeMs)),
  candle_date_time_kst: exchangeKst(epochMs(bar.openTimeMs)),
  opening_price: bar.open,
  high_price: bar.high,
  low_price: bar.low,
  trade_price: bar.close,
});

export const candleRow = (market: MarketCode, bar: Bar) => ({
  market,
  ...candleFields(bar),
  timestamp: bar.lastTradeMs,
  candle_acc_trade_price: amount(bar.value),
  candle_acc_trade_volume: coins(bar.units),
});

/** @param before close of the UTC day before, where there was one */
export function dayRow(market: MarketCode, bar: Bar, before: number | undefined) {
  const previous = before ?? bar.open;
  return {
    ...candleRow(market, bar),
    prev_closing_price: previous,
    change_price: difference(bar.close, previous),
    change_rate: rate((bar.close - previous) / previous),
  };
}

export const tradeRow = (market: MarketCode, trade: TapeTrade, previousClose: number) => ({
  market,
  trade_date_utc: exchangeUtc(epochMs(trade.atMs)).slice(0, 10),
  trade_time_utc: exchangeUtc(epochMs(trade.atMs)).slice(11),
  timestamp: trade.atMs,
  trade_price: trade.price,
  trade_volume: coins(trade.units),
  prev_closing_price: previousClose,
  change_price: difference(trade.price, previousClose),
  ask_bid: trade.takerSide === "bid" ? "BID" : "ASK",
  sequential_id: rawNumber(trade.sequentialId),
});

/** What a price is against yesterday's close. */
export function changeFields(price: number, previousClose: number) {
  const signed = difference(price, previousClose);
  return {
    change: signed > 0 ? ("RISE" as const) : signed < 0 ? ("FALL" as const) : ("EVEN" as const),
    change_price: Math.abs(signed),
    change_rate: Math.abs(rate(signed / previousClose)),
    signed_change_price: signed,
    signed_change_rate: rate(signed / previousClose),
  };
}

/** The numbers that the REST ticker and the socket's ticker have in common. */
export const tickerFields = (state: TickerState) => ({
  opening_price: state.open,
  high_price: state.high,
  low_price: state.low,
  trade_price: state.last.price,
  prev_closing_price: state.previousClose,
  ...changeFields(state.last.price, state.previousClose),
  trade_volume: coins(state.last.units),
  acc_trade_price: amount(state.dayValue),
  acc_trade_price_24h: amount(state.value24h),
  acc_trade_volume: coins(state.dayUnits),
  acc_trade_volume_24h: coins(state.units24h),
  highest_52_week_price: state.yearHigh.price,
  highest_52_week_date: exchangeUtc(epochMs(state.yearHigh.dayMs)).slice(0, 10),
  lowest_52_week_price: state.yearLow.price,
  lowest_52_week_date: exchangeUtc(epochMs(state.yearLow.dayMs)).slice(0, 10),
});

export function tickerRow(market: MarketCode, state: TickerState, nowMs: number) {
  const at = epochMs(state.last.atMs);
  const compact = (text: string) => text.replaceAll(/[-:]/g, "");
  return {
    market,
    trade_date: compact(exchangeUtc(at).slice(0, 10)),
    trade_time: compact(exchangeUtc(at).slice(11)),
    trade_date_kst: compact(exchangeKst(at).slice(0, 10)),
    trade_time_kst: compact(exchangeKst(at).slice(11)),
    trade_timestamp: at,
    ...tickerFields(state),
    timestamp: nowMs,
  };
}

export function orderbookFields({ asks, bids }: TapeBook, count: number) {
  const total = (levels: TapeBook["asks"]) => coins(levels.reduce((sum, { units }) => sum + units, 0));
  const depth = Math.min(count, asks.length, bids.length);
  return {
    total_ask_size: total(asks),
    total_bid_size: total(bids),
    orderbook_units: Array.from({ length: depth }, (_, at) => ({
      ask_price: asks[at]!.price,
      bid_price: bids[at]!.price,
      ask_size: coins(asks[at]!.units),
      bid_size: coins(bids[at]!.units),
    })),
  };
}

export const orderbookRow = (
  market: MarketCode,
  book: TapeBook,
  { nowMs, count, level }: { readonly nowMs: number; readonly count: number; readonly level: number },
) => ({ market, timestamp: nowMs, ...orderbookFields(book, count), level });
