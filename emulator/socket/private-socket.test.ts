import { WebSocket } from "ws";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { MarketCode } from "../../domain/market-code.ts";
import { createSigningClient, type SigningClient } from "../signing-client.ts";
import { startEmulator, type Emulator } from "../start-emulator.ts";

let emulator: Emulator;
let client: SigningClient;
let wallMs = Date.UTC(2026, 10, 22);
const open: WebSocket[] = [];

beforeAll(async () => {
  emulator = await startEmulator({ synthetic: ["KRW-XRP" as MarketCode], control: 0 }, () => wallMs);
  client = createSigningClient(emulator.rest, emulator.accessKey, emulator.secretKey);
});
afterEach(async () => {
  for (const socket of open.splice(0)) socket.terminate();
  emulator.world.switches = { ...emulator.world.switches, mostPrivateConnections: 10, statusFrames: "text" };
  await fetch(`${emulator.control}/faults`, { method: "DELETE" });
});
afterAll(() => emulator.close());

type Frame = Record<string, unknown>;
async function connect(token: string | null = client.tokenFor(""), path = "/private") {
  // A second each: the limit on connections is not what is tested here.
  wallMs += 1_000;
  const headers = token === null ? {} : { Authorization: `Bearer ${token}` };
  const socket = new WebSocket(`${emulator.ws}${path}`, { headers });
  open.push(socket);
  const frames: Frame[] = [];
  const kinds: boolean[] = [];
  socket.on("message", (data: Buffer, isBinary) => {
    frames.push(JSON.parse(data.toString("utf8")) as Frame);
    kinds.push(isBinary);
  });
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  const ask = async (...parts: unknown[]) => {
    socket.send(JSON.stringify([{ ticket: "t" }, ...parts]));
    // There is no acknowledgement: what is asked next is answered after it.
    socket.send(JSON.stringify([{ ticket: "t" }, { method: "LIST_SUBSCRIPTIONS" }]));
    await expect.poll(() => frames.some((frame) => "method" in frame || "mthd" in frame)).toBe(true);
  };
  const until = async (enough: (got: readonly Frame[]) => boolean) => {
    await expect.poll(() => enough(frames), { timeout: 5_000 }).toBe(true);
    return frames;
  };
  return { socket, frames, kinds, ask, until };
}
const bid = (price: string, identifier: string) => ({
  market: "KRW-XRP",
  side: "bid",
  ord_type: "limit",
  price,
  volume: "10",
  identifier,
});
const names = (frames: readonly Frame[]) =>
  frames.map((frame) => (frame["error"] as { name: string } | undefined)?.name).filter(Boolean);

