import type { MarketCode } from "../../domain/market-code.ts";
import { MINUTE_MS, SECOND_MS, type EpochMs } from "../../domain/units.ts";
import { candlesBefore } from "../market/candles.ts";
import { groupedBook, supportedLevels } from "../books/grouped-book.ts";
import type { Bar } from "../market/bars.ts";
import type { MarketFeed, TapeTrade } from "../market/market-feed.ts";
import { marketStateOf } from "../market/market-state.ts";
import {
  candleFrame,
  orderbookFrame,
  tickerFrame,
  tradeFrame,
  type Frame,
  type FrameHead,
  type StreamType,
} from "./socket-frames.ts";
import type { Subscription } from "./socket-request.ts";
import { BOOK_DEPTH, meanMinuteUnits, refreshOf, tapeBook } from "../books/tape-book.ts";
import type { World } from "../world.ts";

/** One subscription of one connection: what is sent at once, and what is new at each pulse. */
export type Stream = { first(): Frame[]; next(): Frame[] };

/** Over a longer leap of the clock only the last minute's trades are told: nobody could have followed the rest. */
const LONGEST_TOLD_MS = 5 * MINUTE_MS;
/** Source: upbit-api 6.7: at most one push a second a stream. */
const CANDLE_EVERY_MS = SECOND_MS;
/** Finished candles told after a leap of the clock, newest ones. */
const MOST_CAUGHT_UP = 60;

type Maker = (market: MarketCode, feed: MarketFeed, subscription: Subscription) => Stream;

/** @returns a function that makes the streams of one subscription message */
export function createStreams(world: World): (subscriptions: readonly Subscription[]) => Stream[] {
  const makers: Record<Subscription["type"], Maker> = {
    ticker: (market, feed) => tickerStream(world, market, feed),
    trade: (market, feed) => tradeStream(world, market, feed),
    orderbook: (market, feed, asked) => bookStream(world, market, { feed, asked }),
    candle: (market, feed, { intervalMs }) => candleStream(world, market, { feed, intervalMs }),
  };
  return (subscriptions) =>
    subscriptions.map((subscription) => {
      const market = subscription.code as MarketCode;
      const stream = makers[subscription.type](market, world.exchange.feeds.get(market)!, subscription);
      return {
        // Always made: it also sets the point from which the stream goes on.
        first: () => (subscription.snapshot ? stream.first() : (stream.first(), [])),
        next: () => (subscription.realtime ? stream.next() : []),
      };
    });
}

function tickerStream(world: World, market: MarketCode, feed: MarketFeed): Stream {
  let sentMs = 0;
  const frames = (stream: StreamType): Frame[] => {
    const nowMs = world.clock.now();
    sentMs = feed.lastTrade(nowMs).atMs;
    return [tickerFrame({ market, nowMs, stream }, world.tickerOf(market, nowMs), marketStateOf(world, market))];
  };
  return {
    first: () => frames("SNAPSHOT"),
    next: () => (feed.lastTrade(world.clock.now()).atMs === sentMs ? [] : frames("REALTIME")),
  };
}

function tradeStream(world: World, market: MarketCode, feed: MarketFeed): Stream {
  let toldToMs = 0;
  const frames = (head: FrameHead, afterMs: number): Frame[] => {
    const { previousClose } = world.tickerOf(market, head.nowMs);
    const found: TapeTrade[] = [];
    feed.eachTrade(afterMs, head.nowMs, (trade) => found.push(trade));
    toldToMs = head.nowMs;
    const mean = found.length > 1 ? meanMinuteUnits(feed, head.nowMs) : 0;
    // Each trade with the book that it left; the latest with the one that stands, orders of users included.
    return found.map((trade, at) => {
      const standing = at === found.length - 1;
      const book = standing ? world.exchange.bookOf(market, head.nowMs) : tapeBook(feed, trade.atMs, mean);
      return tradeFrame(head, trade, { previousClose, book });
    });
  };
  return {
    first: () => {
      const nowMs = world.clock.now();
      return frames({ market, nowMs, stream: "SNAPSHOT" }, feed.lastTrade(nowMs).atMs - 1).slice(-1);
    },
    next: () => {
      const nowMs = world.clock.now();
      if (nowMs - toldToMs > LONGEST_TOLD_MS) toldToMs = nowMs - MINUTE_MS;
      return feed.lastTrade(nowMs).atMs > toldToMs ? frames({ market, nowMs, stream: "REALTIME" }, toldToMs) : [];
    },
  };
}

function bookStream(
  world: World,
  market: MarketCode,
  { feed, asked: { depth, level } }: { feed: MarketFeed; asked: Subscription },
): Stream {
  let sent = "";
  const frames = (nowMs: EpochMs, stream: StreamType): Frame[] => {
    const state = `${refreshOf(nowMs)} ${feed.lastTrade(nowMs).atMs} ${world.exchange.revision()}`;
    if (stream === "REALTIME" && state === sent) return [];
    sent = state;
    // A level that is not supported gives no data at all, and no error.
    if (!supportedLevels(feed, feed.lastTrade(nowMs).price).includes(String(level))) return [];
    const book = groupedBook(feed, world.exchange.bookOf(market, nowMs), String(level), nowMs);
    const units = world.switches.honourBookUnits ? depth : BOOK_DEPTH;
    return [orderbookFrame({ market, nowMs, stream }, book, { depth: units, level })];
  };
  return {
    first: () => frames(world.clock.now(), "SNAPSHOT"),
    next: () => frames(world.clock.now(), "REALTIME"),
  };
}

/** The running candle at most once a second of wall time. Each candle's last state is sent before the next one's first,
 *  also when the clock runs so fast that several end within one second. */
function candleStream(
  world: World,
  market: MarketCode,
  { feed, intervalMs }: { feed: MarketFeed; intervalMs: number },
): Stream {
  let sent: Pick<Bar, "openTimeMs" | "units"> = { openTimeMs: 0, units: 0n };
  let sentWallMs = 0;
  const newest = (count: number) => {
    const nowMs = world.clock.now();
    return { nowMs, bars: candlesBefore(feed, { intervalMs, beforeMs: nowMs + 1, nowMs, count }).toReversed() };
  };
  return {
    first: () => {
      const { nowMs, bars } = newest(1);
      const bar = bars[0]!;
      sent = bar;
      sentWallMs = world.clock.wallNow();
      return [candleFrame({ market, nowMs, stream: "SNAPSHOT" }, bar, intervalMs)];
    },
    next: () => {
      const wallMs = world.clock.wallNow();
      if (wallMs - sentWallMs < CANDLE_EVERY_MS) return [];
      const passed = Math.floor((world.clock.now() - sent.openTimeMs) / intervalMs);
      const { nowMs, bars } = newest(Math.min(MOST_CAUGHT_UP, passed) + 1);
      const fresh = bars.filter(
        ({ openTimeMs, units }) =>
          openTimeMs > sent.openTimeMs || (openTimeMs === sent.openTimeMs && units !== sent.units),
      );
      const told = world.clock.anchor().speed <= 1 ? fresh.slice(0, 1) : fresh;
      if (told.length === 0) return [];
      sent = told.at(-1)!;
      sentWallMs = wallMs;
      return told.map((bar) => candleFrame({ market, nowMs, stream: "REALTIME" }, bar, intervalMs));
    },
  };
}
