import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Progress, ProgressShelf } from "./proof-run.ts";

/** Keeps what was done in a file, for this commit only: what another one proved proves nothing about this one. */
export function progressFile(path: string, commit: string): ProgressShelf {
  return {
    read: () => {
      const kept = readKept(path);
      return kept?.commit === commit ? kept : { commit, spentMs: 0, done: {} };
    },
    write: (progress) => {
      mkdirSync(dirname(path), { recursive: true });
      // Whole or not at all, whenever this process is ended.
      writeFileSync(`${path}.next`, JSON.stringify(progress));
      renameSync(`${path}.next`, path);
    },
  };
}

export const forgetProgress = (path: string): void => rmSync(path, { force: true });

/** Written by this tool alone; a missing or damaged file means beginning anew. */
function readKept(path: string): Progress | null {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Progress;
  } catch {
    return null;
  }
}
