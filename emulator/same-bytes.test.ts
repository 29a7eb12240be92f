import { describe, expect, it } from "vitest";
import type { MarketCode } from "../domain/market-code.ts";
import { DAY_MS, epochMs, HOUR_MS, MINUTE_MS, SECOND_MS } from "../domain/units.ts";
import { frameBytes } from "./socket/frame-format.ts";
import type { Subscription } from "./socket/socket-request.ts";
import { createStreams, type Stream } from "./socket/socket-streams.ts";
import { playedExchange, type PlayedExchange } from "./testing/played-exchange.ts";
import { CARRIED_TAPE } from "./testing/tape-file.ts";

const MARKETS = ["KRW-XRP", "KRW-USDT", "BTC-ETH", "USDT-XRP"] as MarketCode[];
const start = (seed = 1): PlayedExchange =>
  playedExchange({
    tapes: [CARRIED_TAPE],
    synthetic: MARKETS,
    fromMs: epochMs(Date.UTC(2024, 2, 20, 12, 34, 56, 789)),
    seed,
  });
const PATHS = [
  "candles/minutes/1?market=KRW-BTC&count=200",
  "candles/seconds?market=KRW-XRP&count=100",
  "candles/days?market=BTC-ETH&count=50",
  "candles/weeks?market=KRW-BTC&count=10",
  "trades/ticks?market=USDT-XRP&count=300",
  "ticker/all?quote_currencies=KRW,BTC,USDT",
  "orderbook?markets=KRW-BTC,KRW-XRP,BTC-ETH",
  "orderbook?markets=KRW-XRP&level=100",
];
const TYPES = ["ticker", "trade", "orderbook", "candle"] as const;

function streamsOf({ world }: PlayedExchange): Stream[] {
  const subscriptions = ["KRW-BTC", "KRW-XRP"].flatMap((code) =>
    TYPES.map((type): Subscription => ({
      type,
      code,
      depth: 30,
      level: 0,
      intervalMs: MINUTE_MS,
      snapshot: true,
      realtime: true,
    })),
  );
  return createStreams(world)(subscriptions);
}

describe("two worlds of one seed", () => {
  it("give the same answers at the same instants, whatever each was asked before [E2]", { timeout: 120_000 }, () => {
    const [one, other] = [start(), start()];
    for (const step of [SECOND_MS, 61_000, 5 * HOUR_MS, 2 * DAY_MS]) {
      for (let waited = 0; waited < 30; waited++) {
        other.wait(step / 30);
        const nowMs = other.world.clock.now();
        for (const [market, feed] of other.world.exchange.feeds) {
          other.world.tickerOf(market, nowMs);
          other.world.exchange.bookOf(market, nowMs);
          feed.tradesBefore(nowMs - waited * HOUR_MS, 0, 50);
        }
      }
      one.wait(step);
      expect(one.world.clock.now()).toBe(other.world.clock.now());
      const ask = (played: PlayedExchange) => (path: string) => [path, played.get(`/v1/${path}`).text] as const;
      const first = new Map(PATHS.map(ask(one)));
      const second = new Map(PATHS.toReversed().map(ask(other)));
      for (const path of PATHS) expect(second.get(path), path).toBe(first.get(path));
      expect(PATHS.every((path) => first.get(path)!.length > 100)).toBe(true);
    }
  });

  it("push the same frames [E2]", { timeout: 60_000 }, () => {
    const worlds = [start(), start()];
    const streams = worlds.map(streamsOf);
    const told = streams.map((all) =>
      all.flatMap((stream) => stream.first().map((frame) => String(frameBytes(frame, "DEFAULT")))),
    );
    for (let pulse = 0; pulse < 600; pulse++)
      worlds.forEach((world, at) => {
        world.wait(100);
        for (const stream of streams[at]!)
          told[at]!.push(...stream.next().map((frame) => String(frameBytes(frame, "SIMPLE"))));
      });
    expect(told[0]!.length).toBeGreaterThan(300);
    expect(told[1]).toEqual(told[0]);
  });

  it("are another world with another seed", { timeout: 60_000 }, () => {
    const ask = (played: PlayedExchange) => played.get("/v1/trades/ticks?market=KRW-BTC&count=50").text;
    expect(ask(start(2))).not.toBe(ask(start(1)));
  });
});
