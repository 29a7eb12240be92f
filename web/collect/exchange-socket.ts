import type { MarketCode } from "../../domain/market-code.ts";
import { SECOND_MS, type EpochMs } from "../../domain/units.ts";
import type { UpbitFrame } from "../../domain/upbit-frame.ts";
import { parseReceived } from "./frame.ts";
import { ORIGIN_SPACING_MS } from "./origin-gate.ts";

/** What the socket needs of the world; the worker gives it the real one. */
export type SocketPorts = {
  connect(url: string): WebSocket;
  wallNow(): EpochMs;
  /** 0 ≤ x < 1 */
  random(): number;
  /** Any text that is new each time: names a subscription. */
  ticket(): string;
  /** Takes this browser's next turn with the exchange; milliseconds to wait for it. */
  reserveTurn(): number;
};

export type SocketState = "connecting" | "live" | "waiting" | "offline";
export type SocketStatus = {
  readonly state: SocketState;
  /** Wall time of the last frame of a market; an answer to PING says nothing about the markets. */
  readonly lastFrameMs: EpochMs | null;
  readonly reconnects: number;
  readonly badFrames: number;
  /** The exchange's name for what it disliked about our last request. */
  readonly refusal: string | null;
};

export type SocketListener = {
  onFrame(market: MarketCode, frame: UpbitFrame): void;
  /** The state changed; `live` after anything else means that what happened meanwhile was missed. */
  onStatus(status: SocketStatus): void;
};

/** No sooner than a page may connect again. Rule C7. */
export const SHORTEST_RECONNECT_MS = ORIGIN_SPACING_MS;
/** Minutes of trouble are the exchange's maintenance: ask once a minute, no more rarely, as candles are waited for. */
const LONGEST_RECONNECT_MS = 60 * SECOND_MS;
/** Jitter keeps a thousand browsers from coming back in one instant. */
const JITTER_SHARE = 0.5;
/** The exchange closes after 120 s without traffic and answers a PING every 10 s. Source: upbit-api 6.1. */
const PING_MS = 30 * SECOND_MS;
const DEAD_AFTER_MS = 60 * SECOND_MS;
const LOOK_MS = 5 * SECOND_MS;
/** A subscription is answered with a snapshot at once; one that is not was refused without a word. */
const UNANSWERED_MS = 15 * SECOND_MS;
/** Where PING is answered and nothing else comes, either nothing happens or the exchange has forgotten us: the same
 *  subscription is sent again, which a link that works answers with a snapshot. */
const QUIET_MS = 15 * SECOND_MS;
/** One that does not answer in this time counts as live no longer. */
const DOUBTED_MS = 4 * SECOND_MS;
/** `WebSocket.OPEN` */
const OPEN = 1;

/** @param attempt failures in a row, from 1 */
export const reconnectDelay = (attempt: number, random: number): number => {
  const base = Math.min(SHORTEST_RECONNECT_MS * 2 ** (attempt - 1), LONGEST_RECONNECT_MS);
  return Math.round(base * (1 + JITTER_SHARE * random));
};

/** The one request of a connection: everything the product shows of a market. Source: upbit-api 6.2.
 *  Fifteen levels of the book are what a screen holds. */
export function subscription(markets: readonly MarketCode[], ticket: string): string {
  return JSON.stringify([
    { ticket },
    { type: "ticker", codes: markets },
    { type: "trade", codes: markets },
    { type: "orderbook", codes: markets.map((market) => `${market}.15`) },
    { type: "candle.1m", codes: markets },
    { format: "DEFAULT" },
  ]);
}

const sameSet = (one: readonly MarketCode[], other: readonly MarketCode[]): boolean =>
  one.length === other.length && one.every((market) => other.includes(market));

/** One connection to the exchange's public stream that comes back by itself. Rules C3, C7. */
export class ExchangeSocket {
  readonly #url: string;
  readonly #ports: SocketPorts;
  readonly #listener: SocketListener;
  readonly #look: ReturnType<typeof setInterval>;
  #socket: WebSocket | null = null;
  #retry: ReturnType<typeof setTimeout> | null = null;
  #markets: readonly MarketCode[] = [];
  #failures = 0;
  /** The next message, when it has to wait for its turn. */
  #asking: ReturnType<typeof setTimeout> | null = null;
  /** A subscription right after its connection failed: messages may count as requests, so they take turns too. */
  #messagesTakeTurns = false;
  /** Wall time of the subscription that no frame has answered yet. */
  #unansweredMs: number | null = null;
  /** Wall times of this connection's last sign of life (its birth at first) and of our last PING. */
  #heardMs = 0;
  #pingedMs = 0;
  #status: SocketStatus = { state: "offline", lastFrameMs: null, reconnects: 0, badFrames: 0, refusal: null };

  /** Connects with the first `follow`. */
  constructor(url: string, ports: SocketPorts, listener: SocketListener) {
    this.#url = url;
    this.#ports = ports;
    this.#listener = listener;
    this.#look = setInterval(() => this.#lookAfter(), LOOK_MS);
  }

