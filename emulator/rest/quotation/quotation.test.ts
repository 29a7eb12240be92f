import { beforeEach, describe, expect, it } from "vitest";
import type { MarketCode } from "../../../domain/market-code.ts";
import { DAY_MS, epochMs, MINUTE_MS } from "../../../domain/units.ts";
import { playedExchange, type PlayedExchange } from "../../testing/played-exchange.ts";
import { CARRIED_TAPE } from "../../testing/tape-file.ts";

const FROM = Date.UTC(2024, 2, 20, 12, 34, 56, 789);
const MARKETS = ["KRW-XRP", "KRW-USDT", "BTC-ETH", "USDT-XRP"] as MarketCode[];
type Row = Record<string, unknown>;
let played: PlayedExchange;
const start = (): PlayedExchange =>
  playedExchange({ tapes: [CARRIED_TAPE], synthetic: MARKETS, fromMs: epochMs(FROM) });
const exchange = start();
beforeEach(() => {
  played = exchange;
  played.play({});
  played.world.marketStates.clear();
});
/** A second later each time, so that no limit is met. */
function get(path: string, parameters: Record<string, string> = {}) {
  played.wait(1_000);
  const query = Object.entries(parameters)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join("&");
  return played.get(`/v1/${path}${query ? `?${query}` : ""}`);
}
const rows = (path: string, parameters: Record<string, string> = {}): Row[] => get(path, parameters).body as Row[];
const field = (list: readonly Row[], name: string): unknown[] => list.map((row) => row[name]);
const refusal = (path: string, parameters: Record<string, string> = {}) => {
  const { status, body } = get(path, parameters) as unknown as {
    status: number;
    body: { error?: { name: unknown; message: string } };
  };
  return [status, body.error?.name, body.error?.message.split(" ", 1)[0]];
};
const INVALID = [400, 400, "Invalid"];
const TYPE = [400, 400, "Type"];
const MISSING = [400, 400, "Missing"];
const UNKNOWN = [404, 404, "Code"];

describe("the list of markets", () => {
  it("holds every quote currency with both names, events only with details (3.1)", () => {
    const plain = rows("market/all");
    expect(field(plain, "market")).toEqual(["KRW-BTC", ...MARKETS]);
    expect(Object.keys(plain[0]!)).toEqual(["market", "korean_name", "english_name"]);
    expect(rows("market/all", { is_details: "true" })[0]).toMatchObject({
      market_event: {
        warning: false,
        caution: {
          PRICE_FLUCTUATIONS: false,
          TRADING_VOLUME_SOARING: false,
          DEPOSIT_AMOUNT_SOARING: false,
          GLOBAL_PRICE_DIFFERENCES: false,
          CONCENTRATION_OF_SMALL_ACCOUNTS: false,
        },
      },
    });
    expect(refusal("market/all", { is_details: "yes" })).toEqual(TYPE);
  });

  it("may send events without being asked (9.21)", () => {
    played.play({ eventAlways: true });
    expect(rows("market/all")[0]).toHaveProperty("market_event.warning", false);
  });

  it("loses a market that was delisted, and so do all other endpoints (3.1, 1.4)", () => {
    played.world.marketStates.set("KRW-XRP" as MarketCode, { state: "DELISTED", delistingDate: "2024-03-20" });
    expect(field(rows("market/all"), "market")).not.toContain("KRW-XRP");
    expect(refusal("ticker", { markets: "KRW-BTC,KRW-XRP" })).toEqual(UNKNOWN);
    expect(field(rows("ticker/all", { quote_currencies: "KRW" }), "market")).toEqual(["KRW-BTC", "KRW-USDT"]);
    played.world.marketStates.set("KRW-XRP" as MarketCode, { state: "PREVIEW", delistingDate: null });
    expect(field(rows("market/all"), "market")).toContain("KRW-XRP");
  });
});

