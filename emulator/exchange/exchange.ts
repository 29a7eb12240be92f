import { assert } from "../../domain/assert.ts";
import { Big } from "../../domain/decimal.ts";
import { rest } from "../../domain/matching.ts";
import { holdingOf, receive, type Account } from "../../domain/matching-account.ts";
import { newOrder, type MatchingEvent, type MatchingOrder } from "../../domain/matching-order.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import type { Result } from "../../domain/result.ts";
import type { EpochMs } from "../../domain/units.ts";
import { mergedBook } from "../books/liquidity.ts";
import type { MarketFeed } from "../market/market-feed.ts";
import type { NameSource } from "../names.ts";
import type { Refusal } from "../refusal.ts";
import type { Switches } from "../switches.ts";
import type { TapeBook } from "../books/tape-book.ts";
import type { MarketState } from "../world.ts";
import { createCancelling, type Replaced } from "./cancelling.ts";
import { createChangeNotes, type ExchangeChange } from "./change-notes.ts";
import { createIdentifiers } from "./identifiers.ts";
import { createJournal, type Journal } from "./journal.ts";
import { advanceDesk, feeRateOf, openDesk, type MarketDesk } from "./market-desk.ts";
import type { OrderEntry } from "./order-entry.ts";
import { createOrderShelf, isOpen, type OrderShelf } from "./order-shelf.ts";
import { createPlacing } from "./placing.ts";

/** What outlives the program. */
export type ExchangeBooks = {
  /** By pocket: orders, balances and quotas are a pocket's own. Source: upbit-api 2.1. */
  readonly accounts: Map<string, Account>;
  /** Used identifiers by owner of the pockets, for ever. */
  readonly identifiers: Map<string, Set<string>>;
  /** Orders by age, oldest first. */
  readonly orders: readonly MatchingOrder[];
};

export type ExchangeSetting = {
  readonly feeds: ReadonlyMap<MarketCode, MarketFeed>;
  readonly books: ExchangeBooks;
  readonly names: NameSource;
  readonly switches: () => Switches;
  readonly stateOf: (market: MarketCode) => Pick<MarketState, "state" | "halted">;
  /** Owner of a pocket: identifiers are unique over all of an owner's pockets. */
  readonly ownerOf: (pocketId: string) => string;
  /** Open orders meet the tape's trades after this instant, also those of a time when the program did not run. */
  readonly sinceMs: EpochMs;
  /** Called after every change that must be kept, before anyone is told that it happened. */
  readonly onChange: (change: ExchangeChange) => void;
};

/** Pockets and their orders against the tapes. Instants are market time and never go backward. In reads `seenMs` shows
 *  the orders as they stood at that earlier instant. */
export type Exchange = {
  readonly feeds: ReadonlyMap<MarketCode, MarketFeed>;
  readonly accounts: ReadonlyMap<string, Account>;
  readonly journal: Journal;
  /** Fills what the tapes reached since the last call. Call it before anything that reads or changes orders. */
  advance(nowMs: EpochMs): void;
  bookOf(market: MarketCode, nowMs: EpochMs): TapeBook;
  /** Rises whenever an order came, went or was filled. */
  revision(): number;
  /** Checks all that `place` checks, and takes nothing. */
  check(pocketId: string, entry: OrderEntry, nowMs: EpochMs): Result<MatchingOrder, Refusal>;
  /** Answers with the order as accepted, before it met the book (or after, by the switch `firstState`): its fills are
   *  read afterwards (upbit-api 9.12). */
  place(pocketId: string, entry: OrderEntry, nowMs: EpochMs): Result<MatchingOrder, Refusal>;
  /** Uses an identifier up for a request that failed before it was an order. */
  burn(pocketId: string, identifier: string): void;
  /** The order as it was when its cancellation was accepted. Source: upbit-api 4.10. */
  cancel(order: MatchingOrder, nowMs: EpochMs): Result<MatchingOrder, Refusal>;
  /** Cancels an order and places another in its stead, or does neither. Source: upbit-api 4.13. */
  replace(
    order: MatchingOrder,
    entry: OrderEntry,
    how: { readonly atMs: EpochMs; readonly remainOnly: boolean },
  ): Result<Replaced, Refusal>;
  /** Writes down an order that its owner reserved elsewhere. Source: upbit-api 4.3, "watch". */
  watch(pocketId: string, entry: OrderEntry, nowMs: EpochMs): MatchingOrder;
  /** Puts money into a pocket. */
  fund(pocketId: string, given: { readonly currency: string; readonly amount: Big; readonly atMs: EpochMs }): void;
  find(pocketId: string, name: OrderName, seenMs?: EpochMs): MatchingOrder | null;
  /** Newest first. */
  ordersOf(pocketId: string, seenMs?: EpochMs): MatchingOrder[];
  /** `wait` and `watch`, newest first. */
  openOf(pocketId: string, seenMs?: EpochMs): MatchingOrder[];
  /** What a later start needs. */
  kept(): ExchangeBooks;
};
/** A uuid wins over an identifier. Source: upbit-api 4.6. */
export type OrderName = { readonly uuid?: string | null; readonly identifier?: string | null };

