import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { makeTemplate } from "../scenario/template.ts";
import { checkSeed, type Checked } from "./check-seed.ts";
import type { Options } from "./options.ts";

export type Outcome = {
  readonly from: number;
  /** Seeds that were run. */
  readonly seeds: number;
  readonly orders: number;
  /** Over the traces of all of them, in order. */
  readonly hash: string;
  /** The lowest seed that broke something. */
  readonly broken: Checked | null;
};

/** Below this another thread takes longer to start than it helps. */
const WORTH_A_THREAD = 20;

/** Runs seeds side by side, independent of each other, and stops handing them out at the first that breaks something.
 *  @param told after each seed, with how many are done */
export async function runSeeds(
  options: Pick<Options, "from" | "seeds" | "breakName" | "twice">,
  told: (done: number) => void = () => undefined,
): Promise<Outcome> {
  const { from, seeds } = options;
  const checked = new Map<number, Checked>();
  let next = from;
  let stopped = false;
  const take = (): number | null => (stopped || next >= from + seeds ? null : next++);
  const done = (one: Checked): void => {
    checked.set(one.seed, one);
    stopped ||= one.broken !== null;
    told(checked.size);
  };
  const threads = Math.min(availableParallelism(), Math.floor(seeds / WORTH_A_THREAD));
  if (threads < 2) await runHere(options, take, done);
  else await Promise.all(Array.from({ length: threads }, () => runThere(options, take, done)));
  return outcomeOf(from, checked);
}

type Take = () => number | null;
type Done = (one: Checked) => void;
type How = Pick<Options, "breakName" | "twice">;

async function runHere({ breakName, twice }: How, take: Take, done: Done): Promise<void> {
  const template = await makeTemplate();
  for (let seed = take(); seed !== null; seed = take()) done(await checkSeed(template, { seed, breakName, twice }));
}

function runThere({ breakName, twice }: How, take: Take, done: Done): Promise<void> {
  const worker = new Worker(join(import.meta.dirname, "seed-worker.ts"), { workerData: { breakName, twice } });
  return new Promise<void>((resolve, reject) => {
    worker.on("error", reject);
    worker.on("message", (one: Checked | null) => {
      if (one !== null) done(one);
      const seed = take();
      if (seed === null) resolve();
      else worker.postMessage(seed);
    });
  }).finally(() => worker.terminate());
}

function outcomeOf(from: number, checked: ReadonlyMap<number, Checked>): Outcome {
  const all = [...checked.values()].toSorted((one, other) => one.seed - other.seed);
  const hash = createHash("sha256");
  for (const one of all) hash.update(one.hash);
  return {
    from,
    seeds: all.length,
    orders: all.reduce((sum, { orders }) => sum + orders, 0),
    hash: hash.digest("hex"),
    broken: all.find(({ broken }) => broken !== null) ?? null,
  };
}