describe("candles", () => {
  const UNITS = ["seconds", "minutes/1", "minutes/3", "minutes/5", "minutes/10", "minutes/15", "minutes/30"];
  const WIDER = ["minutes/60", "minutes/240", "days", "weeks", "months", "years"];
  const COMMON = [
    "market",
    "candle_date_time_utc",
    "candle_date_time_kst",
    "opening_price",
    "high_price",
    "low_price",
    "trade_price",
    "timestamp",
    "candle_acc_trade_price",
    "candle_acc_trade_volume",
  ];

  it.each([...UNITS, ...WIDER])("of %s have the contract's fields (3.2)", (unit) => {
    const minutes = unit.split("/")[1];
    const own: Record<string, string[]> = {
      minutes: ["unit"],
      days: ["prev_closing_price", "change_price", "change_rate"],
      weeks: ["first_day_of_period"],
      months: ["first_day_of_period"],
      years: ["first_day_of_period"],
    };
    const [row] = rows(`candles/${unit}`, { market: "KRW-XRP" });
    expect(Object.keys(row!)).toEqual([...COMMON, ...(own[unit.split("/")[0]!] ?? [])]);
    expect(row!["unit"]).toBe(minutes && Number(minutes));
  });

  it.each([...UNITS, ...WIDER])(
    "of %s come newest first, the running one included, one by default (3.2)",
    { timeout: 60_000 },
    (unit) => {
      const many = rows(`candles/${unit}`, { market: "KRW-XRP", count: "5" });
      const starts = field(many, "candle_date_time_utc") as string[];
      expect(many).toHaveLength(5);
      expect(starts).toEqual(starts.toSorted().toReversed());
      expect(rows(`candles/${unit}`, { market: "KRW-XRP" })).toHaveLength(1);
      // A second without a trade has no candle: the newest one may be some seconds old.
      const running = { seconds: 30_000, minutes: 240 * MINUTE_MS }[unit.split("/")[0]!] ?? 366 * DAY_MS;
      expect(played.world.clock.now() - Date.parse(`${starts[0]}Z`)).toBeLessThan(running);
      expect(Number(many[0]!["timestamp"])).toBeLessThanOrEqual(played.world.clock.now());
    },
  );

  it("of weeks begin on Monday, of months and years on their first day, all at 00:00 UTC (3.2, 9.18)", () => {
    const starts = (unit: string) =>
      field(rows(`candles/${unit}`, { market: "KRW-XRP", count: "3" }), "candle_date_time_utc");
    expect(starts("weeks")).toEqual(["2024-03-18T00:00:00", "2024-03-11T00:00:00", "2024-03-04T00:00:00"]);
    expect(starts("months")).toEqual(["2024-03-01T00:00:00", "2024-02-01T00:00:00", "2024-01-01T00:00:00"]);
    expect(starts("years")).toEqual(["2024-01-01T00:00:00", "2023-01-01T00:00:00", "2022-01-01T00:00:00"]);
    expect(field(rows("candles/months", { market: "KRW-XRP", count: "200" }), "first_day_of_period").at(-1)).toBe(
      "2020-01-01",
    );
  });

  it("of 240 minutes begin at multiples of four hours from 00:00 UTC, with the Korean time beside (7)", () => {
    const [row] = rows("candles/minutes/240", { market: "KRW-BTC" });
    expect([row!["candle_date_time_utc"], row!["candle_date_time_kst"]]).toEqual([
      "2024-03-20T12:00:00",
      "2024-03-20T21:00:00",
    ]);
  });

  it("take `to` in every spelling, exclusive, UTC without a zone (3.2, 7)", () => {
    for (const to of [
      "2024-03-20T03:00:00Z",
      "2024-03-20 03:00:00",
      "2024-03-20T03:00:00",
      "2024-03-20T12:00:00+09:00",
    ])
      expect(field(rows("candles/minutes/60", { market: "KRW-BTC", to }), "candle_date_time_utc")).toEqual([
        "2024-03-20T02:00:00",
      ]);
    expect(
      field(rows("candles/minutes/60", { market: "KRW-BTC", to: "2024-03-20T03:00:01Z" }), "candle_date_time_utc"),
    ).toEqual(["2024-03-20T03:00:00"]);
    const now = rows("candles/minutes/60", { market: "KRW-BTC", to: "2030-01-01T00:00:00Z" });
    expect(now[0]!["candle_date_time_utc"]).toBe("2024-03-20T12:00:00");
  });

  it("page backwards by the oldest start without a gap or a repetition (3.2)", () => {
    const all = field(
      rows("candles/minutes/3", { market: "KRW-XRP", count: "60", to: "2024-03-20T10:00:00Z" }),
      "candle_date_time_utc",
    );
    const paged: unknown[] = [];
    for (let to = "2024-03-20T10:00:00"; paged.length < 60; to = String(paged.at(-1)))
      paged.push(
        ...field(rows("candles/minutes/3", { market: "KRW-XRP", count: "20", to: `${to}Z` }), "candle_date_time_utc"),
      );
    expect(paged).toEqual(all);
  });

  it("leave intervals without a trade out and count those that are there (3.2)", () => {
    const starts = field(
      rows("candles/minutes/1", { market: "KRW-BTC", count: "3", to: "2023-12-31T21:06:00Z" }),
      "candle_date_time_utc",
    );
    expect(starts).toEqual(["2023-12-31T21:05:00", "2023-12-31T21:04:00", "2023-12-31T16:59:00"]);
    const seconds = field(
      rows("candles/seconds", { market: "BTC-ETH", count: "50" }),
      "candle_date_time_utc",
    ) as string[];
    const span = Date.parse(`${seconds[0]}Z`) - Date.parse(`${seconds.at(-1)}Z`);
    expect(span).toBeGreaterThan(50_000);
  });

  it("of seconds reach back three months and no further (3.2)", () => {
    expect(rows("candles/seconds", { market: "KRW-XRP", count: "200", to: "2023-12-20T12:00:00Z" })).toEqual([]);
    const edge = rows("candles/seconds", { market: "KRW-XRP", count: "200", to: "2023-12-20T12:37:00Z" });
    expect(edge.length).toBeGreaterThan(0);
    expect(edge.length).toBeLessThan(200);
    expect(rows("candles/seconds", { market: "KRW-XRP", count: "200", to: "2023-12-21T00:00:00Z" })).toHaveLength(200);
  });

  it("of days tell the change against the day before, and won prices when asked (3.2)", () => {
    const [today, yesterday] = rows("candles/days", { market: "BTC-ETH", count: "2", converting_price_unit: "KRW" });
    expect(today!["prev_closing_price"]).toBe(yesterday!["trade_price"]);
    expect(Number(today!["change_price"])).toBeCloseTo(
      Number(today!["trade_price"]) - Number(yesterday!["trade_price"]),
      8,
    );
    expect(Number(today!["change_rate"])).toBeCloseTo(
      Number(today!["change_price"]) / Number(yesterday!["trade_price"]),
      9,
    );
    const [bitcoin] = rows("ticker", { markets: "KRW-BTC" });
    expect(Number(today!["converted_trade_price"])).toBeCloseTo(
      Number(today!["trade_price"]) * Number(bitcoin!["trade_price"]),
      -6,
    );
    expect(rows("candles/days", { market: "KRW-XRP", converting_price_unit: "KRW" })[0]).toMatchObject({
      converted_trade_price: rows("candles/days", { market: "KRW-XRP" })[0]!["trade_price"],
    });
    expect(refusal("candles/days", { market: "KRW-XRP", converting_price_unit: "USD" })).toEqual(INVALID);
  });

  it.each([
    ["candles/minutes/1", {}, MISSING],
    ["candles/days", { market: "KRW-NONE" }, UNKNOWN],
    ["candles/days", { market: "krw-btc" }, UNKNOWN],
    ["candles/weeks", { market: "KRW-BTC", count: "abc" }, TYPE],
    ["candles/months", { market: "KRW-BTC", count: "1.5" }, TYPE],
    ["candles/years", { market: "KRW-BTC", count: "201" }, INVALID],
    ["candles/seconds", { market: "KRW-BTC", count: "-1" }, INVALID],
    ["candles/minutes/1", { market: "KRW-BTC", count: "0" }, INVALID],
    ["candles/minutes/1", { market: "KRW-BTC", to: "yesterday" }, INVALID],
    ["candles/minutes/1", { market: "KRW-BTC,KRW-XRP" }, UNKNOWN],
  ])(
    "of %s with %j are refused with an integer name and the literal text (1.4, 3.2, 9.22)",
    (path, parameters, wanted) => {
      expect(refusal(path, parameters as Record<string, string>)).toEqual(wanted);
    },
  );

  it("may cut a count that is too large and take none for one (9.22)", () => {
    played.play({ countAboveMost: "cut", countZero: "one" });
    expect(rows("candles/minutes/1", { market: "KRW-BTC", count: "500" })).toHaveLength(200);
    expect(rows("candles/minutes/1", { market: "KRW-BTC", count: "0" })).toHaveLength(1);
  });
});

