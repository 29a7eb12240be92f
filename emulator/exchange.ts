import { randomUUID } from "node:crypto";
import { assert } from "../domain/assert.ts";
import { Big } from "../domain/decimal.ts";
import { cancelResting, match, reserve, rest, visibleDepth } from "../domain/matching.ts";
import type { ExternalBook } from "../domain/matching.ts";
import type { Account } from "../domain/matching-account.ts";
import type { MatchingOrder, OrderTerms } from "../domain/matching-order.ts";
import type { MarketCode } from "../domain/market-code.ts";
import { ok, type Result } from "../domain/result.ts";
import type { EpochMs } from "../domain/units.ts";
import { advanceDesk, openDesk, stepDesk, type Desk } from "./exchange-desk.ts";
import { mergedBook } from "./liquidity.ts";
import type { MarketFeed } from "./market-feed.ts";
import { checkAmounts, type OrderEntry } from "./order-entry.ts";
import { refuse, type Refusal } from "./refusal.ts";
import type { TapeBook } from "./tape-book.ts";

/** Closed orders that are kept; the oldest are forgotten, their identifiers never. */
const MOST_CLOSED_ORDERS = 5_000;

/** What outlives the program. Orders by age, oldest first. */
export type ExchangeBooks = {
  readonly accounts: Map<string, Account>;
  readonly orders: MatchingOrder[];
  /** Used identifiers by account, for ever. */
  readonly identifiers: Map<string, Set<string>>;
};

/** Accounts and orders against the tapes. Instants are market time and never go backward. */
export type Exchange = {
  readonly feeds: ReadonlyMap<MarketCode, MarketFeed>;
  readonly books: ExchangeBooks;
  /** Fills what the tapes reached since the last call. Call it before anything that reads or changes orders. */
  advance(nowMs: EpochMs): void;
  bookOf(market: MarketCode, nowMs: EpochMs): TapeBook;
  /** Rises whenever an order came, went or was filled. */
  revision(): number;
  /** Checks all that `place` checks, and neither takes nor burns anything. */
  check(accountId: string, entry: OrderEntry, nowMs: EpochMs): Result<MatchingOrder, Refusal>;
  /** Answers with the order as accepted, before it met the book: its fills are read afterwards (upbit-api 9.12). */
  place(accountId: string, entry: OrderEntry, nowMs: EpochMs): Result<MatchingOrder, Refusal>;
  /** The order as it was when its cancellation was accepted. Source: upbit-api 4.10. */
  cancel(order: MatchingOrder, nowMs: EpochMs): Result<MatchingOrder, Refusal>;
  find(accountId: string, name: { uuid?: string; identifier?: string }): MatchingOrder | null;
  /** Newest first. */
  ordersOf(accountId: string): MatchingOrder[];
};

export function createExchange(
  feeds: ReadonlyMap<MarketCode, MarketFeed>,
  books: ExchangeBooks,
  nowMs: EpochMs,
  onChange: () => void,
): Exchange {
  const desks = new Map([...feeds].map(([market, feed]) => [market, openDesk(feed, books.accounts, nowMs)]));
  const deskOf = (market: MarketCode): Desk => {
    const desk = desks.get(market);
    assert(desk, `no desk for ${market}`);
    return desk;
  };
  for (const order of books.orders) if (order.state === "wait") rest(deskOf(order.market).book, order);
  let revision = 0;
  const changed = () => {
    revision += 1;
    onChange();
  };
  const mine = (accountId: string) => books.orders.filter((order) => order.accountId === accountId);
  return {
    feeds,
    books,
    revision: () => revision,
    advance: (toMs) => {
      for (const desk of desks.values()) if (advanceDesk(desk, toMs)) changed();
    },
    bookOf: (market, atMs) => mergedBook(deskOf(market).liquidity.visible(atMs), deskOf(market).book),
    check: (accountId, entry, atMs) => checkOnly(books, deskOf(entry.market), termsOf(accountId, entry, atMs)),
    place: (accountId, entry, atMs) => {
      const placed = placeOrder(books, deskOf(entry.market), termsOf(accountId, entry, atMs));
      // A refusal may have burnt an identifier.
      changed();
      return placed;
    },
    cancel: (order, atMs) => {
      if (order.state !== "wait") return refuse(404, "order_not_found", "주문을 찾지 못했습니다.");
      const before = { ...order, fills: [...order.fills] };
      stepDesk(deskOf(order.market), atMs, (step) => cancelResting(step, order));
      changed();
      return ok(before);
    },
    find: (accountId, { uuid, identifier }) =>
      mine(accountId).findLast((order) => (uuid ? order.uuid === uuid : order.identifier === (identifier ?? ""))) ??
      null,
    ordersOf: (accountId) => mine(accountId).toReversed(),
  };
}

