import { parseArgs } from "node:util";
import { fail, ok, type Result } from "../../domain/result.ts";
import { BREAKS, type BreakName } from "./breaks.ts";

export type Options = {
  readonly from: number;
  readonly seeds: number;
  readonly breakName: BreakName | null;
  /** Each seed twice, traces compared. */
  readonly twice: boolean;
  /** One seed, and everything that happened in it. */
  readonly trace: boolean;
  readonly json: boolean;
};

export const USAGE = `npm run sim -- --seeds N [--from K] [--break NAME] [--check-determinism] [--json]
npm run sim -- --seed K --trace [--break NAME]
Breaks: ${Object.keys(BREAKS).join(", ")}`;

const MOST_SEEDS = 10_000_000;

/** @returns a fault in one line that names the option */
export function readOptions(given: readonly string[]): Result<Options, string> {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...given],
      options: {
        seeds: { type: "string" },
        seed: { type: "string" },
        from: { type: "string" },
        break: { type: "string" },
        trace: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        "check-determinism": { type: "boolean", default: false },
      },
    }));
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
  const from = wholeNumber(values.seed ?? values.from ?? "1");
  const seeds = values.seed === undefined ? wholeNumber(values.seeds ?? "100") : 1;
  if (from === null) return fail("--from and --seed take a whole number");
  if (seeds === null || seeds < 1 || seeds > MOST_SEEDS) return fail(`--seeds takes a number from 1 to ${MOST_SEEDS}`);
  const name = values.break ?? null;
  if (name !== null && !Object.hasOwn(BREAKS, name)) return fail(`--break: there is no ${name}`);
  if (values.trace && seeds !== 1) return fail("--trace shows one seed: name it with --seed");
  return ok({
    from,
    seeds,
    breakName: name as BreakName | null,
    twice: values["check-determinism"],
    trace: values.trace,
    json: values.json,
  });
}

const wholeNumber = (text: string): number | null => (/^\d{1,9}$/.test(text) ? Number(text) : null);
