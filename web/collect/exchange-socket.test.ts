import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { MarketCode } from "../../domain/market-code.ts";
import { minuteOfUpbit } from "../../domain/upbit-candle.ts";
import type { UpbitCandleFrame } from "../../domain/upbit-frame.ts";
import { epochMs } from "../../domain/units.ts";
import { OriginGate } from "./origin-gate.ts";
import { ExchangeSocket, reconnectDelay, type SocketStatus } from "./exchange-socket.ts";
import { parseReceived } from "./frame.ts";

const MARKET = "KRW-XRP" as MarketCode;
/** As in upbit-api 6.7. */
const CANDLE_FRAME = `{"type":"candle.1m","code":"KRW-XRP","candle_date_time_utc":"2026-11-20T03:00:00","candle_date_time_kst":"2026-11-20T12:00:00","opening_price":3118.0,"high_price":3124.0,"low_price":3117.0,"trade_price":3121.0,"candle_acc_trade_volume":5897.22018311,"candle_acc_trade_price":18402277.5512,"timestamp":1795143641207,"stream_type":"SNAPSHOT"}`;
const bytes = (text: string): ArrayBuffer => new TextEncoder().encode(text).buffer;

describe("what comes over the socket", () => {
  it("is read from binary and from text frames [C3]", () => {
    for (const payload of [CANDLE_FRAME, bytes(CANDLE_FRAME)])
      expect(parseReceived(payload)).toMatchObject({ kind: "frame", market: MARKET, frame: { trade_price: 3121 } });
    expect(parseReceived('{"status":"UP"}')).toEqual({ kind: "alive" });
    expect(parseReceived('{"error":{"name":"WRONG_FORMAT","message":"x"}}')).toEqual({
      kind: "refused",
      name: "WRONG_FORMAT",
    });
  });

  it("is dropped when it is no JSON, no known type, of no market or without a number [C3]", () => {
    const bad = [
      "{",
      "null",
      new Blob([]),
      CANDLE_FRAME.replace("candle.1m", "candle.1s"),
      CANDLE_FRAME.replace("KRW-XRP", "krw-xrp"),
      CANDLE_FRAME.replace("3121.0", '"3121"'),
    ];
    for (const payload of bad) expect(parseReceived(payload)).toEqual({ kind: "bad" });
  });

  it("becomes a candle at its UTC minute, unless it breaks the exchange's own order [C1] [C2]", () => {
    const frame = JSON.parse(CANDLE_FRAME) as UpbitCandleFrame;
    expect(minuteOfUpbit(frame)).toMatchObject({
      ok: true,
      value: { openTimeMs: Date.UTC(2026, 10, 20, 3), close: 3121, value: 18402277.5512 },
    });
    expect(minuteOfUpbit({ ...frame, low_price: 3122 })).toMatchObject({ ok: false });
    expect(minuteOfUpbit({ ...frame, candle_date_time_utc: "2026-11-20T03:00:30" })).toMatchObject({ ok: false });
  });
});

/** Stands for the browser's socket: records what is sent, and the test plays the other side. */
class PlayedSocket extends EventTarget {
  readyState = 0;
  binaryType = "blob";
  readonly sent: string[] = [];
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.dispatchEvent(new Event("close"));
  }
  open(): void {
    this.readyState = 1;
    this.dispatchEvent(new Event("open"));
  }
  say(data: unknown): void {
    this.dispatchEvent(new MessageEvent("message", { data }));
  }
}