const termsOf = (accountId: string, entry: OrderEntry, atMs: EpochMs): OrderTerms => ({
  ...entry,
  uuid: randomUUID(),
  accountId,
  createdAtMs: atMs,
});

const duplicated = () => refuse(400, "duplicated_identifier", "이미 사용된 식별자입니다.");
const insufficient = ({ side }: OrderTerms) =>
  refuse(400, `insufficient_funds_${side}`, "주문 가능한 금액이 부족합니다.");

function usedIdentifiers(books: ExchangeBooks, accountId: string): Set<string> {
  let used = books.identifiers.get(accountId);
  if (!used) books.identifiers.set(accountId, (used = new Set()));
  return used;
}

function placeOrder(books: ExchangeBooks, desk: Desk, terms: OrderTerms): Result<MatchingOrder, Refusal> {
  if (terms.identifier !== null) {
    const used = usedIdentifiers(books, terms.accountId);
    if (used.has(terms.identifier)) return duplicated();
    // Burnt even when the order is refused below: the older, stricter reading (upbit-api 4.3, 9.10).
    used.add(terms.identifier);
  }
  return stepDesk(desk, terms.createdAtMs, (step) => {
    const admitted = admit(terms, step.external);
    if (!admitted.ok) return admitted;
    const made = reserve(step, terms);
    if (!made.ok) return insufficient(terms);
    const accepted = { ...made.value, fills: [] };
    remember(books, made.value);
    match(step, made.value);
    return ok(accepted);
  });
}

function checkOnly(books: ExchangeBooks, desk: Desk, terms: OrderTerms): Result<MatchingOrder, Refusal> {
  if (terms.identifier !== null && usedIdentifiers(books, terms.accountId).has(terms.identifier)) return duplicated();
  return stepDesk(desk, terms.createdAtMs, (step) => {
    const admitted = admit(terms, step.external);
    if (!admitted.ok) return admitted;
    // A copy of the account takes the reservation, so that nothing is tied up.
    const account = new Map([...books.accounts.get(terms.accountId)!].map(([code, held]) => [code, { ...held }]));
    const made = reserve({ ...step, accounts: new Map([[terms.accountId, account]]) }, terms);
    return made.ok ? made : insufficient(terms);
  });
}

/** Amounts, and for market orders the visible depth. The name of the refusal of an order deeper than the book nobody
 *  could confirm (upbit-api 5.4, 9.8). */
function admit(terms: OrderTerms, external: ExternalBook): Result<OrderTerms, Refusal> {
  const amounts = checkAmounts(terms, external.bids[0]?.price ?? new Big(0));
  if (!amounts.ok) return amounts;
  if (terms.type !== "price" && terms.type !== "market") return ok(terms);
  const depth = visibleDepth(external, terms.side);
  const tooDeep = terms.volume ? terms.volume.gt(depth.volume) : terms.price!.gt(depth.funds);
  return tooDeep ? refuse(400, "volume_too_large", "호가창의 잔량보다 큰 주문입니다.") : ok(terms);
}

function remember({ orders }: ExchangeBooks, order: MatchingOrder): void {
  orders.push(order);
  if (orders.length <= MOST_CLOSED_ORDERS) return;
  const oldest = orders.findIndex(({ state }) => state !== "wait");
  if (oldest !== -1) orders.splice(oldest, 1);
}
