import { isDecimalText, decimal } from "../../domain/decimal.ts";
import { fail, ok, type Result } from "../../domain/result.ts";
import type { EpochMs } from "../../domain/units.ts";
import * as v from "valibot";
import type { Exchange } from "../exchange/exchange.ts";
import {
  AllowedIps,
  makeKey,
  MOST_KEYS,
  NewKeySchema,
  PERMISSIONS_OF,
  type ApiKey,
  type NewKey,
  type PocketKind,
} from "./api-keys.ts";
import { WatchOrderSchema } from "./watch-order.ts";

/** A purse of an account with orders, balances, keys and quota of its own. Source: upbit-api 2.1, "Pockets". */
export type Pocket = {
  readonly id: string;
  /** Name of the account. */
  readonly owner: string;
  readonly name: string;
  readonly kind: PocketKind;
  readonly createdAtMs: EpochMs;
};

/** Pockets and keys, and how they change while the program runs. Faults are one line for a person. A pocket is named by
 *  its id or as `owner/name`. */
export type AccountDesk = {
  readonly pockets: readonly Pocket[];
  /** By age; the list itself changes in place. */
  readonly keys: readonly ApiKey[];
  keyOf(accessKey: string): ApiKey | null;
  pocketOf(named: string): Pocket | null;
  /** Keys of all pockets of the account that `pocketId` belongs to, expired ones too. */
  keysOfOwner(pocketId: string): ApiKey[];
  pocketsOfOwner(pocketId: string): Pocket[];
  /** @param given a `NewKeySchema` */
  addKey(pocket: string, given: unknown, nowMs: EpochMs): Result<ApiKey, string>;
  expireKey(accessKey: string, atMs: EpochMs): Result<ApiKey, string>;
  setAllowedIps(accessKey: string, ips: unknown): Result<ApiKey, string>;
  /** Puts money into a pocket, `amount` as decimal text. */
  fund(
    pocket: string,
    money: { readonly currency: string; readonly amount: string; readonly nowMs: EpochMs },
  ): Result<null, string>;
  /** Writes down an order that the owner reserved elsewhere.
   *  @param given a `WatchOrderSchema` */
  addWatch(pocket: string, given: unknown, nowMs: EpochMs): Result<{ readonly uuid: string }, string>;
};

export type DeskSetting = {
  readonly seed: number;
  readonly pockets: readonly Pocket[];
  readonly keys: readonly ApiKey[];
  readonly exchange: Pick<Exchange, "fund" | "watch" | "feeds">;
  readonly onChange: () => void;
};

export function createAccountDesk({ seed, pockets, keys: first, exchange, onChange }: DeskSetting): AccountDesk {
  const keys = [...first];
  const byName = new Map(keys.map((key) => [key.accessKey, key]));
  const pocketOf = (named: string): Pocket | null =>
    pockets.find(({ id, owner, name }) => id === named || `${owner}/${name}` === named) ?? null;
  const put = (key: ApiKey): Result<ApiKey, string> => {
    const row = keys.findIndex(({ accessKey }) => accessKey === key.accessKey);
    if (row === -1) keys.push(key);
    else keys[row] = key;
    byName.set(key.accessKey, key);
    onChange();
    return ok(key);
  };
  const change = (accessKey: string, part: Partial<ApiKey>): Result<ApiKey, string> => {
    const key = byName.get(accessKey);
    return key ? put({ ...key, ...part }) : fail(`no key ${accessKey}`);
  };
  const pocketsOfOwner = (pocketId: string): Pocket[] => {
    const owner = pocketOf(pocketId)?.owner;
    return pockets.filter((pocket) => pocket.owner === owner);
  };
  return {
    pockets,
    keys,
    keyOf: (accessKey) => byName.get(accessKey) ?? null,
    pocketOf,
    pocketsOfOwner,
    keysOfOwner: (pocketId) => {
      const mine = new Set(pocketsOfOwner(pocketId).map(({ id }) => id));
      return keys.filter((key) => mine.has(key.pocketId));
    },
    addKey: (named, given, nowMs) => {
      const pocket = pocketOf(named);
      if (!pocket) return fail(`no pocket ${named}`);
      const read = v.safeParse(NewKeySchema, given);
      if (!read.success) return fail(firstIssue(read.issues));
      const flaw = keyFlaw(pocket.kind, read.output, keys.filter(({ pocketId }) => pocketId === pocket.id).length);
      if (flaw) return fail(flaw);
      const key = makeKey(read.output, pocket.id, `${pocket.id} ${keys.length}`, { seed, nowMs });
      return byName.has(key.accessKey) ? fail(`the access key ${key.accessKey} is taken`) : put(key);
    },
    expireKey: (accessKey, atMs) => change(accessKey, { expireAtMs: atMs }),
    setAllowedIps: (accessKey, ips) => {
      const read = v.safeParse(AllowedIps, ips);
      return read.success ? change(accessKey, { allowedIps: read.output }) : fail(firstIssue(read.issues));
    },
    fund: (named, { currency, amount, nowMs }) => {
      const pocket = pocketOf(named);
      if (!pocket) return fail(`no pocket ${named}`);
      if (!isCurrency(currency)) return fail(`not a currency: ${currency}`);
      if (!isDecimalText(amount) || decimal(amount).lte(0)) return fail(`not an amount above zero: ${amount}`);
      exchange.fund(pocket.id, { currency, amount: decimal(amount), atMs: nowMs });
      return ok(null);
    },
    addWatch: (named, given, nowMs) => {
      const pocket = pocketOf(named);
      if (!pocket) return fail(`no pocket ${named}`);
      const read = v.safeParse(WatchOrderSchema, given);
      if (!read.success) return fail(firstIssue(read.issues));
      if (!exchange.feeds.has(read.output.market)) return fail(`${read.output.market} is not played`);
      return ok({ uuid: exchange.watch(pocket.id, read.output, nowMs).uuid });
    },
  };
}

export const isCurrency = (text: string): boolean => /^[A-Z0-9]{1,16}$/.test(text);

/** Where a written-down value is wrong, and how. */
export const firstIssue = (issues: readonly v.BaseIssue<unknown>[]): string => {
  const path = issues[0]!.path?.map(({ key }) => String(key)).join(".");
  return `${path ? `${path}: ` : ""}${issues[0]!.message}`;
};

/** Why a pocket of this kind may not have one more such key. Source: upbit-api 2.1. */
export function keyFlaw(kind: PocketKind, { permissions }: NewKey, keysSoFar: number): string | null {
  const strange = permissions.find((permission) => !PERMISSIONS_OF[kind].includes(permission));
  if (strange) return `a key of a ${kind} pocket cannot have the permission ${strange}`;
  return keysSoFar >= MOST_KEYS[kind] ? `a ${kind} pocket has at most ${MOST_KEYS[kind]} keys` : null;
}
