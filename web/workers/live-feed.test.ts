import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Fault } from "../../domain/fault.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import { fail, ok } from "../../domain/result.ts";
import { epochMs } from "../../domain/units.ts";
import type { Ticker } from "../../domain/wire.ts";
import { createMarketClock } from "../collect/market-clock.ts";
import { openDatabase, type ObservatorDatabase } from "../store/database.ts";
import { LiveFeed } from "./live-feed.ts";
import type { LiveMessage } from "./protocol.ts";

const MARKET = "KRW-XRP" as MarketCode;
const TICKER: Ticker = {
  market: MARKET,
  price: 100,
  changeRate: 0,
  changePrice: 0,
  high: 100,
  low: 100,
  value24h: 1,
  volume24h: 1,
  tradeAtMs: epochMs(1),
  atMs: epochMs(2),
};
const TICKER_FRAME = `{"type":"ticker","code":"KRW-XRP","trade_price":200,"signed_change_rate":0,"signed_change_price":0,"high_price":1,"low_price":1,"acc_trade_price_24h":1,"acc_trade_volume_24h":1,"trade_timestamp":1,"timestamp":3,"stream_type":"REALTIME"}`;
const offline = () => Promise.resolve(fail<Fault>({ type: "offline", kind: "retry", detail: "" }));

class PlayedSocket extends EventTarget {
  readyState = 0;
  binaryType = "blob";
  send(): void {}
  close(): void {
    this.readyState = 3;
    this.dispatchEvent(new Event("close"));
  }
  open(): void {
    this.readyState = 1;
    this.dispatchEvent(new Event("open"));
  }
  say(data: string): void {
    this.dispatchEvent(new MessageEvent("message", { data }));
  }
}

let db: ObservatorDatabase;
let names = 0;
let sockets: PlayedSocket[];
let told: LiveMessage[];
let relayUp: boolean;
let turnMs: number;
let closed: string[];
let feed: LiveFeed;
const wallNow = () => epochMs(Date.now());

beforeEach(() => {
  vi.useFakeTimers({
    now: Date.UTC(2024, 0, 10),
    toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"],
  });
  db = openDatabase(`feed-test-${names++}`);
  [sockets, told, closed, relayUp, turnMs] = [[], [], [], true, 0];
  const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
  const now = wallNow();
  const clock = createMarketClock(
    { loopbackExchange: false, marketClock: { marketMs: now, wallMs: now, speed: 1 } },
    wallNow,
  );
  const relay = {
    tickers: () => (relayUp ? Promise.resolve(ok({ tickers: [TICKER], askedAtMs: now })) : offline()),
    orderBooks: () => (relayUp ? Promise.resolve(ok({ books: [], askedAtMs: now })) : offline()),
    trades: () => (relayUp ? Promise.resolve(ok({ market: MARKET, trades: [], askedAtMs: now })) : offline()),
    candleDay: offline,
  };
  feed = new LiveFeed("ws://exchange", {
    socket: {
      connect: () => {
        const socket = new PlayedSocket();
        sockets.push(socket);
        return socket as unknown as WebSocket;
      },
      wallNow,
      random: () => 0,
      ticket: () => "t",
      reserveTurn: () => turnMs,
    },
    collector: {
      db,
      relay,
      wallNow,
      sleep,
      exchangeDay: offline,
      marketNow: () => clock.now(),
      exchangeNow: () => clock.exchangeNow(),
      speed: () => 1,
    },
    poller: { relay, wallNow, sleep },
    clock,
    post: (message) => told.push(message),
    onClosed: (market) => closed.push(market),
  });
});
afterEach(async () => {
  await feed.follow([], 1);
  vi.useRealTimers();
  await db.delete();
});

/** So many quarters of a second of a worker's life. */
async function live(ticks: number): Promise<void> {
  for (let tick = 0; tick < ticks; tick += 1) {
    feed.tick();
    feed.flush();
    await vi.advanceTimersByTimeAsync(250);
  }
}
const lastPrice = () => told.findLast((message) => message.type === "quote")?.quote.price;
const lastLink = () => told.findLast((message) => message.type === "link")?.state;

describe("the live feed", () => {
  it("shows prices by polling at once when the socket has to wait for its turn, as after a quick reload [C26]", async () => {
    turnMs = 8_000;
    await feed.follow([MARKET], 1);
    await live(2);
    expect(sockets).toHaveLength(0);
    expect(lastPrice()).toBe(100);
    expect(lastLink()).toBe("polling");
    expect(closed).toEqual([]);
  });

  it("polls while the socket is refused, and goes over to it when it delivers [C26] [C27]", async () => {
    await feed.follow([MARKET], 1);
    await live(2);
    expect(lastPrice()).toBeUndefined();
    sockets[0]!.close();
    await live(2);
    expect([lastPrice(), lastLink()]).toEqual([100, "polling"]);
    await live(45);
    sockets[1]!.open();
    sockets[1]!.say(TICKER_FRAME);
    await live(2);
    expect([lastPrice(), lastLink()]).toEqual([200, "live"]);
    await live(40);
    expect(lastPrice()).toBe(200);
    expect(closed).toEqual([]);
  });

  it("polls when the socket opens and says nothing, and says that nothing comes when the relay is away too [C26]", async () => {
    await feed.follow([MARKET], 1);
    sockets[0]!.open();
    await live(12);
    expect([lastPrice(), lastLink()]).toEqual([100, "polling"]);
    relayUp = false;
    await live(20);
    feed.tellLink();
    expect(lastLink()).toMatch(/connecting|waiting/);
  });
});
