import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { MarketCode } from "../domain/market-code.ts";
import { holesOf, parseCandleFile } from "./candle-file.ts";

const market = "KRW-BTC" as MarketCode;
const header =
  "market,candle_date_time_utc,opening_price,high_price,low_price,trade_price,candle_acc_trade_price,candle_acc_trade_volume";
const rows = [
  "KRW-BTC,2024-01-01T00:00:00,100,110,90,105,,1.5",
  "KRW-ETH,2024-01-01T00:00:00,1,1,1,1,,1",
  "KRW-BTC,2024-01-01T00:03:00,105,105,100,100,2000,20",
];
const parse = (...lines: string[]) => parseCandleFile([header, ...lines].join("\n"), market);

describe("a candle file", () => {
  it("gives the market's candles, with a value that was not kept as NaN", () => {
    const parsed = parse(...rows, "");
    expect(parsed.ok && [...parsed.value.close]).toEqual([105, 100]);
    expect(parsed.ok && [...parsed.value.value]).toEqual([NaN, 2000]);
    expect(parsed.ok && holesOf(parsed.value)).toEqual({ holes: 1, missingMinutes: 2 });
  });

  it("reads windows line ends and columns in another order", () => {
    const names = header.split(",");
    const turned = [header, ...rows].map((line) => line.split(",").toReversed().join(",")).join("\r\n");
    expect(names).toHaveLength(8);
    expect(parseCandleFile(turned, market)).toEqual(parse(...rows));
  });

  it.each([
    [
      "a header without a column",
      1,
      "candle_acc_trade_volume",
      () => parseCandleFile(header.replace(/,[a-z_]+$/, ""), market),
    ],
    ["a cell that is no number", 3, "low_price", () => parse(rows[0]!, rows[2]!.replace(",100,100,", ",x,100,"))],
    ["a time that does not exist", 2, "not a time", () => parse(rows[0]!.replace("01-01", "02-30"))],
    ["a price outside high and low", 2, "enclose", () => parse(rows[0]!.replace(",105,,", ",111,,"))],
    ["a start that is off the minute", 2, "grid", () => parse(rows[0]!.replace("00:00,", "00:07,"))],
    ["a candle that comes twice", 3, "not later", () => parse(rows[0]!, rows[0]!)],
    ["a row that is cut off", 3, "fields", () => parse(rows[0]!, "KRW-BTC,2024-01-01T00:01:00,1")],
    ["a market that is not in it", 2, "no candle of KRW-BTC", () => parse(rows[1]!)],
  ])("with %s is refused by line", (_, line, words, read) => {
    const parsed = read();
    expect(parsed.ok).toBe(false);
    if (parsed.ok) return;
    expect(parsed.fault.line).toBe(line);
    expect(parsed.fault.problem).toContain(words);
  });

  it("of the recorded quarter has the rows and holes that its note says", () => {
    const file = gunzipSync(readFileSync("data/upbit-KRW-BTC-1m-2024-01_2024-03.csv.gz")).toString("utf8");
    const parsed = parseCandleFile(file, market);
    expect(parsed.ok && parsed.value.openTimeMs.length).toBe(130_088);
    expect(parsed.ok && holesOf(parsed.value)).toMatchObject({ missingMinutes: 953 });
  });
});