describe("the private socket", () => {
  it("tells orders and balances of the key's pocket as binary frames (2.5, 6.8, 6.9)", async () => {
    const { ask, until, kinds, frames } = await connect();
    await ask({ type: "myOrder" }, { type: "myAsset" });
    await client.call("POST", "/v1/orders", bid("2000", "p-1"));
    await until((got) => got.some((frame) => frame["type"] === "myAsset"));
    await client.call("DELETE", "/v1/order", { identifier: "p-1" });
    await until((got) => got.some((frame) => frame["state"] === "cancel"));
    const orders = frames.filter((frame) => frame["type"] === "myOrder");
    expect(orders.map((frame) => frame["state"])).toEqual(["wait", "cancel"]);
    expect(orders[0]).toMatchObject({ code: "KRW-XRP", identifier: "p-1", price: 2000, stream_type: "REALTIME" });
    expect(kinds.every(Boolean)).toBe(true);
  });

  it("speaks in short names when asked, also after LIST_SUBSCRIPTIONS changed it (6.2)", async () => {
    const { socket, ask, until } = await connect();
    await ask({ type: "myOrder" });
    socket.send(JSON.stringify([{ ticket: "t" }, { method: "LIST_SUBSCRIPTIONS" }, { format: "SIMPLE" }]));
    await until((got) => got.some((frame) => frame["mthd"] === "LIST_SUBSCRIPTIONS"));
    await client.call("POST", "/v1/orders", bid("2001", "p-2"));
    const frames = await until((got) => got.some((frame) => frame["ty"] === "myOrder"));
    expect(frames.at(-1)).toMatchObject({ ty: "myOrder", cd: "KRW-XRP", uid: expect.any(String), s: "wait", p: 2001 });
  });

  it.each([
    ["no token", () => null],
    ["a wrong token", () => `${client.tokenFor("").slice(0, -4)}AAAA`],
    ["a hash", () => client.tokenFor("a=1")],
  ])("answers private types with INVALID_AUTH over %s (2.5, 6.3)", async (_, token) => {
    const { ask, frames } = await connect(token());
    await ask({ type: "myOrder" });
    expect(names(frames)).toEqual(["INVALID_AUTH"]);
  });

  it("accepts a token once (2.2)", async () => {
    const token = client.tokenFor("");
    const first = await connect(token);
    await first.ask({ type: "myOrder" });
    expect(names(first.frames)).toEqual([]);
    const second = await connect(token);
    await second.ask({ type: "myOrder" });
    expect(names(second.frames)).toEqual(["INVALID_AUTH"]);
  });

  it("takes so many connections of one pocket at once as the switch says (6.1, 9.14)", async () => {
    emulator.world.switches = { ...emulator.world.switches, mostPrivateConnections: 1 };
    await connect();
    await expect(connect()).rejects.toThrow("429");
    await connect(client.tokenFor(""), "");
  });

  it("counts handshakes with a key by pocket, others by address (1.5)", async () => {
    const knock = (path: string, headers: Record<string, string>) =>
      new Promise<number>((resolve) => {
        const socket = new WebSocket(`${emulator.ws}${path}`, { headers });
        open.push(socket);
        socket.once("open", () => resolve(101)).once("error", () => undefined);
        socket.once("unexpected-response", (_, answer) => resolve(answer.statusCode ?? 0));
      });
    wallMs += 60_000;
    const own = [];
    for (let at = 0; at < 6; at++)
      own.push(await knock("/private", { Authorization: `Bearer ${client.tokenFor("")}` }));
    expect(own).toEqual([101, 101, 101, 101, 101, 429]);
    const others = [];
    for (let at = 0; at < 6; at++) others.push(await knock("", {}));
    expect(others).toEqual([101, 101, 101, 101, 101, 429]);
  });
});

