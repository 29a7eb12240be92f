/** Frames of the exchange's public socket, as they come, in its own words. Checked by hand and not by a schema: they
 *  come by the thousand, and a schema costs as much as parsing them. Unknown fields are ignored. */
export type UpbitTickerFrame = {
  readonly type: "ticker";
  readonly code: string;
  readonly trade_price: number;
  readonly signed_change_rate: number;
  readonly signed_change_price: number;
  readonly high_price: number;
  readonly low_price: number;
  readonly acc_trade_price_24h: number;
  readonly acc_trade_volume_24h: number;
  readonly trade_timestamp: number;
  readonly timestamp: number;
  readonly stream_type: StreamType;
};
export type UpbitTradeFrame = {
  readonly type: "trade";
  readonly code: string;
  readonly trade_price: number;
  readonly trade_volume: number;
  readonly ask_bid: "ASK" | "BID";
  readonly trade_timestamp: number;
  readonly timestamp: number;
  /** Digits as they stand in the text: the number exceeds 2^53. Source: upbit-api 6.5. */
  readonly sequentialId: string;
  readonly stream_type: StreamType;
};
export type UpbitBookUnit = {
  readonly ask_price: number;
  readonly bid_price: number;
  readonly ask_size: number;
  readonly bid_size: number;
};
export type UpbitOrderbookFrame = {
  readonly type: "orderbook";
  readonly code: string;
  readonly timestamp: number;
  readonly orderbook_units: readonly UpbitBookUnit[];
  readonly stream_type: StreamType;
};
export type UpbitCandleFrame = {
  readonly type: "candle.1m";
  readonly code: string;
  readonly candle_date_time_utc: string;
  readonly opening_price: number;
  readonly high_price: number;
  readonly low_price: number;
  readonly trade_price: number;
  readonly candle_acc_trade_volume: number;
  readonly candle_acc_trade_price: number;
  readonly timestamp: number;
  readonly stream_type: StreamType;
};
type StreamType = "SNAPSHOT" | "REALTIME";
export type UpbitFrame = UpbitTickerFrame | UpbitTradeFrame | UpbitOrderbookFrame | UpbitCandleFrame;

type Fields = Readonly<Record<string, unknown>>;
const isStream = (value: unknown): boolean => value === "REALTIME" || value === "SNAPSHOT";
const SEQUENTIAL_ID = '"sequential_id":';
const [ZERO, NINE, SPACE] = [48, 57, 32];

/** Digits of `sequential_id` as the text spells them, or null where it is not spelled as plain digits. */
export function sequentialIdIn(text: string): string | null {
  const found = text.indexOf(SEQUENTIAL_ID);
  if (found === -1) return null;
  let from = found + SEQUENTIAL_ID.length;
  while (text.charCodeAt(from) === SPACE) from += 1;
  let to = from;
  for (let code = text.charCodeAt(to); code >= ZERO && code <= NINE; code = text.charCodeAt(to)) to += 1;
  return to === from ? null : text.slice(from, to);
}

/** A frame of a type we ask for, or null for anything else. Source: upbit-api 6.4 to 6.7. Rule C3.
 *  @param value what `JSON.parse` made of `text` */
export function upbitFrame(value: unknown, text: string): UpbitFrame | null {
  if (typeof value !== "object" || value === null) return null;
  const fields = value as Fields;
  if (typeof fields["code"] !== "string" || !Number.isFinite(fields["timestamp"])) return null;
  if (!isStream(fields["stream_type"])) return null;
  switch (fields["type"]) {
    case "trade":
      return tradeFrame(fields, text);
    case "candle.1m":
      return isCandle(fields) ? (value as UpbitCandleFrame) : null;
    case "orderbook":
      return isBook(fields["orderbook_units"]) ? (value as UpbitOrderbookFrame) : null;
    case "ticker":
      return isTicker(fields) ? (value as UpbitTickerFrame) : null;
    default:
      return null;
  }
}

function tradeFrame(fields: Fields, text: string): UpbitTradeFrame | null {
  const sound =
    Number.isFinite(fields["trade_price"]) &&
    Number.isFinite(fields["trade_volume"]) &&
    Number.isFinite(fields["trade_timestamp"]) &&
    (fields["ask_bid"] === "BID" || fields["ask_bid"] === "ASK");
  const sequentialId = sound ? sequentialIdIn(text) : null;
  if (sequentialId === null) return null;
  return {
    type: "trade",
    code: fields["code"] as string,
    trade_price: fields["trade_price"] as number,
    trade_volume: fields["trade_volume"] as number,
    ask_bid: fields["ask_bid"] as "ASK" | "BID",
    trade_timestamp: fields["trade_timestamp"] as number,
    timestamp: fields["timestamp"] as number,
    sequentialId,
    stream_type: fields["stream_type"] as StreamType,
  };
}

const isCandle = (fields: Fields): boolean =>
  typeof fields["candle_date_time_utc"] === "string" &&
  Number.isFinite(fields["opening_price"]) &&
  Number.isFinite(fields["high_price"]) &&
  Number.isFinite(fields["low_price"]) &&
  Number.isFinite(fields["trade_price"]) &&
  Number.isFinite(fields["candle_acc_trade_volume"]) &&
  Number.isFinite(fields["candle_acc_trade_price"]);

function isBook(units: unknown): boolean {
  if (!Array.isArray(units)) return false;
  return (units as unknown[]).every(
    (unit) =>
      typeof unit === "object" &&
      unit !== null &&
      Number.isFinite((unit as Fields)["ask_price"]) &&
      Number.isFinite((unit as Fields)["bid_price"]) &&
      Number.isFinite((unit as Fields)["ask_size"]) &&
      Number.isFinite((unit as Fields)["bid_size"]),
  );
}

const TICKER_NUMBERS = [
  "trade_price",
  "signed_change_rate",
  "signed_change_price",
  "high_price",
  "low_price",
  "acc_trade_price_24h",
  "acc_trade_volume_24h",
  "trade_timestamp",
] as const satisfies readonly (keyof UpbitTickerFrame)[];
const isTicker = (fields: Fields): boolean => TICKER_NUMBERS.every((name) => Number.isFinite(fields[name]));
