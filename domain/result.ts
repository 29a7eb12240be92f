/** An expected outcome, good or bad, as a value. Bugs are thrown instead (see `assert`). */
export type Result<Value, Problem> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly fault: Problem };

export const ok = <Value>(value: Value): { ok: true; value: Value } => ({ ok: true, value });
export const fail = <Problem>(fault: Problem): { ok: false; fault: Problem } => ({ ok: false, fault });