  status(): SocketStatus {
    return this.#status;
  }

  /** Chooses the markets: the whole set each time, as each request replaces the one before it. */
  follow(markets: readonly MarketCode[]): void {
    if (sameSet(markets, this.#markets)) return;
    this.#markets = [...markets];
    if (this.#socket !== null) this.#request();
    else if (this.#retry === null) this.#connect();
  }

  close(): void {
    clearInterval(this.#look);
    if (this.#retry !== null) clearTimeout(this.#retry);
    this.#forgetQuestion();
    const open = this.#socket;
    this.#socket = null;
    open?.close();
    this.#change({ state: "offline" });
  }

  #change(next: Partial<SocketStatus>): void {
    const before = this.#status.state;
    this.#status = { ...this.#status, ...next };
    if (this.#status.state !== before) this.#listener.onStatus(this.#status);
  }

  /** Connects when it is this browser's turn: after a reload that may be ten seconds away. */
  #connect(): void {
    const waitMs = this.#ports.reserveTurn();
    this.#retry = null;
    if (waitMs <= 0) return this.#open();
    this.#change({ state: "waiting" });
    this.#retry = setTimeout(() => this.#open(), waitMs);
  }

  #open(): void {
    this.#retry = null;
    this.#change({ state: "connecting" });
    const socket = this.#ports.connect(this.#url);
    this.#socket = socket;
    this.#heardMs = this.#pingedMs = this.#ports.wallNow();
    socket.binaryType = "arraybuffer";
    socket.addEventListener("open", () => this.#request());
    socket.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
      if (this.#socket === socket) this.#receive(data);
    });
    socket.addEventListener("close", () => this.#lose(socket));
  }

  /** @param afterMs at least so long from now */
  #request(afterMs = 0): void {
    if (this.#asking !== null) return;
    const waitMs = Math.max(afterMs, this.#messagesTakeTurns ? this.#ports.reserveTurn() : 0);
    if (waitMs <= 0) return this.#send();
    this.#asking = setTimeout(() => {
      this.#asking = null;
      this.#send();
    }, waitMs);
  }

  #send(): void {
    if (this.#socket?.readyState !== OPEN || this.#markets.length === 0) return;
    this.#socket.send(subscription(this.#markets, this.#ports.ticket()));
    this.#unansweredMs = this.#ports.wallNow();
  }

  #receive(payload: unknown): void {
    const received = parseReceived(payload);
    if (received.kind === "bad") return this.#change({ badFrames: this.#status.badFrames + 1 });
    const nowMs = this.#ports.wallNow();
    this.#heardMs = nowMs;
    if (received.kind === "refused") return this.#askAgain(received.name);
    if (received.kind === "alive") return;
    this.#failures = 0;
    this.#unansweredMs = null;
    this.#change({ state: "live", lastFrameMs: nowMs });
    this.#listener.onFrame(received.market, received.frame);
  }

  /** The connection stands and its request was refused: asked again on it, in turn and ever more rarely. */
  #askAgain(name: string): void {
    this.#change({ refusal: name });
    this.#messagesTakeTurns = true;
    this.#unansweredMs = null;
    this.#failures += 1;
    this.#request(reconnectDelay(this.#failures, this.#ports.random()));
  }

  #lose(socket: WebSocket): void {
    if (this.#socket !== socket) return;
    this.#socket = null;
    if (this.#unansweredMs !== null) this.#messagesTakeTurns = true;
    this.#forgetQuestion();
    this.#failures += 1;
    this.#change({ state: "waiting", reconnects: this.#status.reconnects + 1 });
    this.#retry = setTimeout(() => this.#connect(), reconnectDelay(this.#failures, this.#ports.random()));
  }

  #forgetQuestion(): void {
    if (this.#asking !== null) clearTimeout(this.#asking);
    this.#asking = null;
    this.#unansweredMs = null;
  }

  /** A connection may die without a word: a laptop that slept, a network that changed. It may also live and be deaf. */
  #lookAfter(): void {
    const socket = this.#socket;
    if (socket === null) return;
    const nowMs = this.#ports.wallNow();
    const waitedMs = this.#unansweredMs === null ? 0 : nowMs - this.#unansweredMs;
    const { state, lastFrameMs } = this.#status;
    if (state === "live" && waitedMs > DOUBTED_MS) this.#change({ state: "connecting" });
    else if (state === "live" && waitedMs === 0 && nowMs - (lastFrameMs ?? nowMs) >= QUIET_MS) this.#request();
    if (waitedMs > UNANSWERED_MS || nowMs - this.#heardMs > DEAD_AFTER_MS) {
      this.#lose(socket);
      socket.close();
    } else if (socket.readyState === OPEN && nowMs - this.#pingedMs >= PING_MS) {
      this.#pingedMs = nowMs;
      socket.send("PING");
    }
  }
}