describe("the link to the exchange", () => {
  const sockets: PlayedSocket[] = [];
  const states: SocketStatus["state"][] = [];
  let frames = 0;
  let link: ExchangeSocket;
  let gate: OriginGate;
  const kept: number[] = [];
  beforeEach(() => {
    vi.useFakeTimers({ now: Date.UTC(2024, 0, 10) });
    sockets.length = states.length = frames = 0;
    gate = new OriginGate({ wallNow: () => epochMs(Date.now()), keep: (turnMs) => kept.push(turnMs) }, null);
    link = new ExchangeSocket(
      "ws://exchange",
      {
        connect: () => {
          const socket = new PlayedSocket();
          sockets.push(socket);
          return socket as unknown as WebSocket;
        },
        wallNow: () => epochMs(Date.now()),
        random: () => 0,
        ticket: () => "t",
        reserveTurn: () => gate.reserve(),
      },
      { onFrame: () => (frames += 1), onStatus: ({ state }) => states.push(state) },
    );
  });
  afterEach(() => {
    link.close();
    vi.useRealTimers();
  });

  it("asks for everything of its markets in one request, and for the whole set when one joins", () => {
    link.follow([MARKET]);
    sockets[0]!.open();
    link.follow([MARKET]);
    link.follow([MARKET, "KRW-BTC" as MarketCode]);
    expect(sockets).toHaveLength(1);
    expect(sockets[0]!.binaryType).toBe("arraybuffer");
    expect(sockets[0]!.sent.map((text) => JSON.parse(text))).toEqual([
      [
        { ticket: "t" },
        { type: "ticker", codes: ["KRW-XRP"] },
        { type: "trade", codes: ["KRW-XRP"] },
        { type: "orderbook", codes: ["KRW-XRP.15"] },
        { type: "candle.1m", codes: ["KRW-XRP"] },
        { format: "DEFAULT" },
      ],
      expect.arrayContaining([{ type: "ticker", codes: ["KRW-XRP", "KRW-BTC"] }]),
    ]);
  });

  it("drops an unreadable frame and goes on [C3]", () => {
    link.follow([MARKET]);
    sockets[0]!.open();
    sockets[0]!.say("nonsense");
    sockets[0]!.say(bytes(CANDLE_FRAME));
    expect(frames).toBe(1);
    expect(link.status()).toMatchObject({ state: "live", badFrames: 1 });
  });

  it("comes back no sooner than after ten seconds, and later each time [C7]", () => {
    link.follow([MARKET]);
    sockets[0]!.close();
    vi.advanceTimersByTime(10_000);
    expect(sockets).toHaveLength(1);
    vi.advanceTimersByTime(250);
    expect(sockets).toHaveLength(2);
    sockets[1]!.close();
    vi.advanceTimersByTime(19_999);
    expect(sockets).toHaveLength(2);
    vi.advanceTimersByTime(1);
    expect(sockets).toHaveLength(3);
    expect(states).toEqual(["connecting", "waiting", "connecting", "waiting", "connecting"]);
    expect([1, 2, 3, 4, 9].map((attempt) => reconnectDelay(attempt, 0.999))).toEqual([
      14_995, 29_990, 59_980, 89_970, 89_970,
    ]);
  });

  it("says PING every half minute and gives a silent connection up soon after [C7]", () => {
    link.follow([MARKET]);
    sockets[0]!.open();
    sockets[0]!.say(bytes(CANDLE_FRAME));
    vi.advanceTimersByTime(30_000);
    expect(sockets[0]!.sent.filter((text) => text === "PING")).toHaveLength(1);
    sockets[0]!.say('{"status":"UP"}');
    vi.advanceTimersByTime(5_000);
    expect(link.status()).toMatchObject({ state: "waiting", reconnects: 1 });
    expect(sockets[0]!.readyState).toBe(3);
  });

  it("asks again when no frame comes, and gives up a link that answers PING alone [C7] [C26]", () => {
    link.follow([MARKET]);
    sockets[0]!.open();
    sockets[0]!.say(bytes(CANDLE_FRAME));
    const subscriptions = () => sockets[0]!.sent.filter((text) => text !== "PING").length;
    vi.advanceTimersByTime(10_000);
    expect(subscriptions()).toBe(1);
    vi.advanceTimersByTime(5_000);
    expect(subscriptions()).toBe(2);
    // A quiet market: the snapshot answers.
    sockets[0]!.say(bytes(CANDLE_FRAME));
    // A deaf link from now on: nothing but answers to PING.
    const hearStatus = (seconds: number) => {
      for (let second = 0; second < seconds; second += 1) {
        vi.advanceTimersByTime(1_000);
        sockets[0]!.say('{"status":"UP"}');
      }
    };
    hearStatus(14);
    expect([link.status().state, subscriptions()]).toEqual(["live", 2]);
    hearStatus(12);
    expect([link.status().state, subscriptions()]).toEqual(["connecting", 3]);
    vi.advanceTimersByTime(15_000);
    expect(link.status()).toMatchObject({ state: "waiting", reconnects: 1 });
  });

  it("waits for its turn when an earlier page of this browser has just connected [C7]", () => {
    gate = new OriginGate({ wallNow: () => epochMs(Date.now()), keep: () => {} }, epochMs(Date.now() - 4_000));
    link.follow([MARKET]);
    expect(link.status().state).toBe("waiting");
    vi.advanceTimersByTime(6_000);
    expect(sockets).toHaveLength(0);
    vi.advanceTimersByTime(250);
    expect(sockets).toHaveLength(1);
  });

  it("asks later on the same connection when messages are counted too, and then is live [C7] [C23]", () => {
    link.follow([MARKET]);
    sockets[0]!.open();
    sockets[0]!.say('{"error":{"name":"TOO_MANY_REQUEST","message":"x"}}');
    expect(link.status()).toMatchObject({ state: "connecting", refusal: "TOO_MANY_REQUEST" });
    vi.advanceTimersByTime(10_000);
    expect(sockets[0]!.sent).toHaveLength(1);
    vi.advanceTimersByTime(250);
    expect(sockets[0]!.sent).toHaveLength(2);
    sockets[0]!.say(bytes(CANDLE_FRAME));
    expect(link.status().state).toBe("live");
    expect(sockets).toHaveLength(1);
  });

  it("is not live by an answer to PING alone, and gives up a subscription that nothing answers [C7] [C23]", () => {
    link.follow([MARKET]);
    sockets[0]!.open();
    sockets[0]!.say('{"status":"UP"}');
    expect(link.status().state).toBe("connecting");
    vi.advanceTimersByTime(20_000);
    expect(link.status().state).toBe("waiting");
    vi.advanceTimersByTime(10_000);
    sockets[1]!.open();
    // The connection itself was this browser's turn.
    expect(sockets[1]!.sent).toHaveLength(0);
    vi.advanceTimersByTime(10_250);
    expect(sockets[1]!.sent).toHaveLength(1);
  });
});
