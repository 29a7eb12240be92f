import { updateTraining } from "../store/training-store.ts";
import type { ObservatorDatabase } from "../store/database.ts";
import type { TrainingRow } from "../store/tables.ts";

type Change = Partial<Omit<TrainingRow, "id" | "settings" | "stopRequested">>;

/** Writes to the training's row: every screen that shows it reads the database again for each. */
const WRITE_EVERY_MS = 250;

/** What a training tells the screens, through its row. */
export type TrainingReport = {
  /** Written now or together with a later change; at most four writes a second. */
  say(change: Change): Promise<void>;
  /** Written before it returns, with everything said before. */
  sayNow(change: Change): Promise<void>;
};

export function openTrainingReport(db: ObservatorDatabase, id: string, nowMs: () => number): TrainingReport {
  let waiting: Change = {};
  let writtenMs = -Infinity;
  async function sayNow(change: Change): Promise<void> {
    const all = { ...waiting, ...change };
    waiting = {};
    writtenMs = nowMs();
    await updateTraining(db, id, all);
  }
  return {
    sayNow,
    async say(change) {
      waiting = { ...waiting, ...change };
      if (nowMs() - writtenMs >= WRITE_EVERY_MS) await sayNow({});
    },
  };
}
