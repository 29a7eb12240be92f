import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import * as v from "valibot";
import { fail, ok, type Result } from "../domain/result.ts";
import { readJsonFile } from "./json-file.ts";
import { withChanges } from "./state-changes.ts";
import { lineOf, StateSchema, type EmulatorState, type KeptChange } from "./state-shape.ts";
import { stateFlaw, upgraded } from "./state-versions.ts";

/** Readable by their owner only: a state holds keys. */
const MODE = 0o600;

/** The file that `--state` names; a folder holds it as `exchange.json`. */
export const stateFile = (path: string): string =>
  existsSync(path) && statSync(path).isDirectory() ? join(path, "exchange.json") : path;

/** Beside a state: what changed since it was written, one change a line. */
const changesFile = (file: string): string => `${file}.changes.jsonl`;

/** The state with the changes that came after it was written.
 *  @returns null where nothing was kept yet; a fault is one line that names the file */
export function loadState(file: string): Result<EmulatorState | null, string> {
  if (!existsSync(file)) return ok(null);
  const content = readJsonFile(file);
  if (!content.ok) return content;
  const read = v.safeParse(StateSchema, upgraded(content.value));
  if (read.success) {
    const lines = changesFile(file);
    const state = existsSync(lines) ? withChanges(read.output, readFileSync(lines, "utf8"), lines) : ok(read.output);
    if (!state.ok) return state;
    const flaw = stateFlaw(state.value);
    return flaw ? fail(`${file}: damaged: ${flaw}`) : state;
  }
  const issue = read.issues[0];
  return fail(`${file}: not a state of this program: ${v.getDotPath(issue) ?? "the whole"}: ${issue.message}`);
}

/** Written beside the file and put in its place at once: a crash leaves the old one or the new one, never a half.
 *  The changes that it holds are no longer needed, and passed over should the program end before they are gone.
 *  @throws Error of the file system */
export function saveState(file: string, state: EmulatorState): void {
  mkdirSync(dirname(file), { recursive: true });
  const fresh = `${file}.new`;
  writeFileSync(fresh, lineOf(state), { mode: MODE });
  renameSync(fresh, file);
  rmSync(changesFile(file), { force: true });
}

/** Writes a change down before its caller is answered: whatever ends the program, what was answered stays. (What ends the
 *  machine may take the last changes along: nothing waits for the disk.)
 *  @throws Error of the file system */
export function keepChange(file: string, change: KeptChange): void {
  appendFileSync(changesFile(file), lineOf(change), { mode: MODE });
}
