import { epochMs, MINUTE_MS, type EpochMs } from "../../domain/units.ts";
import { intervalStart } from "../../domain/time.ts";

/** One side of the book, best price first. */
export type BookSide = readonly { readonly price: number; readonly size: number }[];
export type Book = { readonly atMs: EpochMs; readonly bids: BookSide; readonly asks: BookSide };
export type Trade = {
  readonly atMs: EpochMs;
  readonly price: number;
  readonly volume: number;
  /** Who took: bid = a buyer hit an ask. */
  readonly takerSide: "bid" | "ask";
};

/** What a minute's order book and trades said, beside its candle. Null where nothing was there to be measured. */
export type BookMinute = {
  readonly openTimeMs: EpochMs;
  /** Mean of the spread over the time in which the book was known, bps of the mid price. */
  readonly spreadBps: number | null;
  /** Mid price of the last book of the minute, quote currency. */
  readonly mid: number | null;
  /** Mean of the imbalance over the time in which the book was known, −1 (asks alone) … 1 (bids alone). */
  readonly imbalance: number | null;
  /** Volumes by the taker's side, base currency. */
  readonly buyVolume: number;
  readonly sellVolume: number;
  /** buyVolume ÷ (buyVolume + sellVolume); null without a trade. */
  readonly buyShare: number | null;
  readonly tradeCount: number;
  /** Milliseconds of the minute for which a book was known: 60,000 when nothing was missed. */
  readonly bookKnownMs: number;
};

/** Levels that count. Imbalance further from the touch tells less, and thin markets have no more. */
export const IMBALANCE_LEVELS = 5;

/** (best ask − best bid) ÷ mid, in bps. */
export const spreadBpsOf = (bestBid: number, bestAsk: number): number =>
  ((bestAsk - bestBid) / midOf(bestBid, bestAsk)) * 10_000;
export const midOf = (bestBid: number, bestAsk: number): number => (bestBid + bestAsk) / 2;

/** (B − A) ÷ (B + A) with B and A the sizes of the best `IMBALANCE_LEVELS` levels of each side; null for an empty book.
 *  Source: Cartea, Donnelly and Jaimungal 2018, "Enhancing trading strategies with order book signals", section 2 (there
 *  with one level; more levels as in Cao, Hansch and Wang 2009). */
export function imbalanceOf(bids: BookSide, asks: BookSide): number | null {
  const sizeOf = (side: BookSide) => side.slice(0, IMBALANCE_LEVELS).reduce((sum, level) => sum + level.size, 0);
  const [bid, ask] = [sizeOf(bids), sizeOf(asks)];
  return bid + ask > 0 ? (bid - ask) / (bid + ask) : null;
}

type Standing = { readonly spreadBps: number; readonly mid: number; readonly imbalance: number };
type Sums = {
  knownMs: number;
  spread: number;
  imbalance: number;
  mid: number | null;
  buy: number;
  sell: number;
  trades: number;
};
const noSums = (): Sums => ({ knownMs: 0, spread: 0, imbalance: 0, mid: null, buy: 0, sell: 0, trades: 0 });

/** Gathers one market's live books and trades into one row a minute. A book holds until the next one or until the link
 *  breaks; it is weighted by how long it held. Times are the exchange's. What comes late for a minute that has been told
 *  is left out. Rule F6. */
export class BookMinutes {
  #standing: Standing | null = null;
  #sums = noSums();
  #minuteMs: number | null = null;
  /** Up to here it is settled what was known. */
  #countedMs = -Infinity;

  takeBook(book: Book): BookMinute[] {
    const told = this.#goTo(book.atMs);
    const [bid, ask] = [book.bids[0], book.asks[0]];
    const imbalance = imbalanceOf(book.bids, book.asks);
    // A book that an earlier one overtook on its way says nothing about now.
    if (this.#minuteMs === null || book.atMs < this.#countedMs) return told;
    this.#settle(book.atMs);
    if (bid === undefined || ask === undefined || imbalance === null) this.#standing = null;
    else {
      const mid = midOf(bid.price, ask.price);
      this.#standing = { spreadBps: spreadBpsOf(bid.price, ask.price), mid, imbalance };
      this.#sums.mid = mid;
    }
    return told;
  }

  takeTrade(trade: Trade): BookMinute[] {
    const told = this.#goTo(trade.atMs);
    if (this.#minuteMs === null || trade.atMs < this.#minuteMs) return told;
    if (trade.takerSide === "bid") this.#sums.buy += trade.volume;
    else this.#sums.sell += trade.volume;
    this.#sums.trades += 1;
    return told;
  }

  /** The minutes that are over at `nowMs`. */
  passTime(nowMs: EpochMs): BookMinute[] {
    return this.#minuteMs === null ? [] : this.#goTo(nowMs);
  }

  /** The link broke: from here on nothing is known. */
  linkLost(nowMs: EpochMs): void {
    if (this.#minuteMs !== null) this.#settle(nowMs);
    this.#standing = null;
  }

  /** Tells the minutes that ended before `nowMs`; after a long silence the empty ones between are not told. */
  #goTo(nowMs: number): BookMinute[] {
    const nowMinuteMs = intervalStart(epochMs(nowMs), MINUTE_MS);
    if (this.#minuteMs === null) this.#minuteMs = nowMinuteMs;
    const told: BookMinute[] = [];
    while (this.#minuteMs < nowMinuteMs) {
      this.#settle(this.#minuteMs + MINUTE_MS);
      const row = rowOf(this.#minuteMs, this.#sums);
      if (row !== null) told.push(row);
      this.#sums = noSums();
      const idle = this.#standing === null;
      this.#minuteMs = idle ? nowMinuteMs : this.#minuteMs + MINUTE_MS;
      if (this.#standing !== null) this.#sums.mid = this.#standing.mid;
    }
    return told;
  }

  /** Adds what the standing book held until `toMs`, at most to the minute's end. */
  #settle(toMs: number): void {
    const untilMs = Math.min(toMs, this.#minuteMs! + MINUTE_MS);
    const heldMs = untilMs - this.#countedMs;
    if (heldMs <= 0) return;
    this.#countedMs = untilMs;
    if (this.#standing === null) return;
    this.#sums.knownMs += heldMs;
    this.#sums.spread += this.#standing.spreadBps * heldMs;
    this.#sums.imbalance += this.#standing.imbalance * heldMs;
  }
}

function rowOf(minuteMs: number, sums: Sums): BookMinute | null {
  const { knownMs, spread, imbalance, mid, buy, sell, trades } = sums;
  if (knownMs === 0 && trades === 0) return null;
  return {
    openTimeMs: epochMs(minuteMs),
    spreadBps: knownMs > 0 ? spread / knownMs : null,
    mid,
    imbalance: knownMs > 0 ? imbalance / knownMs : null,
    buyVolume: buy,
    sellVolume: sell,
    buyShare: buy + sell > 0 ? buy / (buy + sell) : null,
    tradeCount: trades,
    bookKnownMs: knownMs,
  };
}
