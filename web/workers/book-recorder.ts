import type { MarketCode } from "../../domain/market-code.ts";
import type { EpochMs } from "../../domain/units.ts";
import type { MarketTrade, OrderBook } from "../../domain/wire.ts";
import { BookMinutes, type BookMinute } from "../features/book-minute.ts";
import { putBookMinutes } from "../store/book-minute-store.ts";
import type { ObservatorDatabase } from "../store/database.ts";

/** The same trade may come twice over the socket; so many last ones are remembered a market. */
const REMEMBERED_TRADES = 500;
/** A minute is told when two seconds of market time have passed over it: its last trades may come late. */
const LATE_MS = 2_000;

type Recorded = { readonly minutes: BookMinutes; readonly trades: Set<string> };

/** Gathers what live books and trades say of each minute, and stores one row a minute beside the candle. Rule F6. */
export class BookRecorder {
  readonly #db: ObservatorDatabase;
  readonly #markets = new Map<MarketCode, Recorded>();
  #writing: Promise<void> = Promise.resolve();

  constructor(db: ObservatorDatabase) {
    this.#db = db;
  }

  takeBook(market: MarketCode, book: OrderBook): void {
    this.#keep(market, this.#of(market).minutes.takeBook(book));
  }

  takeTrade(market: MarketCode, trade: MarketTrade): void {
    const { minutes, trades } = this.#of(market);
    if (trades.has(trade.sequentialId)) return;
    trades.add(trade.sequentialId);
    if (trades.size > REMEMBERED_TRADES) trades.delete(trades.keys().next().value!);
    this.#keep(market, minutes.takeTrade(trade));
  }

  passTime(nowMs: EpochMs): void {
    const overMs = (nowMs - LATE_MS) as EpochMs;
    for (const [market, { minutes }] of this.#markets) this.#keep(market, minutes.passTime(overMs));
  }

  linkLost(nowMs: EpochMs): void {
    for (const { minutes } of this.#markets.values()) minutes.linkLost(nowMs);
  }

  keepOnly(markets: readonly MarketCode[]): void {
    for (const market of this.#markets.keys()) if (!markets.includes(market)) this.#markets.delete(market);
  }

  /** Resolves when everything taken so far is stored. */
  settled(): Promise<void> {
    return this.#writing;
  }

  #of(market: MarketCode): Recorded {
    let found = this.#markets.get(market);
    if (found === undefined) this.#markets.set(market, (found = { minutes: new BookMinutes(), trades: new Set() }));
    return found;
  }

  /** A failing write is a full disk or a bug: the rejection stays in the chain and ends the worker. */
  #keep(market: MarketCode, rows: readonly BookMinute[]): void {
    if (rows.length === 0) return;
    const named = rows.map((row) => ({ ...row, market }));
    this.#writing = this.#writing.then(() => putBookMinutes(this.#db, named));
  }
}
