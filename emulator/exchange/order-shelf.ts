import type { MatchingOrder } from "../../domain/matching-order.ts";

/** Closed orders that are kept; the oldest are forgotten, their identifiers never. */
const MOST_CLOSED_ORDERS = 5_000;

/** All orders, found by name without a search. */
export type OrderShelf = {
  add(order: MatchingOrder): void;
  /** An order on the shelf was closed: it may be forgotten once it is among the oldest. */
  closed(order: MatchingOrder): void;
  /** The order itself to an earlier version of it. */
  live(version: MatchingOrder): MatchingOrder;
  byUuid(accountId: string, uuid: string): MatchingOrder | null;
  byIdentifier(accountId: string, identifier: string): MatchingOrder | null;
  /** Newest first. */
  ofAccount(accountId: string): MatchingOrder[];
  /** `wait` and `watch`, newest first. */
  openOf(accountId: string): MatchingOrder[];
  /** Of all accounts, oldest first. */
  all(): MatchingOrder[];
};

type Row = {
  readonly all: Map<string, MatchingOrder>;
  readonly open: Map<string, MatchingOrder>;
  readonly named: Map<string, MatchingOrder>;
};
export const isOpen = ({ state }: Pick<MatchingOrder, "state">): boolean => state === "wait" || state === "watch";

export function createOrderShelf(orders: readonly MatchingOrder[]): OrderShelf {
  const all = new Map<string, MatchingOrder>();
  const rows = new Map<string, Row>();
  const shut = new Set<MatchingOrder>();
  const rowOf = (accountId: string): Row => {
    let row = rows.get(accountId);
    if (!row) rows.set(accountId, (row = { all: new Map(), open: new Map(), named: new Map() }));
    return row;
  };
  const newestFirst = (found: Map<string, MatchingOrder>) => [...found.values()].toReversed();
  const closed = (order: MatchingOrder): void => {
    rowOf(order.accountId).open.delete(order.uuid);
    shut.add(order);
    if (shut.size > MOST_CLOSED_ORDERS) forget(shut.values().next().value!);
  };
  const forget = (order: MatchingOrder): void => {
    const row = rowOf(order.accountId);
    shut.delete(order);
    all.delete(order.uuid);
    row.all.delete(order.uuid);
    if (order.identifier !== null) row.named.delete(order.identifier);
  };
  const add = (order: MatchingOrder): void => {
    const row = rowOf(order.accountId);
    all.set(order.uuid, order);
    row.all.set(order.uuid, order);
    if (order.identifier !== null) row.named.set(order.identifier, order);
    if (isOpen(order)) row.open.set(order.uuid, order);
    else closed(order);
  };
  for (const order of orders) add(order);
  return {
    add,
    closed,
    live: (version) => all.get(version.uuid) ?? version,
    byUuid: (accountId, uuid) => rows.get(accountId)?.all.get(uuid) ?? null,
    byIdentifier: (accountId, identifier) => rows.get(accountId)?.named.get(identifier) ?? null,
    ofAccount: (accountId) => newestFirst(rowOf(accountId).all),
    openOf: (accountId) => newestFirst(rowOf(accountId).open),
    all: () => [...all.values()],
  };
}
