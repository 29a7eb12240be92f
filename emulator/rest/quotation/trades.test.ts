import { beforeEach, describe, expect, it } from "vitest";
import { field, INVALID, MISSING, TYPE, type Row, quotationClient } from "../../testing/quotation-client.ts";

const { played, get, rows, refusal } = quotationClient();
beforeEach(() => {
  played.play({});
  played.world.marketStates.clear();
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
