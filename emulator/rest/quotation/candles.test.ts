import { beforeEach, describe, expect, it } from "vitest";
import { DAY_MS, MINUTE_MS } from "../../../domain/units.ts";
import { field, INVALID, MISSING, TYPE, UNKNOWN, quotationClient } from "../../testing/quotation-client.ts";

const { played, rows, refusal, get } = quotationClient();
beforeEach(() => {
  played.play({});
  played.world.marketStates.clear();
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

  it.each([
    ["2", "Invalid"],
    ["abc", "Type"],
  ])("refuse a width of %s minutes, counted as candles (1.4, 3.2)", (unit, word) => {
    expect(refusal(`candles/minutes/${unit}`, { market: "KRW-BTC" })).toEqual([400, 400, word]);
    expect(get(`candles/minutes/${unit}`).headers["Remaining-Req"]).toContain("group=candles;");
  });
});