describe("recent trades", () => {
  it("come newest first with the contract's fields and numbers beyond a double written out (3.3)", () => {
    const { text, body } = get("trades/ticks", { market: "KRW-BTC", count: "100" });
    const list = body as Row[];
    expect(Object.keys(list[0]!)).toEqual([
      "market",
      "trade_date_utc",
      "trade_time_utc",
      "timestamp",
      "trade_price",
      "trade_volume",
      "prev_closing_price",
      "change_price",
      "ask_bid",
      "sequential_id",
    ]);
    const ids = [...text.matchAll(/"sequential_id":(\d+)/g)].map(([, id]) => BigInt(id!));
    expect(new Set(ids).size).toBe(100);
    expect(ids.every((id) => id > 2n ** 53n)).toBe(true);
    const times = field(list, "timestamp") as number[];
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    expect(list[0]).toMatchObject({
      trade_date_utc: "2024-03-20",
      trade_time_utc: expect.stringMatching(/^12:\d\d:\d\d$/),
    });
    expect(Number(list[0]!["change_price"])).toBe(
      Number(list[0]!["trade_price"]) - Number(list[0]!["prev_closing_price"]),
    );
  });

  it("write each trade's number to its last digit, as the tape has it (3.3)", () => {
    for (const [market, feed] of played.world.exchange.feeds) {
      const { text } = get("trades/ticks", { market, count: "20" });
      const wanted = feed.tradesBefore(played.world.clock.now() + 1, 0, 20).map(({ sequentialId }) => sequentialId);
      expect([...text.matchAll(/"sequential_id":(\d+)/g)].map(([, id]) => id)).toEqual(wanted);
    }
  });

  it("take `to` as a UTC time of the chosen day in both spellings, exclusive (3.3)", () => {
    const at = (parameters: Record<string, string>) => rows("trades/ticks", { market: "KRW-BTC", ...parameters })[0]!;
    for (const to of ["03:00:00", "030000"]) {
      expect(Number(at({ to })["timestamp"])).toBeLessThan(Date.UTC(2024, 2, 20, 3));
      expect(Number(at({ to })["timestamp"])).toBeGreaterThan(Date.UTC(2024, 2, 20, 2, 50));
      expect(at({ to, days_ago: "7" })["trade_date_utc"]).toBe("2024-03-13");
    }
    const [yesterday] = rows("trades/ticks", { market: "KRW-BTC", days_ago: "1" });
    expect(yesterday).toMatchObject({ trade_date_utc: "2024-03-19", trade_time_utc: expect.stringMatching(/^23:59/) });
    const [before] = rows("candles/days", { market: "KRW-BTC", to: "2024-03-19T00:00:00Z" });
    expect(yesterday!["prev_closing_price"]).toBe(before!["trade_price"]);
  });

  it("go on behind a cursor without a gap or a repetition (3.3)", () => {
    const whole = get("trades/ticks", { market: "KRW-XRP", count: "60" });
    const ids = (text: string) => [...text.matchAll(/"sequential_id":(\d+)/g)].map(([, id]) => id!);
    const all = ids(whole.text);
    played = exchange;
    const first = all[9]!;
    expect(ids(get("trades/ticks", { market: "KRW-XRP", count: "50", cursor: first }).text)).toEqual(all.slice(10));
  });

  it("end at the day's beginning, and take up to 500 or 200 (3.3, 9.16)", () => {
    expect(rows("trades/ticks", { market: "KRW-BTC", to: "00:00:00" })).toEqual([]);
    expect(rows("trades/ticks", { market: "KRW-BTC", count: "500" })).toHaveLength(500);
    played.play({ mostTrades: 200 });
    expect(refusal("trades/ticks", { market: "KRW-BTC", count: "201" })).toEqual(INVALID);
  });

  it.each([
    [{ market: "KRW-BTC", count: "501" }, INVALID],
    [{ market: "KRW-BTC", days_ago: "8" }, INVALID],
    [{ market: "KRW-BTC", days_ago: "0" }, INVALID],
    [{ market: "KRW-BTC", days_ago: "x" }, TYPE],
    [{ market: "KRW-BTC", to: "25:00:00" }, INVALID],
    [{ market: "KRW-BTC", to: "3:00" }, INVALID],
    [{ market: "KRW-BTC", cursor: "abc" }, INVALID],
    [{}, MISSING],
  ])("refuse %j (1.4, 3.3)", (parameters, wanted) => {
    expect(refusal("trades/ticks", parameters as Record<string, string>)).toEqual(wanted);
  });
});

