import { describe, expect, it } from "vitest";
import { readSocketRequest, type Reach } from "./socket-request.ts";

const PUBLIC: Reach = {
  endpoint: "public",
  allowed: null,
  markets: new Set(["KRW-XRP", "KRW-BTC"]),
  mostCodes: 10,
};
const PRIVATE: Reach = { ...PUBLIC, endpoint: "private", allowed: ["myOrder", "myAsset"] };
const read = (parts: readonly unknown[], reach: Reach = PUBLIC) =>
  readSocketRequest(JSON.stringify([{ ticket: "t" }, ...parts]), reach);
const nameOf = (result: ReturnType<typeof read>) => (result.ok ? "ok" : result.fault.name);
const codes = ["KRW-XRP"];

describe("a request to the socket", () => {
  it.each([
    ["{", "WRONG_FORMAT"],
    ['{"ticket":"t"}', "WRONG_FORMAT"],
    ["[1]", "WRONG_FORMAT"],
    ["[]", "NO_TICKET"],
    ['[{"type":"ticker","codes":["KRW-XRP"]}]', "NO_TICKET"],
    ['[{"ticket":7},{"type":"ticker","codes":["KRW-XRP"]}]', "NO_TICKET"],
    ['[{"ticket":"t"}]', "NO_TYPE"],
    ['[{"ticket":"t"},{"codes":["KRW-XRP"]}]', "NO_TYPE"],
    ['[{"ticket":"t"},{"type":"ticker"}]', "NO_CODES"],
    ['[{"ticket":"t"},{"type":"ticker","codes":[]}]', "NO_CODES"],
    ['[{"ticket":"t"},{"type":"ticker","codes":"KRW-XRP"}]', "WRONG_FORMAT"],
    ['[{"ticket":"t"},{"type":"orderbook","codes":["KRW-XRP"],"level":"0"}]', "WRONG_FORMAT"],
    ['[{"ticket":"t"},{"type":"ticker","codes":["krw-xrp"]}]', "INVALID_PARAM"],
    ['[{"ticket":"t"},{"type":"ticker","codes":["KRW-XRP.5"]}]', "INVALID_PARAM"],
    ['[{"ticket":"t"},{"type":"candle.2m","codes":["KRW-XRP"]}]', "INVALID_PARAM"],
    ['[{"ticket":"t"},{"type":"candle.1d","codes":["KRW-XRP"]}]', "INVALID_PARAM"],
    ['[{"ticket":"t"},{"type":"ticker","codes":["KRW-XRP"]},{"format":"SHORT"}]', "INVALID_PARAM"],
    ['[{"ticket":"t"},{"method":"LIST"}]', "INVALID_PARAM"],
    ['[{"ticket":"t"},{"type":"myOrder"}]', "INVALID_AUTH"],
    ['[{"ticket":"t"},{"type":"myAsset"}]', "INVALID_AUTH"],
  ])("%s is answered with %s (6.3)", (text, name) => {
    const result = readSocketRequest(text, PUBLIC);
    expect(result.ok ? "ok" : result.fault.name).toBe(name);
  });

  it("names a second and the minutes that REST has as candles (6.2)", () => {
    for (const unit of ["1s", "1m", "3m", "5m", "10m", "15m", "30m", "60m", "240m"])
      expect(nameOf(read([{ type: `candle.${unit}`, codes }]))).toBe("ok");
    expect(read([{ type: "candle.1s", codes }])).toMatchObject({ value: { subscriptions: [{ intervalMs: 1_000 }] } });
  });

  it("cuts a book to 1, 5, 15 or 30 units; any other number is 30 (6.2)", () => {
    const depths = ["KRW-XRP.1", "KRW-XRP.5", "KRW-XRP.15", "KRW-XRP.30", "KRW-XRP.7", "KRW-XRP"];
    const result = read([{ type: "orderbook", codes: depths, level: 10 }]);
    const found = result.ok && result.value.kind === "subscribe" ? result.value.subscriptions : [];
    expect(found.map(({ depth }) => depth)).toEqual([1, 5, 15, 30, 30, 30]);
    expect(found.every(({ level }) => level === 10)).toBe(true);
  });

  it("asks for a snapshot, for what follows, or for both (6.2)", () => {
    const flags = (given: object) => {
      const result = read([{ type: "trade", codes, ...given }]);
      const [one] = result.ok && result.value.kind === "subscribe" ? result.value.subscriptions : [];
      return one && [one.snapshot, one.realtime];
    };
    expect(flags({})).toEqual([true, true]);
    expect(flags({ is_only_snapshot: true })).toEqual([true, false]);
    expect(flags({ is_only_realtime: true })).toEqual([false, true]);
    expect(nameOf(read([{ type: "trade", codes, is_only_snapshot: true, is_only_realtime: true }]))).toBe(
      "INVALID_PARAM",
    );
  });

  it("names as many codes as the switch allows (9.14)", () => {
    const many = (count: number) => Array.from({ length: count }, () => "KRW-XRP");
    expect(nameOf(read([{ type: "trade", codes: many(10) }]))).toBe("ok");
    expect(
      nameOf(
        read([
          { type: "trade", codes: many(6) },
          { type: "ticker", codes: many(5) },
        ]),
      ),
    ).toBe("INVALID_PARAM");
  });

  it("takes myOrder with or without codes, myAsset without, and nothing public, on the private endpoint (1.1, 6.2)", () => {
    expect(read([{ type: "myOrder" }, { type: "myAsset" }], PRIVATE)).toMatchObject({
      value: { own: [{ type: "myOrder", codes: [] }, { type: "myAsset" }] },
    });
    expect(nameOf(read([{ type: "myOrder", codes }], PRIVATE))).toBe("ok");
    expect(nameOf(read([{ type: "myOrder", codes: ["KRW-NONE"] }], PRIVATE))).toBe("INVALID_PARAM");
    expect(nameOf(read([{ type: "myAsset", codes }], PRIVATE))).toBe("WRONG_FORMAT");
    expect(nameOf(read([{ type: "ticker", codes }], PRIVATE))).toBe("INVALID_PARAM");
    expect(nameOf(read([{ type: "myAsset" }], { ...PRIVATE, allowed: ["myOrder"] }))).toBe("INVALID_AUTH");
    expect(nameOf(read([{ type: "myOrder" }], { ...PRIVATE, allowed: null }))).toBe("INVALID_AUTH");
  });
});
