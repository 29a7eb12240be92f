import type { Big } from "../../domain/decimal.ts";
import type { Account } from "../../domain/matching-account.ts";
import type { MatchingEvent, MatchingOrder } from "../../domain/matching-order.ts";
import type { EpochMs } from "../../domain/units.ts";

/** What happened to an order, with the order as it stood then. */
export type OrderLine = MatchingEvent & { readonly about: "order"; readonly accountId: string };
/** Balances that changed within one instant, as they are after it. */
export type AssetLine = {
  readonly about: "assets";
  readonly accountId: string;
  readonly atMs: EpochMs;
  readonly changes: readonly { readonly currency: string; readonly free: Big; readonly locked: Big }[];
};
export type JournalLine = OrderLine | AssetLine;

/** Everything that happened to orders and balances, newest lines kept, in memory only. Private streams read it forward;
 *  lookups that lag read an order's earlier versions from it. */
export type Journal = {
  order(event: MatchingEvent): void;
  /** Writes which balances of an account differ from what was written last. */
  assets(accountId: string, account: Account, atMs: EpochMs): void;
  /** Number of the next line. */
  next(): number;
  /** Lines from number `from` on that are still kept, oldest first. */
  since(from: number): JournalLine[];
  /** The order as it stood at an earlier market instant; null if it did not exist. Where its versions are no longer kept
   *  the oldest one known. */
  orderAsSeen(order: MatchingOrder, atMs: EpochMs): MatchingOrder | null;
};

/** Lines that are kept: minutes of the busiest trading, a few megabytes. */
const MOST_LINES = 20_000;

type Told = Map<string, { readonly free: Big; readonly locked: Big }>;

export function createJournal(accounts: ReadonlyMap<string, Account>): Journal {
  let lines: JournalLine[] = [];
  let first = 0;
  const versions = new Map<string, MatchingOrder[]>();
  const instants = new WeakMap<MatchingOrder, EpochMs>();
  const told = new Map<string, Told>([...accounts].map(([id, account]) => [id, copyOf(account)]));

  const forget = (line: JournalLine): void => {
    if (line.about !== "order") return;
    const kept = versions.get(line.order.uuid)!;
    if (kept.length === 1) versions.delete(line.order.uuid);
    else kept.shift();
  };
  const write = (line: JournalLine): void => {
    lines.push(line);
    // In large steps, so that a line costs no more than its own place.
    if (lines.length < 2 * MOST_LINES) return;
    for (const old of lines.slice(0, MOST_LINES)) forget(old);
    lines = lines.slice(MOST_LINES);
    first += MOST_LINES;
  };
  return {
    order: (event) => {
      const order = { ...event.order };
      instants.set(order, event.atMs);
      const kept = versions.get(order.uuid);
      if (kept) kept.push(order);
      else versions.set(order.uuid, [order]);
      write({ about: "order", accountId: order.accountId, ...event, order });
    },
    assets: (accountId, account, atMs) => {
      let known = told.get(accountId);
      if (!known) told.set(accountId, (known = new Map()));
      const changes = [...account]
        .filter(([currency, { free, locked }]) => {
          const before = known.get(currency);
          return before ? !before.free.eq(free) || !before.locked.eq(locked) : free.gt(0) || locked.gt(0);
        })
        .map(([currency, { free, locked }]) => ({ currency, free, locked }));
      for (const { currency, free, locked } of changes) known.set(currency, { free, locked });
      if (changes.length > 0) write({ about: "assets", accountId, atMs, changes });
    },
    next: () => first + lines.length,
    since: (from) => (from >= first + lines.length ? [] : lines.slice(Math.max(0, from - first))),
    orderAsSeen: (order, atMs) => {
      if (order.createdAtMs > atMs) return null;
      const kept = versions.get(order.uuid);
      if (!kept) return order;
      return kept.findLast((version) => instants.get(version)! <= atMs) ?? kept[0]!;
    },
  };
}

const copyOf = (account: Account): Told =>
  new Map([...account].map(([currency, { free, locked }]) => [currency, { free, locked }]));