export function createExchange(setting: ExchangeSetting): Exchange {
  const { feeds, books, names, sinceMs } = setting;
  const { accounts } = books;
  const shelf = createOrderShelf(books.orders);
  const journal = createJournal(accounts);
  const desks = new Map([...feeds].map(([market, feed]) => [market, openDesk(feed, sinceMs)]));
  const deskOf = (market: MarketCode): MarketDesk => {
    const desk = desks.get(market);
    assert(desk, `no desk for ${market}`);
    return desk;
  };
  for (const order of books.orders) if (order.state === "wait") rest(deskOf(order.market).book, order);

  let revision = 0;
  const notes = createChangeNotes(setting.onChange);
  const tell = (event: MatchingEvent): void => {
    journal.order(event);
    notes.order(event.order);
    if (!isOpen(event.order)) shelf.closed(event.order);
  };
  const floor = { accounts, newFillId: names.next, tell };
  const changed = (atMs: EpochMs): void => {
    for (const pocketId of notes.pockets()) journal.assets(pocketId, accounts.get(pocketId)!, atMs);
    revision += 1;
    notes.keep();
  };
  const identifiers = createIdentifiers(books.identifiers, setting.ownerOf, notes.burnt);
  const floorSetting = { ...setting, floor, shelf, identifiers, changed, keep: notes.keep, deskOf };
  const placing = createPlacing(floorSetting);
  const { carryOut, cancel, replace } = createCancelling(floorSetting, placing);
  return {
    feeds,
    accounts,
    journal,
    revision: () => revision,
    advance: (toMs) => {
      carryOut(toMs);
      for (const desk of desks.values()) advanceDesk(desk, floor, toMs);
      if (notes.pockets().size > 0) changed(toMs);
    },
    bookOf: (market, atMs) => mergedBook(deskOf(market).liquidity.visible(atMs), deskOf(market).book),
    ...placing,
    cancel,
    replace,
    watch: (pocketId, entry, atMs) => {
      const terms = { ...entry, uuid: names.next(), accountId: pocketId, createdAtMs: atMs };
      const order = { ...newOrder(terms, feeRateOf(entry.market)), state: "watch" as const, locked: new Big(0) };
      shelf.add(order);
      tell({ kind: "watch", order, fill: null, atMs });
      changed(atMs);
      return order;
    },
    fund: (pocketId, { currency, amount, atMs }) => {
      receive(holdingOf(accounts.get(pocketId)!, currency), amount);
      notes.pocket(pocketId);
      changed(atMs);
    },
    ...readsOf(shelf, journal),
    kept: () => ({ ...books, orders: shelf.all() }),
  };
}

function readsOf(shelf: OrderShelf, journal: Journal): Pick<Exchange, "find" | "ordersOf" | "openOf"> {
  const seen = (order: MatchingOrder | null, seenMs: EpochMs | undefined) =>
    order && seenMs !== undefined ? journal.orderAsSeen(order, seenMs) : order;
  const ordersOf = (pocketId: string, seenMs?: EpochMs) =>
    shelf.ofAccount(pocketId).flatMap((order) => seen(order, seenMs) ?? []);
  return {
    find: (pocketId, { uuid, identifier }, seenMs) =>
      seen(uuid ? shelf.byUuid(pocketId, uuid) : shelf.byIdentifier(pocketId, identifier ?? ""), seenMs),
    ordersOf,
    openOf: (pocketId, seenMs) =>
      seenMs === undefined ? shelf.openOf(pocketId) : ordersOf(pocketId, seenMs).filter(isOpen),
  };
}
