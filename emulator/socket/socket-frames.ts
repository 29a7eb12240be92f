import type { MarketCode } from "../../domain/market-code.ts";
import { exchangeUtc } from "../../domain/time.ts";
import { epochMs, MINUTE_MS, SECOND_MS, type EpochMs } from "../../domain/units.ts";
import type { Bar } from "../market/bars.ts";
import type { TapeTrade } from "../market/market-feed.ts";
import {
  amount,
  candleFields,
  changeFields,
  coins,
  orderbookFields,
  rawNumber,
  tickerFields,
} from "../rest/quotation/quotation-rows.ts";
import type { TapeBook } from "../books/tape-book.ts";
import type { TickerState } from "../market/ticker.ts";
import type { MarketState } from "../world.ts";

/** Frames of the public socket in full names. Source: upbit-api 6.4 to 6.7. */
export type Frame = Readonly<Record<string, unknown>>;
export type StreamType = "SNAPSHOT" | "REALTIME";
/** Which market, when the frame was made and why it is sent. */
export type FrameHead = { readonly market: MarketCode; readonly nowMs: EpochMs; readonly stream: StreamType };

const dateOf = (ms: number): string => exchangeUtc(epochMs(ms)).slice(0, 10);
const timeOf = (ms: number): string => exchangeUtc(epochMs(ms)).slice(11);
const sideOf = (trade: TapeTrade) => (trade.takerSide === "bid" ? "BID" : "ASK");

export const tickerFrame = (
  { market, nowMs, stream }: FrameHead,
  state: TickerState,
  standing: MarketState,
): Frame => ({
  type: "ticker",
  code: market,
  ...tickerFields(state),
  ask_bid: sideOf(state.last),
  trade_date: dateOf(state.last.atMs).replaceAll("-", ""),
  trade_time: timeOf(state.last.atMs).replaceAll(":", ""),
  trade_timestamp: state.last.atMs,
  acc_ask_volume: coins(state.dayUnits - state.dayBidUnits()),
  acc_bid_volume: coins(state.dayBidUnits()),
  market_state: standing.state,
  is_trading_suspended: standing.halted === true || standing.state !== "ACTIVE",
  delisting_date: standing.delistingDate,
  market_warning: "NONE",
  timestamp: nowMs,
  stream_type: stream,
});

/** @param book as it stands after the trade */
export function tradeFrame(
  { market, nowMs, stream }: FrameHead,
  trade: TapeTrade,
  { previousClose, book }: { readonly previousClose: number; readonly book: TapeBook },
): Frame {
  const { change, change_price } = changeFields(trade.price, previousClose);
  const [ask, bid] = [book.asks[0], book.bids[0]];
  return {
    type: "trade",
    code: market,
    timestamp: nowMs,
    trade_date: dateOf(trade.atMs),
    trade_time: timeOf(trade.atMs),
    trade_timestamp: trade.atMs,
    trade_price: trade.price,
    trade_volume: coins(trade.units),
    ask_bid: sideOf(trade),
    prev_closing_price: previousClose,
    change,
    change_price,
    sequential_id: rawNumber(trade.sequentialId),
    best_ask_price: ask?.price ?? 0,
    best_ask_size: coins(ask?.units ?? 0),
    best_bid_price: bid?.price ?? 0,
    best_bid_size: coins(bid?.units ?? 0),
    stream_type: stream,
  };
}

export const orderbookFrame = (
  { market, nowMs, stream }: FrameHead,
  book: TapeBook,
  { depth, level }: { readonly depth: number; readonly level: number },
): Frame => ({
  type: "orderbook",
  code: market,
  timestamp: nowMs,
  ...orderbookFields(book, depth),
  stream_type: stream,
  level,
});

export const candleFrame = ({ market, stream }: FrameHead, bar: Bar, intervalMs: number): Frame => ({
  type: intervalMs < MINUTE_MS ? `candle.${intervalMs / SECOND_MS}s` : `candle.${intervalMs / MINUTE_MS}m`,
  code: market,
  ...candleFields(bar),
  candle_acc_trade_volume: coins(bar.units),
  candle_acc_trade_price: amount(bar.value),
  timestamp: bar.lastTradeMs,
  stream_type: stream,
});
