import type { RawData, WebSocket } from "ws";
import { SECOND_MS } from "../domain/units.ts";
import { frameBytes, type Frame } from "./socket-frames.ts";
import { readSocketRequest, type FrameFormat, type SocketRequest } from "./socket-request.ts";
import type { createStreams, Stream } from "./socket-streams.ts";
import type { World } from "./world.ts";

/** One subscriber. */
export type Connection = {
  /** Sends what is new, closes when nothing went either way for too long. */
  pulse(): void;
};

/** Source: upbit-api 6.1. */
const IDLE_CLOSE_MS = 120 * SECOND_MS;
const STATUS_EVERY_MS = 10 * SECOND_MS;
/** Messages a client may send; a text PING is none of them. Source: upbit-api 1.5, 9.14. */
const MOST_PER_SECOND = 5;
const MOST_PER_MINUTE = 100;
/** A client that reads more slowly than this much is cut off rather than kept in memory. */
const MOST_BUFFERED_BYTES = 8 * 1024 * 1024;

export function connect(socket: WebSocket, world: World, makeStreams: ReturnType<typeof createStreams>): Connection {
  const wallNow = () => world.clock.wallNow();
  const mayAsk = messageLimit();
  let format: FrameFormat = "DEFAULT";
  let asked: Extract<SocketRequest, { kind: "subscribe" }>["asked"] = [];
  let streams: Stream[] = [];
  let lastTrafficMs = wallNow();
  let statusDueMs = Infinity;

  function send(frame: Frame): void {
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > MOST_BUFFERED_BYTES) return socket.terminate();
    lastTrafficMs = wallNow();
    socket.send(frameBytes(frame, format), { binary: true });
  }
  function sendStatus(): void {
    statusDueMs = wallNow() + STATUS_EVERY_MS;
    send({ status: "UP" });
  }
  function receive(text: string): void {
    lastTrafficMs = wallNow();
    if (text === "PING") return sendStatus();
    if (!mayAsk(wallNow())) return send({ error: { name: "TOO_MANY_REQUEST", message: "Too many messages." } });
    const request = readSocketRequest(text, new Set(world.exchange.feeds.keys()));
    if (!request.ok) return send({ error: request.fault });
    if (request.value.kind === "list")
      return send({ method: "LIST_SUBSCRIPTIONS", result: asked, ticket: request.value.ticket });
    ({ format, asked } = request.value);
    streams = makeStreams(request.value.subscriptions);
    for (const stream of streams) stream.first().forEach(send);
  }
  socket.on("message", (data) => receive(textOf(data)));
  for (const sign of ["ping", "pong"] as const) socket.on(sign, () => (lastTrafficMs = wallNow()));
  socket.on("error", () => socket.terminate());

  return {
    pulse: () => {
      if (wallNow() - lastTrafficMs > IDLE_CLOSE_MS) return socket.close();
      if (wallNow() >= statusDueMs) sendStatus();
      for (const stream of streams) stream.next().forEach(send);
    },
  };
}

/** @returns a function that answers whether one more message may be taken now */
function messageLimit(): (wallMs: number) => boolean {
  let taken: number[] = [];
  return (wallMs) => {
    taken = taken.filter((time) => wallMs - time < 60 * SECOND_MS);
    const lately = taken.filter((time) => wallMs - time < SECOND_MS).length;
    if (lately >= MOST_PER_SECOND || taken.length >= MOST_PER_MINUTE) return false;
    taken.push(wallMs);
    return true;
  };
}

const textOf = (data: RawData): string =>
  (Array.isArray(data) ? Buffer.concat(data) : data instanceof ArrayBuffer ? Buffer.from(data) : data).toString("utf8");
