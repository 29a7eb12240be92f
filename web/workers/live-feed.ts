import type { Candle } from "../../domain/candle.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import { epochMs, SECOND_MS, type EpochMs } from "../../domain/units.ts";
import type { UpbitFrame } from "../../domain/upbit-frame.ts";
import { ExchangeSocket, type SocketPorts, type SocketStatus } from "../collect/exchange-socket.ts";
import type { MarketClock } from "../collect/market-clock.ts";
import { MarketCollector, type CandleWay, type CollectorPorts } from "../collect/market-collector.ts";
import { MarketPoller, type PollerPorts } from "../collect/market-poller.ts";
import { BookRecorder } from "./book-recorder.ts";
import type { LinkState, LiveMessage } from "./protocol.ts";
import { bookOf, QuoteBoard, runningOf, tickerOf, tradeOf } from "./quote-board.ts";
import { isStorageFull } from "../store/storage-result.ts";

export type FeedPorts = {
  readonly socket: SocketPorts;
  readonly collector: CollectorPorts;
  readonly poller: PollerPorts;
  readonly clock: MarketClock;
  post(message: LiveMessage): void;
  onClosed(market: MarketCode, candle: Candle, way: CandleWay): void;
};

/** A socket that connects shows its first frame within this time; polling begins when it does not, at once where it is
 *  known to wait. */
const SOCKET_GRACE_MS = 2 * SECOND_MS;

/** The socket, what stands in for it while it is silent, one collector a market, and the quotes that the screens see.
 *  Rule C26. */
export class LiveFeed {
  readonly #ports: FeedPorts;
  readonly #socket: ExchangeSocket;
  readonly #poller: MarketPoller;
  readonly #board = new QuoteBoard();
  readonly #books: BookRecorder;
  readonly #collectors = new Map<MarketCode, MarketCollector>();
  #linkUp = false;
  /** Wall time since when there is no live socket. */
  #silentSinceMs: EpochMs;
  /** Wall time of the last answer while polling; null while nothing came. */
  #polledMs: EpochMs | null = null;

