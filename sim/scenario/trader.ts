import { assert } from "../../domain/assert.ts";
import { decimalFromQuote, type Big } from "../../domain/decimal.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import type { Order } from "../../domain/wire.ts";
import { uuidOf } from "../../emulator/names.ts";
import { feeds, MARKETS } from "../ground/exchange-world.ts";
import type { VirtualLoop } from "../ground/virtual-loop.ts";
import type { Device, Told } from "./device.ts";
import type { Account } from "./template.ts";

/** A person with two browsers, and what those browsers learned so far. */
export type Trader = {
  readonly account: Account;
  readonly devices: readonly [Device, Device];
  readonly loop: VirtualLoop;
  readonly orders: Set<string>;
  readonly reservations: Set<string>;
  /** Entries that were sent, by idempotency key: a browser keeps them for trying again. */
  readonly entries: Map<string, unknown>;
  /** A UUID that nobody had before. */
  newId(): string;
};

export function createTrader(
  { account, devices, loop }: Pick<Trader, "account" | "devices" | "loop">,
  seed: number,
): Trader {
  let count = 0;
  return {
    account,
    devices,
    loop,
    orders: new Set(),
    reservations: new Set(),
    entries: new Map(),
    newId: () => uuidOf(seed, account.name, ++count),
  };
}

export function pick<Item>(loop: VirtualLoop, items: readonly Item[]): Item {
  const item = items[loop.between(0, items.length - 1)];
  assert(item !== undefined, "something is picked from nothing");
  return item;
}

export const pickDevice = ({ loop, devices }: Trader): Device => pick(loop, devices);
export const pickMarket = ({ loop }: Trader): MarketCode => pick(loop, MARKETS);

/** Last trade's price. */
export const lastPrice = ({ loop }: Trader, market: MarketCode): Big =>
  decimalFromQuote(feeds.get(market)!.lastTrade(loop.now()).price);

/** A browser remembers the orders that it is told of. */
export function remember(trader: Trader, told: Told | null): Told | null {
  const { order, orders = [] } = (told?.body ?? {}) as { readonly order?: Order; readonly orders?: readonly Order[] };
  for (const one of order ? [order, ...orders] : orders) trader.orders.add(one.id);
  return told;
}
