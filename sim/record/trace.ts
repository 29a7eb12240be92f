import { createHash } from "node:crypto";
import { epochMs, type EpochMs } from "../../domain/units.ts";

/** One thing that happened. */
export type TraceLine = { readonly atMs: EpochMs; readonly text: string };

/** Everything that happened in a run, in order: two runs of one seed give the same, to the letter. */
export type Trace = {
  readonly lines: readonly TraceLine[];
  tell(text: string): void;
  /** SHA-256 over all of it, hex. */
  hash(): string;
};

export function createTrace(now: () => EpochMs): Trace {
  const lines: TraceLine[] = [];
  return {
    lines,
    tell: (text) => void lines.push({ atMs: epochMs(now()), text }),
    hash: () => {
      const hash = createHash("sha256");
      for (const { atMs, text } of lines) hash.update(`${atMs} ${text}\n`);
      return hash.digest("hex");
    },
  };
}
