import { describe, expect, it } from "vitest";
import { sequentialIdIn, upbitFrame } from "./upbit-frame.ts";

const TRADE = `{"type":"trade","code":"KRW-XRP","timestamp":1795143641260,"trade_timestamp":1795143641207,"trade_price":3121.0,"trade_volume":52.11873402,"ask_bid":"BID","sequential_id":17951436412070001,"stream_type":"REALTIME"}`;
const TICKER = `{"type":"ticker","code":"KRW-XRP","trade_price":1,"signed_change_rate":0,"signed_change_price":0,"high_price":1,"low_price":1,"acc_trade_price_24h":1,"acc_trade_volume_24h":9.1e-05,"trade_timestamp":1,"timestamp":2,"stream_type":"SNAPSHOT"}`;
const BOOK = `{"type":"orderbook","code":"KRW-XRP","timestamp":3,"orderbook_units":[{"ask_price":2,"bid_price":1,"ask_size":5,"bid_size":4}],"stream_type":"REALTIME"}`;
const read = (text: string) => upbitFrame(JSON.parse(text), text);

describe("a frame", () => {
  it("of a trade keeps its sequential_id to the last digit, which a number would lose (6.5) [C3]", () => {
    expect(read(TRADE)).toMatchObject({ sequentialId: "17951436412070001", ask_bid: "BID", trade_volume: 52.11873402 });
    expect(Number("17951436412070001")).toBe(17951436412070000);
    expect(sequentialIdIn('{"sequential_id": 12 }')).toBe("12");
    for (const odd of ['{"sequential_id":"1"}', '{"sequential_id":null}', "{}"]) expect(sequentialIdIn(odd)).toBeNull();
  });

  it("is refused when any field we read is missing, of another type or not finite [C3]", () => {
    for (const text of [TRADE, TICKER, BOOK]) {
      const whole = JSON.parse(text) as Record<string, unknown>;
      expect(read(text)).not.toBeNull();
      const changes = Object.keys(whole).flatMap((name) => [null, {}, "x"].map((value) => [name, value] as const));
      // Any text passes for a code here: which markets there are is not the frame's business.
      const telling = changes.filter(([name, value]) => name !== "code" || value !== "x");
      for (const [name, value] of telling) expect(read(JSON.stringify({ ...whole, [name]: value })), name).toBeNull();
    }
    expect(read(BOOK.replace('"bid_size":4', '"bid_size":null'))).toBeNull();
    expect(read(BOOK.replace('[{"ask', '[null,{"ask'))).toBeNull();
    expect(read(TICKER.replace("9.1e-05", "1e999"))).toBeNull();
    for (const value of [null, 1, "trade", [TRADE]]) expect(upbitFrame(value, "")).toBeNull();
  });
});
