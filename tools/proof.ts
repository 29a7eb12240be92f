import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { endWith, readOptions } from "./options.ts";
import { forgetProgress, progressFile } from "./proof/progress-file.ts";
import { durationText, runProof, type Proof } from "./proof/proof-run.ts";
import { PROOFS } from "./proof/proofs.ts";
import { withResult } from "./proof/results-table.ts";
import { inRoot } from "./root.ts";

/** The long runs. Ctrl-C ends one; the same command goes on with it, as long as the commit is the same. What came out is
 *  written into docs/proof.md. */
const NAMES = PROOFS.map(({ name }) => name);
const USAGE = `usage: npm run proof [-- NAME…]\nproofs: ${NAMES.join(", ")}`;
const RESULTS = inRoot("docs", "proof.md");

const { positionals } = readOptions(USAGE, {});
const strange = positionals.find((name) => !NAMES.includes(name));
if (strange !== undefined) endWith(`There is no proof named ${strange}.\n${USAGE}`);

/** `abc1234`, with a plus where files differ from it: then progress is not kept, because nothing names what was run. */
function commitOfTree(): string {
  const git = (...args: string[]) => execFileSync("git", args, { cwd: inRoot(), encoding: "utf8" }).trim();
  const changed = git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!docs/proof.md") !== "";
  return git("rev-parse", "--short", "HEAD") + (changed ? "+" : "");
}

const ending = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => ending.abort());

async function prove(proof: Proof): Promise<boolean> {
  const commit = commitOfTree();
  const path = inRoot(".cache", "proof", `${proof.name}.json`);
  if (commit.endsWith("+")) forgetProgress(path);
  const shelf = progressFile(path, commit);
  const standing = Object.keys(shelf.read().done).length;
  console.log(`${proof.name} at ${commit}: ${standing} of ${proof.slices} done`);
  const outcome = await runProof(proof, {
    shelf,
    signal: ending.signal,
    nowMs: () => performance.now(),
    tell: (line) => console.log(line),
  });
  if (outcome.kind === "stopped") {
    console.log(`${proof.name}: stopped; npm run proof -- ${proof.name} goes on`);
    return false;
  }
  const holds = outcome.kind === "holds";
  const result = holds
    ? proof.inWords(Object.values(outcome.progress.done))
    : `**fails** in part ${outcome.slice + 1} of ${proof.slices}`;
  const day = new Date().toISOString().slice(0, 10);
  const took = durationText(outcome.progress.spentMs);
  const row = { name: proof.name, shows: proof.shows, result, commit, day, took };
  writeFileSync(RESULTS, withResult(readFileSync(RESULTS, "utf8"), row));
  console.log(`${holds ? "ok  " : "FAIL"} ${proof.name}: ${result} (${took})`);
  if (!holds) console.error(outcome.why);
  return holds;
}

for (const proof of PROOFS)
  if ((positionals.length === 0 || positionals.includes(proof.name)) && !ending.signal.aborted)
    if (!(await prove(proof))) process.exitCode = 1;
process.exit();