  constructor(exchangeWsUrl: string, ports: FeedPorts) {
    this.#ports = ports;
    this.#silentSinceMs = ports.socket.wallNow();
    this.#books = new BookRecorder(ports.collector.db);
    this.#socket = new ExchangeSocket(exchangeWsUrl, ports.socket, {
      onFrame: (market, frame) => this.#takeFrame(market, frame),
      onStatus: (status) => this.#onStatus(status),
    });
    this.#poller = new MarketPoller(ports.poller, {
      onTicker: (ticker) => this.#board.takeTicker(ticker),
      onBook: (book) => this.#board.takeBook(book),
      onTrades: (market, trades) => {
        this.#board.takeTrades(market, trades);
        this.#board.takeRunning(market, runningOf(trades, ports.clock.exchangeNow()));
      },
      onRound: (heard) => this.#onRound(heard),
    });
  }

  /** Follows exactly these markets from now on. */
  async follow(markets: readonly MarketCode[], historyDays: number): Promise<void> {
    for (const [market, collector] of this.#collectors) {
      if (markets.includes(market)) continue;
      collector.stop();
      this.#collectors.delete(market);
    }
    const { collector: ports, onClosed } = this.#ports;
    for (const market of markets) {
      const known = this.#collectors.get(market);
      known?.wantHistory(historyDays);
      if (known !== undefined) continue;
      const collector = new MarketCollector(market, historyDays, ports, (...closed) => onClosed(market, ...closed));
      this.#collectors.set(market, collector);
      collector.setPolling(this.#poller.isRunning());
      await collector.start();
    }
    this.#board.keepOnly(markets);
    this.#books.keepOnly(markets);
    this.#poller.follow(markets);
    this.#socket.follow(markets);
  }

  collector(market: MarketCode): MarketCollector | null {
    return this.#collectors.get(market) ?? null;
  }

  /** Several times a second: what time alone decides. */
  tick(): void {
    const { lastFrameMs, state } = this.#socket.status();
    const heardMs = lastFrameMs === null ? epochMs(0) : this.#ports.clock.at(lastFrameMs);
    for (const [market, collector] of this.#collectors) {
      collector.tick(heardMs);
      if (!this.#poller.isRunning()) this.#board.takeRunning(market, collector.running());
    }
    this.#books.passTime(this.#ports.clock.exchangeNow());
    const silentMs = this.#ports.socket.wallNow() - this.#silentSinceMs;
    if (state !== "live" && (state === "waiting" || silentMs > SOCKET_GRACE_MS)) this.#setPolling(true);
  }

  /** At most four times a second: what has changed on the board. */
  flush(): void {
    for (const quote of this.#board.quotes("changed")) this.#ports.post({ type: "quote", quote });
  }

  /** How the link is doing, also while nothing about it changes: its last sign of life grows old on the screens. */
  tellLink(): void {
    const { state, lastFrameMs, reconnects, badFrames } = this.#socket.status();
    const polls = state !== "live" && this.#polledMs !== null;
    const shown: LinkState = polls ? "polling" : state;
    const driftMs = this.#ports.clock.driftMs();
    const heardMs = polls ? this.#polledMs : lastFrameMs;
    const storageFull = isStorageFull();
    this.#ports.post({ type: "link", state: shown, lastFrameMs: heardMs, reconnects, badFrames, driftMs, storageFull });
  }

  /** For a tab that has just opened. */
  resend(): void {
    this.tellLink();
    for (const quote of this.#board.quotes("all")) this.#ports.post({ type: "quote", quote });
  }

  #takeFrame(market: MarketCode, frame: UpbitFrame): void {
    const isNew = frame.stream_type === "REALTIME";
    switch (frame.type) {
      case "ticker":
        if (isNew) this.#ports.clock.hear(epochMs(frame.timestamp));
        return this.#board.takeTicker(tickerOf(market, frame));
      case "orderbook": {
        const book = bookOf(market, frame);
        this.#books.takeBook(market, book);
        return this.#board.takeBook(book);
      }
      case "trade": {
        const trade = tradeOf(frame);
        // The snapshot's trade was made before we listened.
        if (isNew) this.#books.takeTrade(market, trade);
        return this.#board.takeTrades(market, [trade]);
      }
      case "candle.1m":
        return this.#collectors.get(market)?.takeFrame(frame);
    }
  }

  #onStatus({ state }: SocketStatus): void {
    const up = state === "live";
    if (this.#linkUp && !up) {
      this.#silentSinceMs = this.#ports.socket.wallNow();
      for (const collector of this.#collectors.values()) collector.linkLost();
      this.#books.linkLost(this.#ports.clock.exchangeNow());
    }
    this.#linkUp = up;
    if (up) {
      // What came between the last round and this frame is on the open day's page.
      if (this.#poller.isRunning()) for (const collector of this.#collectors.values()) collector.linkLost();
      this.#setPolling(false);
      // The relay's trades fill the list where the socket shows only what comes from now on.
      for (const market of this.#collectors.keys()) void this.#restoreTrades(market);
    }
    this.tellLink();
  }

  #setPolling(polling: boolean): void {
    if (polling === this.#poller.isRunning()) return;
    this.#polledMs = null;
    if (polling) this.#poller.start();
    else this.#poller.stop();
    for (const collector of this.#collectors.values()) collector.setPolling(polling);
  }

  #onRound(heard: boolean): void {
    if (heard) this.#polledMs = this.#ports.poller.wallNow();
    else this.#polledMs = null;
    this.tellLink();
  }

  async #restoreTrades(market: MarketCode): Promise<void> {
    const answer = await this.#ports.poller.relay.trades(market);
    if (answer.ok && this.#collectors.has(market)) this.#board.takeTrades(market, answer.value.trades);
  }
}
