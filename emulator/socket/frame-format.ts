import type { Frame } from "./socket-frames.ts";
import type { FrameFormat } from "./socket-request.ts";

/** How frames are spelled on the wire: short names and lists. Source: upbit-api 6.2, 6.4 to 6.9. */

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
  trade_date: "tdt",
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

/** Names that mean something else, or are short otherwise, in one type alone. */
const SHORT_BY_TYPE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  trade: { trade_date: "td" },
  myOrder: {
    uuid: "uid",
    order_type: "ot",
    state: "s",
    trade_uuid: "tuid",
    price: "p",
    avg_price: "ap",
    volume: "v",
    remaining_volume: "rv",
    executed_volume: "ev",
    trades_count: "tc",
    reserved_fee: "rsf",
    remaining_fee: "rmf",
    paid_fee: "pf",
    locked: "l",
    executed_funds: "ef",
    time_in_force: "tif",
    trade_fee: "tf",
    is_maker: "im",
    identifier: "id",
    smp_type: "smpt",
    prevented_volume: "pv",
    prevented_locked: "pl",
    order_timestamp: "otms",
  },
  myAsset: {
    asset_uuid: "astuid",
    assets: "ast",
    asset_timestamp: "asttms",
    currency: "cu",
    balance: "b",
    locked: "l",
  },
};

function shortened(value: unknown, own: Readonly<Record<string, string>>): unknown {
  if (Array.isArray(value)) return value.map((part) => shortened(part, own));
  if (value === null || typeof value !== "object" || isRaw(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([full, part]) => [own[full] ?? SHORT[full] ?? full, shortened(part, own)]),
  );
}

const isRaw = (JSON as unknown as { isRawJSON(value: unknown): boolean }).isRawJSON;

/** The bytes of one message in the connection's format. Source: upbit-api 6.2. */
export function frameBytes(frame: Frame, format: FrameFormat): Buffer {
  const short = format === "SIMPLE" || format === "SIMPLE_LIST";
  const body = short ? shortened(frame, SHORT_BY_TYPE[String(frame["type"])] ?? {}) : frame;
  const listed = format === "JSON_LIST" || format === "SIMPLE_LIST" ? [body] : body;
  return Buffer.from(JSON.stringify(listed), "utf8");
}
