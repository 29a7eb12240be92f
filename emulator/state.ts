import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as v from "valibot";
import { Big, decimal, decimalText, isDecimalText } from "../domain/decimal.ts";
import { QUOTE_CURRENCIES } from "../domain/market.ts";
import { MarketCodeSchema } from "../domain/market-code.ts";
import { fail, ok, type Result } from "../domain/result.ts";
import type { EpochMs } from "../domain/units.ts";
import { ApiKeySchema } from "./accounts/api-keys.ts";
import { stateFlaw, upgraded } from "./state-versions.ts";

/** Everything a second start needs to go on: one JSON file, readable by its owner only because it holds keys. */

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
const PocketSchema = v.object({
  id: v.string(),
  owner: v.string(),
  name: v.string(),
  kind: v.picklist(["main", "sub"]),
  createdAtMs: Instant,
});

const StateSchema = v.object({
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
  accounts: v.record(v.string(), v.record(v.string(), HoldingSchema)),
  /** Used identifiers by owner. */
  identifiers: v.record(v.string(), v.array(v.string())),
  orders: v.array(OrderSchema),
});
export type EmulatorState = v.InferOutput<typeof StateSchema>;

/** The file that `--state` names; a folder holds it as `exchange.json`. */
export const stateFile = (path: string): string =>
  existsSync(path) && statSync(path).isDirectory() ? join(path, "exchange.json") : path;

/** @returns null where nothing was kept yet; a fault is one line that names the file */
export function loadState(file: string): Result<EmulatorState | null, string> {
  if (!existsSync(file)) return ok(null);
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    return fail(`${file}: cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const read = v.safeParse(StateSchema, upgraded(content));
  if (read.success) {
    const flaw = stateFlaw(read.output);
    return flaw ? fail(`${file}: damaged: ${flaw}`) : ok(read.output);
  }
  const issue = read.issues[0];
  return fail(`${file}: not a state of this program: ${v.getDotPath(issue) ?? "the whole"}: ${issue.message}`);
}

/** Written beside the file and put in its place at once: a crash leaves the old one or the new one, never a half.
 *  @throws Error of the file system */
export function saveState(file: string, state: EmulatorState): void {
  mkdirSync(dirname(file), { recursive: true });
  const fresh = `${file}.new`;
  writeFileSync(fresh, `${JSON.stringify(plain(state))}\n`, { mode: 0o600 });
  renameSync(fresh, file);
}

/** The same value with decimals as plain text: big.js would write small ones with an exponent. */
function plain(value: unknown): unknown {
  if (value instanceof Big) return decimalText(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, plain(part)]));
}
