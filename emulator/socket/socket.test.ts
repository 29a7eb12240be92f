import { WebSocket } from "ws";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { MarketCode } from "../../domain/market-code.ts";
import { upbitFrame } from "../../domain/upbit-frame.ts";
import { epochMs } from "../../domain/units.ts";
import { candlesBefore } from "../market/candles.ts";
import { startEmulator, type Emulator } from "../start-emulator.ts";

const FROM_MS = Date.UTC(2024, 2, 20, 12, 0, 30);
const CODES = ["KRW-BTC", "KRW-XRP"] as const;
let emulator: Emulator;
let fast: Emulator;
let fastWallMs = 0;
const open: WebSocket[] = [];

beforeAll(async () => {
  const terms = {
    tapes: ["data/upbit-KRW-BTC-1m-2024-01_2024-03.csv.gz"],
    synthetic: ["KRW-XRP" as MarketCode],
    fromMs: epochMs(FROM_MS),
  };
  emulator = await startEmulator({ ...terms, speed: 30 });
  fast = await startEmulator({ ...terms, speed: 600 }, () => fastWallMs);
});
afterEach(() => {
  for (const socket of open.splice(0)) socket.terminate();
});
afterAll(async () => {
  await emulator.close();
  await fast.close();
});

type Frame = Record<string, unknown>;

