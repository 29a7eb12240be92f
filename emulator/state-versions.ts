import { Big } from "../domain/decimal.ts";
import { baseOf, quoteOf } from "../domain/market.ts";
import { DAY_MS } from "../domain/units.ts";
import type { EmulatorState } from "./state-shape.ts";

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  value !== null && typeof value === "object" && !Array.isArray(value);
const rowsOf = (value: unknown): Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);

/** A state of version 1, which knew accounts without pockets, as one of version 2: each account is its own main pocket.
 *  Anything else is left as it is; what is wrong with it shows when it is read. */
export function upgraded(content: unknown): unknown {
  if (!isFields(content) || content["version"] !== 1 || !isFields(content["accounts"])) return content;
  const accounts = Object.entries(content["accounts"]);
  return {
    ...content,
    version: 2,
    namesGiven: 0,
    pockets: accounts.map(([id]) => ({
      id,
      owner: id,
      name: "main",
      kind: "main",
      createdAtMs: content["marketMs"],
    })),
    keys: rowsOf(content["keys"]).map(({ accountId, ...key }) => ({
      ...key,
      pocketId: accountId,
      createdAtMs: Number(key["expireAtMs"]) - 365 * DAY_MS,
    })),
    accounts: Object.fromEntries(
      accounts.map(([id, held]) => [
        id,
        Object.fromEntries(
          Object.entries(isFields(held) ? held : {}).map(([currency, holding]) => [
            currency,
            { ...(isFields(holding) ? holding : {}), averageUnit: "KRW" },
          ]),
        ),
      ]),
    ),
  };
}

/** What does not fit together in a state whose shape is right, or null: nothing may be locked that no order holds. */
export function stateFlaw({ pockets, keys, accounts, orders }: EmulatorState): string | null {
  const known = new Set(pockets.map(({ id }) => id));
  const stray = [...keys.map(({ pocketId }) => pocketId), ...orders.map(({ accountId }) => accountId)].find(
    (id) => !known.has(id) || !accounts[id],
  );
  if (stray !== undefined) return `there is no pocket ${stray}`;
  if (new Set(orders.map(({ uuid }) => uuid)).size !== orders.length) return "two orders have one uuid";
  const held = new Map<string, Big>();
  for (const { state, accountId, side, market, locked } of orders) {
    if (state !== "wait") continue;
    const name = `${accountId} ${side === "bid" ? quoteOf(market) : baseOf(market)}`;
    held.set(name, (held.get(name) ?? new Big(0)).plus(locked));
  }
  for (const [id, holdings] of Object.entries(accounts))
    for (const [currency, { free, locked }] of Object.entries(holdings)) {
      const name = `${id} ${currency}`;
      if (free.lt(0)) return `the balance ${name} is below zero`;
      if (!locked.eq(held.get(name) ?? 0)) return `what is locked of ${name} is not what its open orders hold`;
      held.delete(name);
    }
  return held.size > 0 ? `an open order holds ${[...held.keys()][0]}, which is not there` : null;
}
