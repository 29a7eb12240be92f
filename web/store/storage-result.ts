import Dexie from "dexie";
import type { Fault } from "../../domain/fault.ts";
import { fail, ok, type Result } from "../../domain/result.ts";

const FULL: Fault = {
  type: "storage-full",
  kind: "stop",
  detail: "The browser has no room left for this site; nothing of this step was written.",
};

let full = false;

/** The last step of this worker that wrote was refused for want of room. */
export const isStorageFull = (): boolean => full;

/** Runs a step that writes. A refusal for want of room is a fault, and IndexedDB has taken the whole step back; any other
 *  failure is a bug and goes on. Rule C19. */
export async function storageResult<Value>(write: () => Promise<Value>): Promise<Result<Value, Fault>> {
  try {
    const written = ok(await write());
    full = false;
    return written;
  } catch (problem) {
    if (!isFull(problem)) throw problem;
    full = true;
    return fail(FULL);
  }
}

/** Chromium refuses one request, or aborts the transaction at its end; Dexie wraps
 *  either. */
function isFull(problem: unknown): boolean {
  if (!(problem instanceof Error)) return false;
  const causes = [
    "inner" in problem ? problem.inner : null,
    ...(problem instanceof Dexie.BulkError ? problem.failures : []),
  ];
  return problem.name === "QuotaExceededError" || causes.some(isFull);
}