/** A connection that keeps every frame it got. */
async function connect(address = emulator.ws, origin?: string) {
  // A second of the standing clock for each, or the limit on connections would be met.
  if (address.startsWith(fast.ws)) fastWallMs += 1_000;
  const socket = new WebSocket(address, origin === undefined ? {} : { origin });
  open.push(socket);
  const frames: Frame[] = [];
  const kinds: boolean[] = [];
  socket.on("message", (data: Buffer, isBinary) => {
    kinds.push(isBinary);
    frames.push(JSON.parse(data.toString("utf8")) as Frame);
  });
  await new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  const until = async (enough: (frames: readonly Frame[]) => boolean) => {
    const deadline = performance.now() + 8_000;
    while (!enough(frames)) {
      if (performance.now() > deadline)
        throw new Error(`after ${frames.length} frames, last ${JSON.stringify(frames.at(-1))}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return frames;
  };
  const ask = (...parts: unknown[]) => socket.send(JSON.stringify([{ ticket: "t" }, ...parts]));
  return { socket, frames, kinds, until, ask };
}

const of = (frames: readonly Frame[], type: string, stream?: string) =>
  frames.filter((frame) => frame["type"] === type && (stream === undefined || frame["stream_type"] === stream));

describe("the public socket", () => {
  it("sends one snapshot of each stream, then what happens, as binary frames of the contract's shape [6.1, 6.2, 6.4 to 6.7]", async () => {
    const { ask, until, kinds } = await connect();
    const types = ["ticker", "trade", "orderbook", "candle.1m"];
    ask(...types.map((type) => ({ type, codes: CODES })));
    const frames = await until((got) =>
      types.every((type) => CODES.every((code) => of(got, type, "REALTIME").some((frame) => frame["code"] === code))),
    );
    for (const type of types)
      for (const code of CODES) {
        const streams = of(frames, type)
          .filter((frame) => frame["code"] === code)
          .map((frame) => frame["stream_type"]);
        expect(streams.filter((stream) => stream === "SNAPSHOT")).toHaveLength(1);
        expect(streams[0]).toBe("SNAPSHOT");
      }
    for (const frame of frames) expect(upbitFrame(frame, JSON.stringify(frame))).not.toBeNull();
    expect(kinds.every(Boolean)).toBe(true);
  });

  it("sends each trade once, in order [6.5]", async () => {
    const { ask, until } = await connect();
    ask({ type: "trade", codes: ["KRW-BTC"], is_only_realtime: true });
    const frames = await until((got) => got.length > 25);
    const times = frames.map((frame) => Number(frame["trade_timestamp"]));
    expect(times.every((time, at) => at === 0 || time > times[at - 1]!)).toBe(true);
    const feed = emulator.world.exchange.feeds.get("KRW-BTC" as MarketCode)!;
    let expected = 0;
    feed.eachTrade(times[0]! - 1, times.at(-1)!, () => (expected += 1));
    expect(frames).toHaveLength(expected);
  });

  it("leaves no finished candle in an unfinished state, however fast the clock runs [6.7]", async () => {
    const { ask, until } = await connect(fast.ws);
    ask({ type: "candle.1m", codes: ["KRW-BTC"] });
    await until((got) => got.length === 1);
    for (let second = 1; second <= 3; second++) {
      fastWallMs += 1_000;
      await until((got) => new Set(got.map((frame) => frame["candle_date_time_utc"])).size > second * 9);
    }
    const { frames } = { frames: await until(() => true) };
    const last = new Map(frames.map((frame) => [frame["candle_date_time_utc"], frame]));
    const feed = fast.world.exchange.feeds.get("KRW-BTC" as MarketCode)!;
    const nowMs = fast.world.clock.now();
    const bars = candlesBefore(feed, { intervalMs: 60_000, beforeMs: nowMs + 1, nowMs, count: last.size });
    for (const bar of bars) {
      const frame = last.get(new Date(bar.openTimeMs).toISOString().slice(0, 19))!;
      expect([frame["trade_price"], frame["candle_acc_trade_volume"]]).toEqual([bar.close, Number(bar.units) / 1e8]);
    }
  });

  it("cuts the book to the asked depth and speaks in short names when asked [6.2, 6.6]", async () => {
    const { ask, until } = await connect();
    ask(
      { type: "orderbook", codes: ["KRW-BTC.5"], is_only_snapshot: true },
      { type: "trade", codes: ["KRW-XRP"], is_only_snapshot: true },
      { format: "SIMPLE" },
    );
    const [book, trade] = await until((got) => got.length === 2);
    expect(book).toMatchObject({ ty: "orderbook", cd: "KRW-BTC", st: "SNAPSHOT", lv: 0 });
    expect(book!["obu"]).toHaveLength(5);
    expect(Object.keys((book!["obu"] as object[])[0]!)).toEqual(["ap", "bp", "as", "bs"]);
    expect(trade).toMatchObject({ ty: "trade", cd: "KRW-XRP", td: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) });
  });

  it("replaces all earlier subscriptions by a new message and lists them [6.2]", async () => {
    const { ask, until, frames } = await connect();
    ask({ type: "trade", codes: ["KRW-BTC"] });
    await until((got) => got.length > 1);
    ask({ type: "ticker", codes: ["KRW-XRP"] });
    await until((got) => of(got, "ticker").length > 1);
    const after = frames.slice(frames.findIndex((frame) => frame["type"] === "ticker"));
    expect(of(after, "trade")).toEqual([]);
    ask({ method: "LIST_SUBSCRIPTIONS" });
    const listed = await until((got) => got.some((frame) => "method" in frame));
    expect(listed.find((frame) => "method" in frame)).toEqual({
      method: "LIST_SUBSCRIPTIONS",
      result: [{ type: "ticker", codes: ["KRW-XRP"] }],
      ticket: "t",
    });
  });

  it.each([
    ["{", "WRONG_FORMAT"],
    ['[{"type":"ticker","codes":["KRW-BTC"]}]', "NO_TICKET"],
    ['[{"ticket":"t"}]', "NO_TYPE"],
    ['[{"ticket":"t"},{"type":"ticker"}]', "NO_CODES"],
    ['[{"ticket":"t"},{"type":"ticker","codes":["KRW-NONE"]}]', "INVALID_PARAM"],
    ['[{"ticket":"t"},{"type":"myOrder"}]', "INVALID_AUTH"],
  ])("answers %s with %s and stays open [6.3]", async (message, name) => {
    const { socket, until } = await connect(fast.ws);
    socket.send(message);
    const [frame] = await until((got) => got.length > 0);
    expect(frame).toMatchObject({ error: { name } });
    socket.send("PING");
    expect((await until((got) => got.length > 1))[1]).toEqual({ status: "UP" });
  });

  it("refuses the sixth message of a second [1.5, 6.3]", async () => {
    const { ask, until } = await connect(fast.ws);
    for (let at = 0; at < 6; at++) ask({ method: "LIST_SUBSCRIPTIONS" });
    const frames = await until((got) => got.length === 6);
    expect(frames.map((frame) => (frame["error"] as { name: string } | undefined)?.name)).toEqual([
      ...Array(5).fill(undefined),
      "TOO_MANY_REQUEST",
    ]);
  });

  it("closes a connection on which nothing went either way for two minutes [6.1]", async () => {
    const { socket } = await connect(fast.ws);
    fastWallMs += 121_000;
    await new Promise((resolve) => socket.once("close", resolve));
  });

  it("lets a page connect once in ten seconds, whatever it asked over REST [1.6]", async () => {
    const origin = "http://127.0.0.1:8480";
    fastWallMs += 10_000;
    await fetch(`${fast.rest}/v1/market/all`, { headers: { Origin: origin } });
    await connect(fast.ws, origin);
    await expect(connect(fast.ws, origin)).rejects.toThrow("429");
    fastWallMs += 10_000;
    await connect(fast.ws, origin);
    await expect(connect(`${fast.ws}/nothing`)).rejects.toThrow("404");
  });
});
