import type { MarketCode } from "../domain/market-code.ts";
import { exchangeUtc } from "../domain/time.ts";
import { epochMs, MINUTE_MS, type EpochMs } from "../domain/units.ts";
import type { Bar, TapeTrade } from "./market-feed.ts";
import {
  candleFields,
  changeFields,
  coins,
  orderbookFields,
  rawNumber,
  tickerFields,
  won,
} from "./rest/quotation-rows.ts";
import type { FrameFormat } from "./socket-request.ts";
import type { TapeBook, TapeTop } from "./tape-book.ts";
import type { TickerState } from "./ticker.ts";

/** Frames of the public socket in full names, and their short ones. Source: upbit-api 6.4 to 6.7. */
export type Frame = Readonly<Record<string, unknown>>;
export type StreamType = "SNAPSHOT" | "REALTIME";
/** Which market, when the frame was made and why it is sent. */
export type FrameHead = { readonly market: MarketCode; readonly nowMs: EpochMs; readonly stream: StreamType };

const dateOf = (ms: number): string => exchangeUtc(epochMs(ms)).slice(0, 10);
const timeOf = (ms: number): string => exchangeUtc(epochMs(ms)).slice(11);
const sideOf = (trade: TapeTrade) => (trade.takerSide === "bid" ? "BID" : "ASK");

export const tickerFrame = ({ market, nowMs, stream }: FrameHead, state: TickerState): Frame => ({
  type: "ticker",
  code: market,
  ...tickerFields(state),
  ask_bid: sideOf(state.last),
  trade_date: dateOf(state.last.atMs).replaceAll("-", ""),
  trade_time: timeOf(state.last.atMs).replaceAll(":", ""),
  trade_timestamp: state.last.atMs,
  acc_ask_volume: coins(state.dayUnits - state.dayBidUnits),
  acc_bid_volume: coins(state.dayBidUnits),
  market_state: "ACTIVE",
  is_trading_suspended: false,
  delisting_date: null,
  market_warning: "NONE",
  timestamp: nowMs,
  stream_type: stream,
});

/** @param quote best prices and sizes after the trade */
export function tradeFrame(
  { market, nowMs, stream }: FrameHead,
  trade: TapeTrade,
  { previousClose, top, sizes }: { previousClose: number; top: TapeTop; sizes: { ask: number; bid: number } },
): Frame {
  const { change, change_price } = changeFields(trade.price, previousClose);
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
    best_ask_price: top.ask,
    best_ask_size: coins(sizes.ask),
    best_bid_price: top.bid,
    best_bid_size: coins(sizes.bid),
    stream_type: stream,
  };
}

export const orderbookFrame = ({ market, nowMs, stream }: FrameHead, book: TapeBook, depth: number): Frame => ({
  type: "orderbook",
  code: market,
  timestamp: nowMs,
  ...orderbookFields(book, depth),
  stream_type: stream,
  level: 0,
});

export const candleFrame = ({ market, stream }: FrameHead, bar: Bar, intervalMs: number): Frame => ({
  type: `candle.${intervalMs / MINUTE_MS}m`,
  code: market,
  ...candleFields(bar),
  candle_acc_trade_volume: coins(bar.units),
  candle_acc_trade_price: won(bar.value),
  timestamp: bar.lastTradeMs,
  stream_type: stream,
});

const SHORT: Readonly<Record<string, string>> = {
  type: "ty",
  code: "cd",
  opening_price: "op",
  high_price: "hp",
  low_price: "lp",
  trade_price: "tp",
  prev_closing_price: "pcp",
  change: "c",
  change_price: "cp",
  signed_change_price: "scp",
  change_rate: "cr",
  signed_change_rate: "scr",
  trade_volume: "tv",
  acc_trade_volume: "atv",
  acc_trade_volume_24h: "atv24h",
  acc_trade_price: "atp",
  acc_trade_price_24h: "atp24h",
  trade_time: "ttm",
  trade_timestamp: "ttms",
  ask_bid: "ab",
  acc_ask_volume: "aav",
  acc_bid_volume: "abv",
  highest_52_week_price: "h52wp",
  highest_52_week_date: "h52wdt",
  lowest_52_week_price: "l52wp",
  lowest_52_week_date: "l52wdt",
  market_state: "ms",
  is_trading_suspended: "its",
  delisting_date: "dd",
  market_warning: "mw",
  timestamp: "tms",
  stream_type: "st",
  sequential_id: "sid",
  best_ask_price: "bap",
  best_ask_size: "bas",
  best_bid_price: "bbp",
  best_bid_size: "bbs",
  total_ask_size: "tas",
  total_bid_size: "tbs",
  orderbook_units: "obu",
  ask_price: "ap",
  bid_price: "bp",
  ask_size: "as",
  bid_size: "bs",
  level: "lv",
  candle_date_time_utc: "cdttmu",
  candle_date_time_kst: "cdttmk",
  candle_acc_trade_volume: "catv",
  candle_acc_trade_price: "catp",
  method: "mthd",
  result: "rslt",
  ticket: "tckt",
  codes: "cds",
};

function shortened(value: unknown, isTrade: boolean): unknown {
  if (Array.isArray(value)) return value.map((part) => shortened(part, isTrade));
  if (value === null || typeof value !== "object" || isRaw(value)) return value;
  const name = (full: string) => (full === "trade_date" ? (isTrade ? "td" : "tdt") : (SHORT[full] ?? full));
  return Object.fromEntries(Object.entries(value).map(([full, part]) => [name(full), shortened(part, isTrade)]));
}

const isRaw = (JSON as unknown as { isRawJSON(value: unknown): boolean }).isRawJSON;

/** The bytes of one message in the connection's format. Source: upbit-api 6.2. */
export function frameBytes(frame: Frame, format: FrameFormat): Buffer {
  const short = format === "SIMPLE" || format === "SIMPLE_LIST";
  const body = short ? shortened(frame, frame["type"] === "trade") : frame;
  const listed = format === "JSON_LIST" || format === "SIMPLE_LIST" ? [body] : body;
  return Buffer.from(JSON.stringify(listed), "utf8");
}
