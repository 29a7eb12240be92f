import type { Candle } from "../../domain/candle.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import { epochMs } from "../../domain/units.ts";
import { ExchangeSocket, type SocketPorts, type SocketStatus } from "../collect/exchange-socket.ts";
import type { MarketClock } from "../collect/market-clock.ts";
import { MarketCollector, type CollectorPorts } from "../collect/market-collector.ts";
import type { LiveMessage } from "./protocol.ts";
import { QuoteBoard } from "./quote-board.ts";

export type FeedPorts = {
  readonly socket: SocketPorts;
  readonly collector: CollectorPorts;
  readonly clock: MarketClock;
  post(message: LiveMessage): void;
  onClosed(market: MarketCode, candle: Candle): void;
};

/** The socket, one collector a market, and the quotes that the screens see. */
export class LiveFeed {
  readonly #ports: FeedPorts;
  readonly #socket: ExchangeSocket;
  readonly #board = new QuoteBoard();
  readonly #collectors = new Map<MarketCode, MarketCollector>();
  #linkUp = false;

  constructor(exchangeWsUrl: string, ports: FeedPorts) {
    this.#ports = ports;
    this.#socket = new ExchangeSocket(exchangeWsUrl, ports.socket, {
      onFrame: (market, frame) => {
        this.#board.take(market, frame);
        if (frame.type === "candle.1m") this.#collectors.get(market)?.takeFrame(frame);
      },
      onStatus: (status) => this.#onStatus(status),
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
      const collector = new MarketCollector(market, historyDays, ports, (candle) => onClosed(market, candle));
      this.#collectors.set(market, collector);
      await collector.start();
    }
    this.#board.keepOnly(markets);
    this.#socket.follow(markets);
  }

  /** Several times a second: what time alone decides. */
  tick(): void {
    const { lastFrameMs } = this.#socket.status();
    const heardMs = lastFrameMs === null ? epochMs(0) : this.#ports.clock.at(lastFrameMs);
    for (const collector of this.#collectors.values()) collector.tick(heardMs);
  }

  /** At most four times a second: what has changed on the board. */
  flush(): void {
    for (const quote of this.#board.quotes("changed")) this.#ports.post({ type: "quote", quote });
  }

  /** How the link is doing, also while nothing about it changes: its last sign of life grows old on the screens. */
  tellLink(): void {
    this.#postLink(this.#socket.status());
  }

  /** For a tab that has just opened. */
  resend(): void {
    this.tellLink();
    for (const quote of this.#board.quotes("all")) this.#ports.post({ type: "quote", quote });
  }

  #onStatus(status: SocketStatus): void {
    const up = status.state === "live";
    if (this.#linkUp && !up) for (const collector of this.#collectors.values()) collector.linkLost();
    this.#linkUp = up;
    this.#postLink(status);
  }

  #postLink({ state, lastFrameMs, reconnects }: SocketStatus): void {
    this.#ports.post({ type: "link", state, lastFrameMs, reconnects });
  }
}
