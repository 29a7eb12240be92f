import type { Broken } from "../invariants/invariants.ts";
import type { TraceLine } from "../record/trace.ts";
import type { Template } from "../scenario/template.ts";
import { BREAKS, type BreakName } from "./breaks.ts";
import { runSeed } from "./run-seed.ts";

export type Task = { readonly seed: number; readonly breakName: BreakName | null; readonly twice: boolean };
/** What became of a seed, without its whole trace. */
export type Checked = {
  readonly seed: number;
  readonly hash: string;
  readonly orders: number;
  readonly broken: Broken | null;
  /** The last of what happened to whom it is about. */
  readonly lines: readonly TraceLine[];
};

const MOST_LINES = 40;

/** Runs a seed and says what does not hold; told to run it twice, also that both went the same way. */
export async function checkSeed(template: Template, { seed, breakName, twice }: Task): Promise<Checked> {
  const sabotage = breakName === null ? undefined : BREAKS[breakName];
  const { hash, orders, broken, lines } = await runSeed(template, seed, sabotage);
  const again = twice ? await runSeed(template, seed, sabotage) : null;
  const at = again === null || again.hash === hash ? -1 : firstDifference(lines, again.lines);
  if (at >= 0) {
    const what = `two runs of one seed part: ${lines[at]?.text ?? "nothing"} | ${again?.lines[at]?.text ?? "nothing"}`;
    const differs = { invariant: "same-seed-same-trace", what, about: [] };
    return { seed, hash, orders, broken: differs, lines: lines.slice(Math.max(0, at - MOST_LINES), at + 1) };
  }
  return { seed, hash, orders, broken, lines: broken === null ? [] : linesAbout(lines, broken) };
}

function firstDifference(one: readonly TraceLine[], other: readonly TraceLine[]): number {
  const at = one.findIndex(({ atMs, text }, place) => other[place]?.text !== text || other[place].atMs !== atMs);
  return at === -1 ? one.length : at;
}

/** Lists name everything and tell nothing of one. */
const LIST = / GET \/api\/[a-z-]+ ->/;

const linesAbout = (lines: readonly TraceLine[], { about }: Broken): TraceLine[] =>
  lines
    .filter(({ text }) => !LIST.test(text) && about.some((name) => name !== "" && text.includes(name)))
    .slice(-MOST_LINES);
