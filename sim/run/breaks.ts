import type { Sabotage } from "../ground/isolate.ts";

const INTENT = /INSERT INTO orders \(|state = 'sending', key_id = /;
const whole = (sql: string): string => sql;
const never = (): boolean => false;

/** Rewrites statements. */
const rewriting = (...swaps: readonly (readonly [RegExp, string])[]): Sabotage => ({
  sql: (text) => swaps.reduce((sql, [from, to]) => sql.replace(from, to), text),
  postpones: never,
});

/** Ways to break the relay from outside, one for each of its safeguards; each must break an invariant. */
export const BREAKS = {
  /** The database says that an intent is written, and writes it later, if at all. */
  "write-ahead": { sql: whole, postpones: (texts) => texts.some((text) => INTENT.test(text)) },
  /** Each attempt goes under a new name. */
  identifier: rewriting([
    /attempts = attempts \+ 1, sent_wall_ms/,
    "attempts = attempts + 1, identifier = identifier || '-' || attempts, sent_wall_ms",
  ]),
  /** Nobody looks whether a lease stands: neither a session's nor a claim's. */
  lease: rewriting(
    [/AND a\.state = 'running' AND a\.seen_wall_ms > [^)]*\)/, ")"],
    [/COALESCE\(o\.lease_wall_ms, 0\) <= \?2/, "?2 = ?2"],
  ),
  /** Tokens are not compared: neither a session's nor a claim's. */
  fencing: rewriting(
    [/AND a\.token = \?1 ->> '\$\.lease\.token'/, ""],
    [/AND lease_wall_ms = \?1 ->> '\$\.run\.leaseMs'/, ""],
  ),
  /** The first "no such order" is believed. */
  "early-404": rewriting([
    /missing_count = \?2, missing_since_wall_ms = \?3,/,
    "missing_count = 9 + 0 * ?2, missing_since_wall_ms = 0 * ?3, sent_wall_ms = 0,",
  ]),
} as const satisfies Record<string, Sabotage>;
export type BreakName = keyof typeof BREAKS;