describe("any socket", () => {
  it("offers permessage-deflate and sends status and errors in the switched kind of frame (6.1, 9.14)", async () => {
    const { socket, until, kinds } = await connect(null, "");
    expect(socket.extensions).toContain("permessage-deflate");
    socket.send("PING");
    await until((got) => got.length === 1);
    emulator.world.switches = { ...emulator.world.switches, statusFrames: "binary" };
    wallMs += 10_000;
    const frames = await until((got) => got.length === 2);
    expect(frames).toEqual([{ status: "UP" }, { status: "UP" }]);
    expect(kinds).toEqual([false, true]);
  });

  it("counts a page's handshakes, also its messages, or neither, as so switched (1.6, 9.4)", async () => {
    const calm = emulator.world.switches;
    const page = async () => {
      wallMs += 1_000;
      const socket = new WebSocket(emulator.ws, { origin: "https://example.com" });
      open.push(socket);
      const frames: Frame[] = [];
      socket.on("message", (data: Buffer) => frames.push(JSON.parse(data.toString("utf8")) as Frame));
      await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
      return { socket, frames };
    };
    wallMs += 10_000;
    await page();
    await expect(page()).rejects.toThrow("429");
    for (const originRule of ["quotation", "off"] as const) {
      emulator.world.switches = { ...calm, originRule };
      await page();
    }
    emulator.world.switches = { ...calm, originRule: "and-messages" };
    wallMs += 10_000;
    const { socket, frames } = await page();
    socket.send(JSON.stringify([{ ticket: "t" }, { type: "trade", codes: ["KRW-XRP"] }]));
    await expect.poll(() => names(frames)).toEqual(["TOO_MANY_REQUEST"]);
    emulator.world.switches = calm;
  });

  it("closes after an error, or at the end of its life, when so switched (9.14)", async () => {
    const calm = emulator.world.switches;
    emulator.world.switches = { ...calm, closeOnError: true };
    const { socket } = await connect(null, "");
    const closed = new Promise<number>((resolve) => socket.once("close", resolve));
    socket.send("{");
    expect(await closed).toBe(1008);
    emulator.world.switches = { ...calm, connectionLifeMs: 60_000 };
    const second = (await connect(null, "")).socket;
    const ended = new Promise<number>((resolve) => second.once("close", resolve));
    wallMs += 60_000;
    expect(await ended).toBe(1001);
    emulator.world.switches = calm;
  });

  it("loses, doubles, turns and delays frames on a faulty line", async () => {
    const play = (...effects: object[]) =>
      fetch(`${emulator.control}/faults`, {
        method: "PUT",
        body: JSON.stringify({ rules: effects.map((effect) => ({ match: { type: "myOrder" }, effect, count: 1 })) }),
      });
    const { ask, until, frames, socket } = await connect();
    await ask({ type: "myOrder" });
    const told = () => frames.filter((frame) => frame["type"] === "myOrder").map((frame) => frame["identifier"]);
    const place = async (identifier: string) => {
      wallMs += 1_000;
      await client.call("POST", "/v1/orders", bid("2002", identifier));
    };
    await play({ kind: "drop-frame" });
    await place("gone");
    await place("here");
    await until(() => told().includes("here"));
    expect(told()).toEqual(["here"]);
    await play({ kind: "duplicate-frame" });
    await place("twice");
    await until(() => told().length === 3);
    await play({ kind: "reorder-frames" });
    await place("first");
    await place("second");
    await until(() => told().length === 5);
    expect(told()).toEqual(["here", "twice", "twice", "second", "first"]);
    await play({ kind: "clock-skew", skewMs: -600_000 });
    await place("skewed");
    await until(() => told().length === 6);
    expect(Number(frames.at(-1)!["timestamp"])).toBeLessThan(Number(frames.at(-1)!["order_timestamp"]) - 500_000);
    await play({ kind: "disconnect" });
    const closed = new Promise((resolve) => socket.once("close", resolve));
    await place("last");
    expect(await closed).toBe(1006);
  });

  it("shows a book that stands still, under times that go on (6.6)", async () => {
    await fetch(`${emulator.control}/faults`, {
      method: "PUT",
      body: JSON.stringify({ rules: [{ match: { type: "orderbook" }, effect: { kind: "stale-book" } }] }),
    });
    const { socket, until } = await connect(null, "");
    socket.send(JSON.stringify([{ ticket: "t" }, { type: "orderbook", codes: ["KRW-XRP.5"] }]));
    for (let at = 1; at <= 3; at++) {
      await until((got) => got.length >= at);
      wallMs += 60_000;
    }
    const frames = await until((got) => got.length >= 3);
    expect(new Set(frames.map((frame) => JSON.stringify(frame["orderbook_units"]))).size).toBe(1);
    expect(new Set(frames.map((frame) => frame["timestamp"])).size).toBe(frames.length);
  });

  it("refuses the handshake under a fault of its path", async () => {
    await fetch(`${emulator.control}/faults`, {
      method: "PUT",
      body: JSON.stringify({ rules: [{ match: { path: "/websocket/v1" }, effect: { kind: "maintenance" } }] }),
    });
    await expect(connect(null, "")).rejects.toThrow("503");
  });
});
