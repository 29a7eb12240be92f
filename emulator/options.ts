import { parseArgs } from "node:util";
import { isMarketCode, type MarketCode } from "../domain/market-code.ts";
import { fail, ok, type Result } from "../domain/result.ts";
import { parseInstant } from "../domain/time.ts";
import type { EpochMs } from "../domain/units.ts";
import { loadFaultPlan, NO_FAULTS, type FaultPlan } from "./faults/fault-plan.ts";
import { readSwitches, type Switches } from "./switches.ts";

export type EmulatorOptions = {
  /** Recordings to play, see data/README.md. */
  readonly tapes: readonly string[];
  readonly synthetic: readonly MarketCode[];
  /** 0 takes a free one. */
  readonly port: number;
  /** null: the kept state's, else 1. */
  readonly seed: number | null;
  /** Market time per wall time. */
  readonly speed: number;
  readonly fromMs: EpochMs | null;
  /** File, or folder, that keeps accounts, orders and clock; null keeps nothing. */
  readonly state: string | null;
  /** File of accounts, pockets and keys; null plays the demo account. */
  readonly accounts?: string | null;
  /** Readings of what the documentation leaves open. */
  readonly switches?: Switches;
  /** Faults that are played from the start. */
  readonly faults?: FaultPlan;
  /** Port of the control server, 0 takes a free one; null opens none. */
  readonly control: number | null;
};

export const USAGE = `usage: node emulator/main.ts [--tape FILE[,FILE…]] [--synthetic KRW-ETH,KRW-XRP,…] [--port N] [--seed N]
       [--speed X] [--from TIME] [--state FILE] [--accounts FILE] [--switch NAME=VALUE[,…]]
       [--faults FILE] [--control PORT] [--json]`;

/** Without a tape and without a list these are played. */
const DEFAULT_SYNTHETIC = "KRW-BTC,KRW-ETH,KRW-XRP";
/** Ten minutes a second: what four markets were measured to keep up with. */
export const FASTEST = 600;

/** @returns the options and whether the addresses are wanted as JSON; a fault is one line for the user */
export function readOptions(args: readonly string[]): Result<EmulatorOptions & { readonly json: boolean }, string> {
  let values;
  try {
    values = parseArgs({ args: [...args], options: FLAGS, allowPositionals: false }).values;
  } catch (error) {
    return fail(error instanceof Error ? error.message.split("\n")[0]!.split(". To specify")[0]! : String(error));
  }
  const tapes = listOf(values.tape);
  const synthetic = listOf(values.synthetic ?? (tapes.length === 0 ? DEFAULT_SYNTHETIC : ""));
  const strange = synthetic.find((market) => !isMarketCode(market));
  if (strange !== undefined) return fail(`--synthetic takes markets such as KRW-ETH, not ${strange}`);
  const twice = synthetic.find((market, at) => synthetic.indexOf(market) !== at);
  if (twice !== undefined) return fail(`--synthetic names ${twice} twice`);
  const port = wholeNumber(values.port ?? "0", 65_535);
  if (port === null) return fail(`--port takes a whole number from 0 to 65535, not ${values.port}`);
  const seed = values.seed === undefined ? null : wholeNumber(values.seed, 2 ** 32 - 1);
  if (values.seed !== undefined && seed === null) return fail(`--seed takes a whole number, not ${values.seed}`);
  const speed = Number(values.speed ?? "1");
  if (!(speed > 0 && speed <= FASTEST))
    return fail(`--speed takes a number above 0 and up to ${FASTEST}, not ${values.speed}`);
  const from = values.from === undefined ? null : parseInstant(values.from);
  if (from && !from.ok) return fail(`--from takes a time such as 2024-03-20T00:00:00Z, not ${values.from}`);
  const switches = readSwitches((values.switch ?? []).flatMap(listOf));
  if (!switches.ok) return switches;
  const faults = values.faults === undefined ? ok(NO_FAULTS) : loadFaultPlan(values.faults);
  if (!faults.ok) return faults;
  const control = wholeNumber(values.control ?? "0", 65_535);
  if (control === null) return fail(`--control takes a whole number from 0 to 65535, not ${values.control}`);
  return ok({
    tapes,
    synthetic: synthetic as MarketCode[],
    port,
    seed,
    speed,
    fromMs: from ? from.value : null,
    state: values.state ?? null,
    accounts: values.accounts ?? null,
    switches: switches.value,
    faults: faults.value,
    control,
    json: values.json ?? false,
  });
}

const FLAGS = {
  tape: { type: "string" },
  synthetic: { type: "string" },
  port: { type: "string" },
  seed: { type: "string" },
  speed: { type: "string" },
  from: { type: "string" },
  state: { type: "string" },
  accounts: { type: "string" },
  switch: { type: "string", multiple: true },
  faults: { type: "string" },
  control: { type: "string" },
  json: { type: "boolean" },
} as const;

const listOf = (text: string | undefined): string[] =>
  (text ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");

const wholeNumber = (text: string, largest: number): number | null =>
  /^\d{1,10}$/.test(text) && Number(text) <= largest ? Number(text) : null;
