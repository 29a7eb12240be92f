import { beforeEach, describe, expect, it } from "vitest";
import type { MarketCode } from "../../domain/market-code.ts";
import { DAY_MS, epochMs, MINUTE_MS, SECOND_MS } from "../../domain/units.ts";
import type { Subscription } from "./socket-request.ts";
import type { Frame } from "./socket-frames.ts";
import { createStreams, type Stream } from "./socket-streams.ts";
import { frameBytes } from "./frame-format.ts";
import { playedExchange } from "../testing/played-exchange.ts";
import { CARRIED_TAPE } from "../testing/tape-file.ts";

const FROM = Date.UTC(2024, 2, 20, 12, 0, 30);
const XRP = "KRW-XRP" as MarketCode;
const played = playedExchange({
  tapes: [CARRIED_TAPE],
  synthetic: [XRP, "BTC-ETH" as MarketCode],
  fromMs: epochMs(FROM),
});
const { world } = played;
beforeEach(() => {
  played.play({});
  world.marketStates.clear();
});

function stream(type: Subscription["type"], given: Partial<Subscription> = {}): Stream {
  const usual = { type, code: "KRW-BTC", depth: 30, level: 0, intervalMs: MINUTE_MS, snapshot: true, realtime: true };
  return createStreams(world)([{ ...usual, ...given }])[0]!;
}
/** Frames of so many pulses, a tenth of a second apart. */
function followed(one: Stream, pulses: number): Frame[] {
  const frames: Frame[] = [];
  for (let pulse = 0; pulse < pulses; pulse++) {
    played.wait(100);
    frames.push(...one.next());
  }
  return frames;
}
const fields = (frame: Frame | undefined): string[] => Object.keys(frame ?? {}).toSorted();
const units = (frame: Frame | undefined) =>
  frame!["orderbook_units"] as { ask_price: number; bid_price: number; ask_size: number; bid_size: number }[];

describe("ticker frames", () => {
  it("have the contract's fields and the REST ticker's figures (6.4)", () => {
    const [frame] = stream("ticker").first();
    expect(fields(frame)).toEqual(
      `type code opening_price high_price low_price trade_price prev_closing_price change change_price signed_change_price
       change_rate signed_change_rate trade_volume acc_trade_volume acc_trade_volume_24h acc_trade_price
       acc_trade_price_24h trade_date trade_time trade_timestamp ask_bid acc_ask_volume acc_bid_volume
       highest_52_week_price highest_52_week_date lowest_52_week_price lowest_52_week_date market_state
       is_trading_suspended delisting_date market_warning timestamp stream_type`
        .split(/\s+/)
        .toSorted(),
    );
    const [row] = played.get("/v1/ticker?markets=KRW-BTC").body as Record<string, unknown>[];
    for (const name of ["trade_price", "acc_trade_price", "acc_trade_price_24h", "highest_52_week_date", "trade_date"])
      expect(frame![name], name).toBe(row![name]);
    const sides = Number(frame!["acc_ask_volume"]) + Number(frame!["acc_bid_volume"]);
    expect(sides).toBeCloseTo(Number(frame!["acc_trade_volume"]), 7);
  });

  it("tell a market that is to go or is gone (6.4)", () => {
    expect(stream("ticker").first()[0]).toMatchObject({
      market_state: "ACTIVE",
      is_trading_suspended: false,
      delisting_date: null,
    });
    world.marketStates.set("KRW-BTC" as MarketCode, { state: "DELISTED", delistingDate: "2024-03-20" });
    expect(stream("ticker").first()[0]).toMatchObject({
      market_state: "DELISTED",
      is_trading_suspended: true,
      delisting_date: "2024-03-20",
    });
  });
});