describe("tickers", () => {
  it("have the contract's fields, agree with the day's candle and come in the order asked (3.4, 9.19)", () => {
    const list = rows("ticker", { markets: "KRW-XRP,KRW-BTC" });
    expect(field(list, "market")).toEqual(["KRW-XRP", "KRW-BTC"]);
    const [, ticker] = list;
    const [day] = played.get("/v1/candles/days?market=KRW-BTC").body as Row[];
    expect(ticker).toMatchObject({
      opening_price: day!["opening_price"],
      prev_closing_price: day!["prev_closing_price"],
      trade_date: "20240320",
      trade_date_kst: "20240320",
      trade_time: expect.stringMatching(/^\d{6}$/),
      trade_time_kst: expect.stringMatching(/^\d{6}$/),
      change: Number(day!["change_price"]) > 0 ? "RISE" : "FALL",
      change_price: Math.abs(Number(day!["change_price"])),
    });
    expect(Object.keys(ticker!)).toHaveLength(26);
    expect(Number(ticker!["acc_trade_price_24h"])).toBeGreaterThan(Number(ticker!["acc_trade_price"]));
    expect(Number(ticker!["highest_52_week_price"])).toBeGreaterThanOrEqual(Number(ticker!["high_price"]));
    expect(ticker!["highest_52_week_date"]).toBe("2024-03-14");
  });

  it("of whole quote currencies come together (3.5)", () => {
    expect(field(rows("ticker/all", { quote_currencies: "BTC,USDT" }), "market")).toEqual(["BTC-ETH", "USDT-XRP"]);
    expect(refusal("ticker/all", { quote_currencies: "EUR" })).toEqual(INVALID);
    expect(refusal("ticker/all")).toEqual(MISSING);
    expect(refusal("ticker")).toEqual(MISSING);
    expect(refusal("ticker", { markets: "KRW-BTC,KRW-NONE" })).toEqual(UNKNOWN);
  });

  it("sum the last 24 hours as their minutes do (3.4)", () => {
    const [ticker] = rows("ticker", { markets: "KRW-BTC" });
    const nowMs = played.world.clock.now();
    const feed = played.world.exchange.feeds.get("KRW-BTC" as MarketCode)!;
    const firstMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS - DAY_MS + MINUTE_MS;
    let units = 0n;
    feed.eachTrade(firstMs - 1, nowMs, (trade) => (units += BigInt(trade.units)));
    expect(ticker!["acc_trade_volume_24h"]).toBe(Number(units) / 1e8);
  });
});

