import { MINUTE_MS } from "../domain/units.ts";
import type { TraceLine } from "./record/trace.ts";
import { BREAKS } from "./run/breaks.ts";
import { readOptions, USAGE, type Options } from "./run/options.ts";
import { runSeed } from "./run/run-seed.ts";
import { runSeeds, type Outcome } from "./run/run-seeds.ts";
import { makeTemplate, START_MS } from "./scenario/template.ts";

/** The fault simulation at the command line. Exit status 1: an invariant broke, 2: the command was not understood. */
const PROGRESS_EVERY_MS = 5_000;
/** Of a line, where only the outline is shown. */
const MOST_CHARACTERS = 260;

/** Minutes, seconds and milliseconds since the run began. */
function lineText({ atMs, text }: TraceLine): string {
  const ms = atMs - START_MS;
  return `${Math.floor(ms / MINUTE_MS)}:${((ms % MINUTE_MS) / 1_000).toFixed(3).padStart(6, "0")} ${text}`;
}

async function showOne({ from, breakName }: Options): Promise<number> {
  const { lines, broken, hash } = await runSeed(await makeTemplate(), from, breakName ? BREAKS[breakName] : undefined);
  for (const line of lines) console.log(lineText(line));
  console.log(broken ? `BROKEN ${broken.invariant}: ${broken.what}` : "every invariant held", hash);
  return broken ? 1 : 0;
}

function tell({ seeds, orders, hash, broken }: Outcome, beganMs: number): void {
  if (broken?.broken) {
    for (const line of broken.lines) console.log(lineText(line).slice(0, MOST_CHARACTERS));
    console.log(`BROKEN seed ${broken.seed}: ${broken.broken.invariant}: ${broken.broken.what}`);
    console.log(`The whole of it: npm run sim -- --seed ${broken.seed} --trace`);
    return;
  }
  const tookMs = performance.now() - beganMs;
  console.log(`${seeds} seeds held, ${orders} orders at the exchange, ${(tookMs / seeds).toFixed(0)} ms a seed`);
  console.log(`trace ${hash}`);
}

async function showMany(options: Options): Promise<number> {
  const beganMs = performance.now();
  let toldMs = beganMs;
  const outcome = await runSeeds(options, (done) => {
    if (options.json || performance.now() - toldMs < PROGRESS_EVERY_MS) return;
    toldMs = performance.now();
    console.log(`${done} of ${options.seeds} seeds`);
  });
  if (options.json) console.log(JSON.stringify(outcome));
  else tell(outcome, beganMs);
  return outcome.broken ? 1 : 0;
}

const options = readOptions(process.argv.slice(2));
if (options.ok) process.exitCode = await (options.value.trace ? showOne(options.value) : showMany(options.value));
else {
  console.error(`${options.fault}\n${USAGE}`);
  process.exitCode = 2;
}
