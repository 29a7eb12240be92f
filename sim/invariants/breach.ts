import type { Evidence } from "../record/evidence.ts";

/** Something that must never be, in one sentence, and whom it is about: ids and identifiers that the trace names. */
export type Breach = { readonly what: string; readonly about: readonly string[] };
export type Invariant = (evidence: Evidence) => Breach[];
