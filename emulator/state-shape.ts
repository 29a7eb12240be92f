import * as v from "valibot";
import { Big, decimal, decimalText, isDecimalText } from "../domain/decimal.ts";
import { QUOTE_CURRENCIES } from "../domain/market.ts";
import { MarketCodeSchema } from "../domain/market-code.ts";
import type { EpochMs } from "../domain/units.ts";
import { ApiKeySchema } from "./accounts/api-keys.ts";

/** Everything a second start needs to go on: one JSON file and the changes since it was written. */

const Amount = v.pipe(
  v.string(),
  v.check((text) => isDecimalText(text), "not a plain decimal"),
  v.transform((text) => decimal(text)),
);
const Instant = v.pipe(
  v.number(),
  v.transform((value) => value as EpochMs),
);
const Maybe = <Schema extends v.GenericSchema>(schema: Schema) => v.nullable(schema);

const FillSchema = v.object({
  uuid: v.string(),
  price: Amount,
  volume: Amount,
  funds: Amount,
  fee: Amount,
  isMaker: v.boolean(),
  atMs: Instant,
});
const OrderSchema = v.object({
  uuid: v.string(),
  accountId: v.string(),
  market: MarketCodeSchema,
  side: v.picklist(["bid", "ask"]),
  type: v.picklist(["limit", "price", "market", "best"]),
  price: Maybe(Amount),
  volume: Maybe(Amount),
  timeInForce: Maybe(v.picklist(["ioc", "fok", "post_only"])),
  selfMatch: Maybe(v.picklist(["cancel_maker", "cancel_taker", "reduce", "none"])),
  identifier: Maybe(v.string()),
  createdAtMs: Instant,
  state: v.picklist(["wait", "watch", "done", "cancel"]),
  remainingVolume: Maybe(Amount),
  remainingFunds: Maybe(Amount),
  executedVolume: Amount,
  executedFunds: Amount,
  reservedFee: Amount,
  remainingFee: Amount,
  paidFee: Amount,
  locked: Amount,
  preventedVolume: Amount,
  preventedLocked: Amount,
  fills: v.pipe(v.array(FillSchema), v.readonly()),
});
const HoldingSchema = v.object({
  free: Amount,
  locked: Amount,
  averageBuyPrice: Amount,
  averageUnit: v.picklist(QUOTE_CURRENCIES),
});
const AccountsSchema = v.record(v.string(), v.record(v.string(), HoldingSchema));
const IdentifiersSchema = v.record(v.string(), v.array(v.string()));
const PocketSchema = v.object({
  id: v.string(),
  owner: v.string(),
  name: v.string(),
  kind: v.picklist(["main", "sub"]),
  createdAtMs: Instant,
});

export const StateSchema = v.object({
  version: v.literal(2),
  seed: v.number(),
  /** Instant of `--from` at the first start, null when it began at wall time. */
  startedFromMs: Maybe(Instant),
  /** Market time when this was written; the next start does not go behind it. */
  marketMs: Instant,
  /** How far each tape is moved, by market. */
  shiftsMs: v.record(v.string(), v.number()),
  /** Names of orders and trades given so far. */
  namesGiven: v.number(),
  pockets: v.array(PocketSchema),
  keys: v.array(ApiKeySchema),
  /** Balances by pocket. */
  accounts: AccountsSchema,
  /** Used identifiers by owner. */
  identifiers: IdentifiersSchema,
  orders: v.array(OrderSchema),
  /** How many changes there were before this was written. */
  changes: v.optional(v.number(), 0),
});
export type EmulatorState = v.InferOutput<typeof StateSchema>;

/** What one change did to a state: a line of the file beside it. */
export const ChangeSchema = v.object({
  /** The changes are counted; the first that a state does not hold is one above the state's own count. */
  changes: v.number(),
  marketMs: Instant,
  namesGiven: v.number(),
  /** Orders that came or changed, whole. */
  orders: v.array(OrderSchema),
  /** Pockets whose balances changed, whole. */
  accounts: AccountsSchema,
  /** Identifiers that were used up, by owner. */
  identifiers: IdentifiersSchema,
  /** All keys, where one of them changed. */
  keys: v.optional(v.array(ApiKeySchema)),
});
export type KeptChange = v.InferOutput<typeof ChangeSchema>;

/** One line of JSON with decimals as plain text: big.js would write small ones with an exponent. */
export const lineOf = (kept: EmulatorState | KeptChange): string => `${JSON.stringify(plain(kept))}\n`;

function plain(value: unknown): unknown {
  if (value instanceof Big) return decimalText(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part)]));
}
