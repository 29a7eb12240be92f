import type { MarketCode } from "../../domain/market-code.ts";
import { SECOND_MS, type EpochMs } from "../../domain/units.ts";
import type { MarketTrade, OrderBook, Ticker } from "../../domain/wire.ts";
import type { RelayClient } from "../relay-client.ts";

export type PollerPorts = {
  readonly relay: Pick<RelayClient, "tickers" | "orderBooks" | "trades">;
  wallNow(): EpochMs;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
};
export type PollerListener = {
  onTicker(ticker: Ticker): void;
  onBook(book: OrderBook): void;
  /** Newest first, with many that are known already. */
  onTrades(market: MarketCode, trades: readonly MarketTrade[]): void;
  /** A round has ended; with `false` nothing came. */
  onRound(heard: boolean): void;
};

/** The relay answers from a cache of a second; twice that is calm for it and still alive for a reader. */
const EVERY_MS = 2 * SECOND_MS;
const LONGEST_WAIT_MS = 30 * SECOND_MS;

/** Asks the relay for what the socket would tell, while the socket may not or cannot. Rule C26. */
export class MarketPoller {
  readonly #ports: PollerPorts;
  readonly #listener: PollerListener;
  #markets: readonly MarketCode[] = [];
  #running: AbortController | null = null;

  constructor(ports: PollerPorts, listener: PollerListener) {
    this.#ports = ports;
    this.#listener = listener;
  }

  follow(markets: readonly MarketCode[]): void {
    this.#markets = markets;
  }

  isRunning(): boolean {
    return this.#running !== null;
  }

  start(): void {
    if (this.#running !== null) return;
    this.#running = new AbortController();
    void this.#run(this.#running.signal);
  }

  stop(): void {
    this.#running?.abort();
    this.#running = null;
  }

  async #run(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted;) {
      const waitMs = this.#markets.length === 0 ? 0 : await this.#round(signal);
      if (signal.aborted) return;
      failures = waitMs === 0 ? 0 : failures + 1;
      const backOffMs = Math.min(EVERY_MS * 2 ** failures, LONGEST_WAIT_MS);
      await this.#ports.sleep(Math.max(backOffMs, waitMs), signal);
    }
  }

  /** @returns 0, or how long to wait because nothing came */
  async #round(signal: AbortSignal): Promise<number> {
    const { relay } = this.#ports;
    const markets = this.#markets;
    const listener = this.#listener;
    const asked = [
      relay.tickers(markets).then((answer) => {
        if (answer.ok && !signal.aborted) answer.value.tickers.forEach((ticker) => listener.onTicker(ticker));
        return answer;
      }),
      relay.orderBooks(markets).then((answer) => {
        if (answer.ok && !signal.aborted) answer.value.books.forEach((book) => listener.onBook(book));
        return answer;
      }),
      ...markets.map((market) =>
        relay.trades(market).then((answer) => {
          if (answer.ok && !signal.aborted) listener.onTrades(market, answer.value.trades);
          return answer;
        }),
      ),
    ];
    const answers = await Promise.all(asked);
    if (signal.aborted) return 0;
    const heard = answers.some((answer) => answer.ok);
    listener.onRound(heard);
    if (heard) return 0;
    return Math.max(EVERY_MS, ...answers.map((answer) => (answer.ok ? 0 : (answer.fault.retryAfterMs ?? 0))));
  }
}
