import type { Duplex } from "node:stream";
import type { RawData, WebSocket } from "ws";
import { MINUTE_MS, SECOND_MS } from "../../domain/units.ts";
import type { ApiKey } from "../accounts/api-keys.ts";
import { STREAM_PERMISSIONS, type PrivateSubscription } from "../private-streams.ts";
import type { ExchangeFront } from "../rest/exchange-front.ts";
import type { Frame } from "./socket-frames.ts";
import type { Stream } from "./socket-streams.ts";
import type { Channels } from "./channels.ts";
import { createOutlet } from "./outlet.ts";
import { readSocketRequest, type AskedType, type SocketError, type Subscription } from "./socket-request.ts";

/** One client. */
export type Connection = {
  /** Sends what is new to it alone, closes when nothing went either way for too long. */
  pulse(): void;
  /** Between these, frames go out together. */
  hold(): void;
  release(): void;
  end(): void;
};

/** Whose connection it is and how it came. */
export type Caller = {
  readonly endpoint: "public" | "private";
  /** null without a valid token. */
  readonly key: ApiKey | null;
  /** Whether each message counts as a request with `Origin`: null, or by which address. */
  readonly countedAs: string | null;
};
export type Line = { readonly socket: WebSocket; readonly stream: Duplex; readonly caller: Caller };
/** What connections share. */
export type Hall = {
  readonly front: ExchangeFront;
  readonly channels: Channels;
  ownStreams(key: ApiKey, own: readonly PrivateSubscription[]): readonly Stream[];
};

/** Source: upbit-api 6.1. */
const IDLE_CLOSE_MS = 120 * SECOND_MS;
const STATUS_EVERY_MS = 10 * SECOND_MS;
/** Source: upbit-api 1.5. */
const MOST_PER_SECOND = 5;
const MOST_PER_MINUTE = 100;
/** Close code of an ended life and of an error: going away, and a broken rule (RFC 6455, 7.4.1). */
const GOING_AWAY = 1001;
const BROKEN_RULE = 1008;

export function connect({ socket, stream, caller }: Line, hall: Hall): Connection {
  const { front, channels } = hall;
  const { world, limits } = front.wire;
  const wallNow = () => world.clock.wallNow();
  const bornMs = wallNow();
  const mayAsk = messageLimit();
  const outlet = createOutlet(socket, stream, front, caller.key?.pocketId ?? null);
  let asked: readonly AskedType[] = [];
  let subscribed: readonly Subscription[] = [];
  let own: readonly Stream[] = [];
  let statusDueMs = Infinity;

  const sendStatus = (): void => {
    statusDueMs = wallNow() + STATUS_EVERY_MS;
    outlet.plain({ status: "UP" });
  };
  const sendError = (error: SocketError): void => {
    outlet.plain({ error });
    if (world.switches.closeOnError) socket.close(BROKEN_RULE);
  };
  /** @returns snapshots of what was asked for */
  const join = (): Frame[] => {
    channels.leave(outlet);
    return subscribed.flatMap((subscription) => channels.join(outlet, subscription, outlet.format));
  };
  function receive(text: string): void {
    outlet.trafficMs = wallNow();
    const isPing = text === "PING";
    if ((!isPing || world.switches.pingCounts) && !mayAsk(wallNow())) return sendError(TOO_MANY);
    if (isPing) return sendStatus();
    if (caller.countedAs !== null && !limits.take("origin", caller.countedAs, wallNow()).allowed)
      return sendError(TOO_MANY);
    const request = readSocketRequest(text, reachOf(caller, hall));
    if (!request.ok) return sendError(request.fault);
    outlet.format = request.value.format ?? outlet.format;
    if (request.value.kind === "list") {
      join();
      return outlet.answer({ method: "LIST_SUBSCRIPTIONS", result: asked, ticket: request.value.ticket });
    }
    ({ asked, subscriptions: subscribed } = request.value);
    own = caller.key ? hall.ownStreams(caller.key, request.value.own) : [];
    for (const frame of [...join(), ...own.flatMap((one) => one.first())]) outlet.send(frame);
  }
  socket.on("message", (data) => receive(textOf(data)));
  for (const sign of ["ping", "pong"] as const) socket.on(sign, () => (outlet.trafficMs = wallNow()));
  socket.on("error", () => socket.terminate());

  return {
    hold: outlet.hold,
    release: outlet.release,
    end: () => channels.leave(outlet),
    pulse: () => {
      const life = world.switches.connectionLifeMs;
      if (life > 0 && wallNow() - bornMs >= life) return socket.close(GOING_AWAY);
      if (wallNow() - outlet.trafficMs > IDLE_CLOSE_MS) return socket.close();
      if (wallNow() >= statusDueMs) sendStatus();
      for (const one of own) one.next().forEach(outlet.send);
    },
  };
}

const TOO_MANY: SocketError = { name: "TOO_MANY_REQUEST", message: "Too many messages." };

/** Source: upbit-api 2.1: which permission a private type needs. */
function reachOf({ endpoint, key }: Caller, { front }: Hall) {
  const { world } = front.wire;
  const valid = key !== null && world.clock.now() < key.expireAtMs;
  return {
    endpoint,
    markets: new Set<string>(world.exchange.feeds.keys()),
    mostCodes: world.switches.mostCodes,
    allowed: valid
      ? (["myOrder", "myAsset"] as const).filter((type) => key.permissions.includes(STREAM_PERMISSIONS[type]))
      : null,
  };
}

/** @returns a function that answers whether one more message may be taken now */
function messageLimit(): (wallMs: number) => boolean {
  let taken: number[] = [];
  return (wallMs) => {
    taken = taken.filter((time) => wallMs - time < MINUTE_MS);
    const lately = taken.filter((time) => wallMs - time < SECOND_MS).length;
    if (lately >= MOST_PER_SECOND || taken.length >= MOST_PER_MINUTE) return false;
    taken.push(wallMs);
    return true;
  };
}

const textOf = (data: RawData): string =>
  (Array.isArray(data) ? Buffer.concat(data) : data instanceof ArrayBuffer ? Buffer.from(data) : data).toString("utf8");