describe("order books", () => {
  it("are cut to the count, give whole sizes and the level (3.6)", () => {
    const [whole] = rows("orderbook", { markets: "KRW-XRP" });
    const [cut] = rows("orderbook", { markets: "KRW-XRP", count: "5" });
    expect((whole!["orderbook_units"] as unknown[]).length).toBe(30);
    expect((cut!["orderbook_units"] as unknown[]).length).toBe(5);
    expect(Object.keys(whole!)).toEqual([
      "market",
      "timestamp",
      "total_ask_size",
      "total_bid_size",
      "orderbook_units",
      "level",
    ]);
    const asks = (whole!["orderbook_units"] as { ask_size: number }[]).reduce((sum, { ask_size }) => sum + ask_size, 0);
    expect(Number(whole!["total_ask_size"])).toBeCloseTo(asks, 4);
    expect(whole!["level"]).toBe(0);
    expect(refusal("orderbook", { markets: "KRW-XRP", count: "31" })).toEqual(INVALID);
    expect(refusal("orderbook", { markets: "KRW-XRP", level: "x" })).toEqual(TYPE);
  });

  it("are gathered by a supported level and empty for another (3.6)", () => {
    const [book] = rows("orderbook", { markets: "KRW-XRP", level: "10" });
    expect(book!["level"]).toBe(10);
    for (const unit of book!["orderbook_units"] as { ask_price: number; bid_price: number }[])
      expect([unit.ask_price % 10, unit.bid_price % 10]).toEqual([0, 0]);
    for (const level of ["7", "10.0", "5"]) expect(rows("orderbook", { markets: "KRW-XRP", level })).toEqual([]);
    expect(rows("orderbook", { markets: "BTC-ETH", level: "10" })).toEqual([]);
    expect(rows("orderbook", { markets: "BTC-ETH", level: "0" })).toHaveLength(1);
  });

  it("tell the tick at the present price and the levels, as texts and, in the older list, as numbers (3.7, 3.8)", () => {
    const markets = "KRW-XRP,KRW-BTC,BTC-ETH,USDT-XRP";
    expect(rows("orderbook/instruments", { markets })).toMatchObject([
      { market: "KRW-XRP", quote_currency: "KRW", tick_size: "1", supported_levels: ["0", "10", "100", "1000"] },
      { market: "KRW-BTC", tick_size: "1000" },
      { market: "BTC-ETH", quote_currency: "BTC", tick_size: "0.00000001", supported_levels: ["0"] },
      { market: "USDT-XRP", quote_currency: "USDT", tick_size: "0.001", supported_levels: ["0"] },
    ]);
    expect(rows("orderbook/supported_levels", { markets: "KRW-XRP" })).toEqual([
      { market: "KRW-XRP", supported_levels: [0, 10, 100, 1_000] },
    ]);
  });
});
