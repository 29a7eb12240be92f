/** What a slice found out; numbers that are added up or listed. */
export type Figures = Readonly<Record<string, number>>;

/** A long run in slices that can be done in any order: what is done stays done. */
export type Proof = {
  readonly name: string;
  /** For the table: what is shown by it. */
  readonly shows: string;
  readonly slices: number;
  /** Slices side by side. */
  readonly atOnce: number;
  /** Once before the first slice of a run. */
  readonly prepare?: () => Promise<void>;
  /** @throws when what it is to prove does not hold, or when the signal ends it */
  run(slice: number, signal: AbortSignal): Promise<Figures>;
  /** The figures of all slices in a few words. */
  readonly inWords: (figures: readonly Figures[]) => string;
};

/** What was done so far, of one proof at one commit. */
export type Progress = {
  readonly commit: string;
  /** Wall time spent, all sessions together. */
  readonly spentMs: number;
  readonly done: Readonly<Record<number, Figures>>;
};
export type ProgressShelf = { read(): Progress; write(progress: Progress): void };

export type Outcome =
  | { readonly kind: "holds"; readonly progress: Progress }
  | { readonly kind: "fails"; readonly progress: Progress; readonly slice: number; readonly why: string }
  | { readonly kind: "stopped"; readonly progress: Progress };
type Surroundings = {
  readonly shelf: ProgressShelf;
  readonly signal: AbortSignal;
  readonly nowMs: () => number;
  readonly tell: (line: string) => void;
};

/** Runs the slices that are not done yet. A slice that fails ends the run and is tried again by the next one. */
export async function runProof(proof: Proof, { shelf, signal, nowMs, tell }: Surroundings): Promise<Outcome> {
  let progress = shelf.read();
  const beganMs = nowMs();
  const before = progress;
  const rest = Array.from({ length: proof.slices }, (_, slice) => slice).filter((slice) => !(slice in progress.done));
  const ending = new AbortController();
  const either = AbortSignal.any([signal, ending.signal]);
  let failed: { slice: number; why: string } | null = null;

  async function take(): Promise<void> {
    for (let slice = rest.shift(); slice !== undefined && !either.aborted; slice = rest.shift()) {
      try {
        const figures = await proof.run(slice, either);
        progress = {
          ...progress,
          spentMs: before.spentMs + nowMs() - beganMs,
          done: { ...progress.done, [slice]: figures },
        };
        shelf.write(progress);
        tell(`${proof.name}: ${leftInWords(progress, proof, { before, spentMs: nowMs() - beganMs })}`);
      } catch (error) {
        if (either.aborted) return;
        failed = { slice, why: error instanceof Error ? error.message : String(error) };
        ending.abort();
      }
    }
  }

  if (rest.length > 0) await proof.prepare?.();
  await Promise.all(Array.from({ length: proof.atOnce }, take));
  const outcome = failed as { slice: number; why: string } | null;
  if (outcome) return { kind: "fails", progress, ...outcome };
  return { kind: Object.keys(progress.done).length === proof.slices ? "holds" : "stopped", progress };
}

type Pace = { readonly before: Progress; readonly spentMs: number };

function leftInWords({ done }: Progress, { slices }: Proof, { before, spentMs }: Pace): string {
  const count = Object.keys(done).length;
  const doneNow = count - Object.keys(before.done).length;
  const leftMs = (spentMs / doneNow) * (slices - count);
  return `${count} of ${slices}${count < slices ? `, about ${durationText(leftMs)} left` : ""}`;
}

/** `2 h 5 min`, `3 min`, `40 s`. */
export function durationText(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
