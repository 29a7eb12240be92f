import type { MatchingOrder } from "../../domain/matching-order.ts";

/** What must be kept of a change. */
export type ExchangeChange = {
  readonly orders: readonly MatchingOrder[];
  /** Whose balances may have changed. */
  readonly pockets: readonly string[];
  /** Used up, by owner. */
  readonly identifiers: Readonly<Record<string, string[]>>;
};

/** Gathers what a change touches until it is over. */
export type ChangeNotes = {
  order(order: MatchingOrder): void;
  pocket(pocketId: string): void;
  burnt(owner: string, identifier: string): void;
  pockets(): ReadonlySet<string>;
  /** Hands over what was noted and begins anew. */
  keep(): void;
};

export function createChangeNotes(onChange: (change: ExchangeChange) => void): ChangeNotes {
  const orders = new Set<MatchingOrder>();
  const pockets = new Set<string>();
  let identifiers: Record<string, string[]> = {};
  return {
    order: (order) => {
      orders.add(order);
      pockets.add(order.accountId);
    },
    pocket: (pocketId) => void pockets.add(pocketId),
    burnt: (owner, identifier) => void (identifiers[owner] ??= []).push(identifier),
    pockets: () => pockets,
    keep: () => {
      onChange({ orders: [...orders], pockets: [...pockets], identifiers });
      orders.clear();
      pockets.clear();
      identifiers = {};
    },
  };
}
