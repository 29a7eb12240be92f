import { describe, expect, it } from "vitest";
import { frameBytes } from "./frame-format.ts";
import type { FrameFormat } from "./socket-request.ts";

const inFormat = (frame: Record<string, unknown>, format: FrameFormat) =>
  JSON.parse(frameBytes(frame, format).toString("utf8")) as Record<string, unknown>;

/** Every field of a type with its short name, as the contract lists them. */
const NAMES: Readonly<Record<string, string>> = {
  ticker: `type ty code cd opening_price op high_price hp low_price lp trade_price tp prev_closing_price pcp change c
    change_price cp signed_change_price scp change_rate cr signed_change_rate scr trade_volume tv acc_trade_volume atv
    acc_trade_volume_24h atv24h acc_trade_price atp acc_trade_price_24h atp24h trade_date tdt trade_time ttm
    trade_timestamp ttms ask_bid ab acc_ask_volume aav acc_bid_volume abv highest_52_week_price h52wp
    highest_52_week_date h52wdt lowest_52_week_price l52wp lowest_52_week_date l52wdt market_state ms
    is_trading_suspended its delisting_date dd market_warning mw timestamp tms stream_type st`,
  trade: `type ty code cd trade_price tp trade_volume tv ask_bid ab prev_closing_price pcp change c change_price cp
    trade_date td trade_time ttm trade_timestamp ttms timestamp tms sequential_id sid best_ask_price bap
    best_ask_size bas best_bid_price bbp best_bid_size bbs stream_type st`,
  orderbook: `type ty code cd total_ask_size tas total_bid_size tbs timestamp tms level lv stream_type st`,
  "candle.1m": `type ty code cd candle_date_time_utc cdttmu candle_date_time_kst cdttmk opening_price op high_price hp
    low_price lp trade_price tp candle_acc_trade_volume catv candle_acc_trade_price catp timestamp tms stream_type st`,
  myOrder: `type ty code cd uuid uid ask_bid ab order_type ot state s trade_uuid tuid price p avg_price ap volume v
    remaining_volume rv executed_volume ev trades_count tc reserved_fee rsf remaining_fee rmf paid_fee pf locked l
    executed_funds ef time_in_force tif trade_fee tf is_maker im identifier id smp_type smpt prevented_volume pv
    prevented_locked pl trade_timestamp ttms order_timestamp otms timestamp tms stream_type st`,
  myAsset: `type ty asset_uuid astuid asset_timestamp asttms timestamp tms stream_type st`,
};

describe("frames", () => {
  it.each(Object.entries(NAMES))("of %s have the contract's short names (6.4 to 6.9)", (type, text) => {
    const words = text.split(/\s+/);
    const [full, short] = [words.filter((_, at) => at % 2 === 0), words.filter((_, at) => at % 2 === 1)];
    const frame = Object.fromEntries(full.map((name, at) => [name, at]));
    expect(Object.keys(inFormat({ ...frame, type }, "SIMPLE"))).toEqual(short);
    expect(Object.keys(inFormat({ ...frame, type }, "DEFAULT"))).toEqual(full);
  });

  it("shorten what they hold: units, assets and listed subscriptions (6.2, 6.6, 6.9)", () => {
    const units = [{ ask_price: 1, bid_price: 2, ask_size: 3, bid_size: 4 }];
    expect(inFormat({ type: "orderbook", orderbook_units: units }, "SIMPLE")).toEqual({
      ty: "orderbook",
      obu: [{ ap: 1, bp: 2, as: 3, bs: 4 }],
    });
    expect(inFormat({ type: "myAsset", assets: [{ currency: "KRW", balance: 1, locked: 2 }] }, "SIMPLE")).toEqual({
      ty: "myAsset",
      ast: [{ cu: "KRW", b: 1, l: 2 }],
    });
    const listed = {
      method: "LIST_SUBSCRIPTIONS",
      result: [{ type: "orderbook", codes: ["A"], level: 0 }],
      ticket: "t",
    };
    expect(inFormat(listed, "SIMPLE")).toEqual({
      mthd: "LIST_SUBSCRIPTIONS",
      rslt: [{ ty: "orderbook", cds: ["A"], lv: 0 }],
      tckt: "t",
    });
  });

  it("stand in a list of their own in the list formats (6.2)", () => {
    expect(inFormat({ type: "trade" }, "JSON_LIST")).toEqual([{ type: "trade" }]);
    expect(inFormat({ type: "trade" }, "SIMPLE_LIST")).toEqual([{ ty: "trade" }]);
  });
});