describe("trade frames", () => {
  it("come once each, in order, with the book that the trade left: its price on the side it hit (6.5) [E5]", () => {
    const one = stream("trade");
    const [snapshot] = one.first();
    expect(snapshot).toMatchObject({
      stream_type: "SNAPSHOT",
      trade_timestamp: world.exchange.feeds.get("KRW-BTC" as MarketCode)!.lastTrade(world.clock.now()).atMs,
    });
    const frames = followed(one, 900);
    expect(frames.length).toBeGreaterThan(20);
    const times = [snapshot!, ...frames].map((frame) => Number(frame["trade_timestamp"]));
    expect(times.every((time, at) => at === 0 || time > times[at - 1]!)).toBe(true);
    for (const frame of frames) {
      expect(frame["ask_bid"] === "BID" ? frame["best_ask_price"] : frame["best_bid_price"]).toBe(frame["trade_price"]);
      expect(Number(frame["best_ask_price"])).toBeGreaterThan(Number(frame["best_bid_price"]));
      expect(frame["trade_date"]).toMatch(/^\d{4}-\d\d-\d\d$/);
    }
    expect(String(frameBytes(frames[0]!, "DEFAULT"))).toMatch(/"sequential_id":\d{17}[,}]/);
  });
});

describe("order book frames", () => {
  it("hold the asked depth, or all units under the other reading (6.2, 6.6, 9.15)", () => {
    for (const depth of [1, 5, 15, 30]) expect(units(stream("orderbook", { depth }).first()[0])).toHaveLength(depth);
    played.play({ honourBookUnits: false });
    expect(units(stream("orderbook", { depth: 5 }).first()[0])).toHaveLength(30);
  });

  it("are gathered by a supported level, and do not come for another (6.2, 6.6)", () => {
    const [book] = stream("orderbook", { level: 100_000 }).first();
    expect(book!["level"]).toBe(100_000);
    for (const { ask_price, bid_price } of units(book))
      expect([ask_price % 100_000, bid_price % 100_000]).toEqual([0, 0]);
    expect(stream("orderbook", { level: 7 }).first()).toEqual([]);
    expect(stream("orderbook", { code: "BTC-ETH", level: 10 }).first()).toEqual([]);
    expect(stream("orderbook", { code: "BTC-ETH" }).first()).toHaveLength(1);
  });

  it("come when the book changed and only then (6.6)", () => {
    const one = stream("orderbook");
    one.first();
    expect(one.next()).toEqual([]);
    const frames = followed(one, 100);
    expect(frames.length).toBeGreaterThanOrEqual(10);
    expect(frames.length).toBeLessThan(60);
  });
});

describe("candle frames", () => {
  it.each([1, 60, 180, 300, 600, 900, 1_800, 3_600, 14_400])(
    "of %d seconds come at most once a second, the last one as the candle ended (6.7)",
    (seconds) => {
      const one = stream("candle", { code: XRP, intervalMs: seconds * SECOND_MS });
      const [snapshot] = one.first();
      expect(snapshot!["type"]).toBe(seconds === 1 ? "candle.1s" : `candle.${seconds / 60}m`);
      expect(fields(snapshot)).toEqual(
        `type code candle_date_time_utc candle_date_time_kst opening_price high_price low_price trade_price
         candle_acc_trade_volume candle_acc_trade_price timestamp stream_type`
          .split(/\s+/)
          .toSorted(),
      );
      const frames = followed(one, 300);
      expect(frames.length).toBeGreaterThan(0);
      expect(frames.length).toBeLessThanOrEqual(30);
      expect(frames.every((frame) => frame["stream_type"] === "REALTIME")).toBe(true);
    },
  );

  it("tell the newest candle that exists, also where nothing was traded for hours (6.7)", () => {
    const silent = playedExchange({
      tapes: [CARRIED_TAPE],
      synthetic: [],
      fromMs: epochMs(Date.UTC(2023, 11, 31, 19)),
    });
    const all = createStreams(silent.world)([
      { type: "candle", code: "KRW-BTC", depth: 30, level: 0, intervalMs: MINUTE_MS, snapshot: true, realtime: true },
    ]);
    expect(all[0]!.first()[0]).toMatchObject({ candle_date_time_utc: "2023-12-31T16:59:00", stream_type: "SNAPSHOT" });
    silent.wait(MINUTE_MS);
    expect(all[0]!.next()).toEqual([]);
    silent.wait(DAY_MS / 6);
    expect(all[0]!.next().length).toBeGreaterThan(0);
  });
});
