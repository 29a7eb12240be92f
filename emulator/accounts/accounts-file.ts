import * as v from "valibot";
import { Big } from "../../domain/decimal.ts";
import { QUOTE_CURRENCIES } from "../../domain/market.ts";
import type { Account } from "../../domain/matching-account.ts";
import { fail, ok, type Result } from "../../domain/result.ts";
import type { OrderEntry } from "../exchange/order-entry.ts";
import { readJsonFile } from "../json-file.ts";
import { uuidOf } from "../names.ts";
import { firstIssue, isCurrency, keyFlaw, type Pocket } from "./account-desk.ts";
import { makeKey, NewKeySchema, type ApiKey, type KeyOrigin } from "./api-keys.ts";
import { Amount, WatchOrderSchema } from "./watch-order.ts";

const Name = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,40}$/, "letters, digits, - and _, at most 40"));
const Currency = v.pipe(v.string(), v.check(isCurrency, "a currency such as XRP"));
const BalanceSchema = v.union([
  v.pipe(
    Amount,
    v.transform((balance) => ({ balance, avgBuyPrice: new Big(0), unitCurrency: "KRW" as const })),
  ),
  v.strictObject({
    balance: Amount,
    avgBuyPrice: v.optional(Amount, "0"),
    unitCurrency: v.optional(v.picklist(QUOTE_CURRENCIES), "KRW"),
  }),
]);
const PocketSchema = v.strictObject({
  name: Name,
  kind: v.picklist(["main", "sub"]),
  balances: v.optional(v.record(Currency, BalanceSchema), {}),
  keys: v.optional(v.array(NewKeySchema), []),
  watch: v.optional(v.array(WatchOrderSchema), []),
});
/** Who trades here, as the file of `--accounts` tells it:
 *  ```
 *  { "accounts": [ {
 *      "name": "minsu",
 *      "pockets": [ {
 *          "name": "main", "kind": "main",
 *          "balances": { "KRW": "50000000", "XRP": { "balance": "100", "avgBuyPrice": "3101.5", "unitCurrency": "KRW" } },
 *          "keys": [ { "permissions": ["view_account", "view_orders", "make_orders"],
 *                      "allowedIps": ["127.0.0.1"], "expireAt": "2027-05-27T15:17:51+09:00",
 *                      "accessKey": "40 letters and digits", "secretKey": "40 letters and digits" } ],
 *          "watch": [ { "market": "KRW-XRP", "side": "bid", "price": "2500", "volume": "10" } ] } ] } ] }
 *  ```
 *  Every account has exactly one pocket of kind `main` and any number of kind `sub`. All of a key's fields may be left out
 *  (see `NewKeySchema`). `watch` are orders that their owner reserved elsewhere. Source: upbit-api 2.1, 4.3. */
const FileSchema = v.strictObject({
  accounts: v.pipe(
    v.array(v.strictObject({ name: Name, pockets: v.array(PocketSchema) })),
    v.minLength(1, "at least one account"),
  ),
});
export type AccountsFile = v.InferOutput<typeof FileSchema>;

/** Pockets with what is in them, ready for the exchange. */
export type OpenedAccounts = {
  readonly pockets: readonly Pocket[];
  readonly keys: readonly ApiKey[];
  readonly holdings: ReadonlyMap<string, Account>;
  readonly watch: readonly { readonly pocketId: string; readonly entry: OrderEntry }[];
};

/** A fault is one line that names the file, and the line or the field. */
export function readAccountsFile(file: string, origin: KeyOrigin): Result<OpenedAccounts, string> {
  const content = readJsonFile(file);
  if (!content.ok) return content;
  const read = v.safeParse(FileSchema, content.value);
  if (!read.success) return fail(`${file}: ${firstIssue(read.issues)}`);
  const flaw = accountsFlaw(read.output);
  return flaw ? fail(`${file}: ${flaw}`) : ok(openAccounts(read.output, origin));
}

function accountsFlaw({ accounts }: AccountsFile): string | null {
  const twice = (names: readonly (string | undefined)[]) =>
    names.find((name, at) => name !== undefined && names.indexOf(name) !== at);
  const account = twice(accounts.map(({ name }) => name));
  if (account) return `two accounts are named ${account}`;
  const accessKey = twice(
    accounts.flatMap(({ pockets }) => pockets.flatMap(({ keys }) => keys.map((key) => key.accessKey))),
  );
  if (accessKey) return `two keys are ${accessKey}`;
  for (const { name, pockets } of accounts) {
    const pocket = twice(pockets.map((one) => one.name));
    if (pocket) return `${name} has two pockets named ${pocket}`;
    if (pockets.filter(({ kind }) => kind === "main").length !== 1) return `${name} needs exactly one main pocket`;
    for (const one of pockets)
      for (const [at, key] of one.keys.entries()) {
        const flaw = keyFlaw(one.kind, key, at);
        if (flaw) return `${name}/${one.name}: ${flaw}`;
      }
  }
  return null;
}

export function openAccounts({ accounts }: AccountsFile, origin: KeyOrigin): OpenedAccounts {
  const opened = accounts.flatMap(({ name: owner, pockets }) =>
    pockets.map(({ name, kind, ...rest }) => {
      const id = uuidOf(origin.seed, "pocket", owner, name);
      return { pocket: { id, owner, name, kind, createdAtMs: origin.nowMs }, ...rest };
    }),
  );
  return {
    pockets: opened.map(({ pocket }) => pocket),
    keys: opened.flatMap(({ pocket, keys }) =>
      keys.map((key, at) => makeKey(key, pocket.id, `${pocket.owner}/${pocket.name} ${at}`, origin)),
    ),
    holdings: new Map(opened.map(({ pocket, balances }) => [pocket.id, holdingsOf(balances)])),
    watch: opened.flatMap(({ pocket, watch }) => watch.map((entry) => ({ pocketId: pocket.id, entry }))),
  };
}

const holdingsOf = (balances: AccountsFile["accounts"][number]["pockets"][number]["balances"]): Account =>
  new Map(
    Object.entries(balances).map(([currency, { balance, avgBuyPrice, unitCurrency }]) => [
      currency,
      { free: balance, locked: new Big(0), averageBuyPrice: avgBuyPrice, averageUnit: unitCurrency },
    ]),
  );
