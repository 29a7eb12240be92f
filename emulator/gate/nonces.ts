import type { Claims } from "./jwt.ts";

/** Nonces that are kept at most; the oldest go first. None outlives the program. */
const MOST_NONCES = 200_000;

/** Answers false for a nonce that it has seen under the same access key within `memoryMs` of wall time. Tokens carry no
 *  expiry; how long the exchange remembers nobody could confirm (upbit-api 9.6). */
export type NonceMemory = (token: Pick<Claims, "access_key" | "nonce">, wallMs: number, memoryMs: number) => boolean;

export function createNonceMemory(): NonceMemory {
  const seen = new Map<string, number>();
  return ({ access_key, nonce }, wallMs, memoryMs) => {
    const name = `${access_key} ${nonce}`;
    const usedMs = seen.get(name);
    if (usedMs !== undefined && wallMs - usedMs < memoryMs) return false;
    seen.delete(name);
    if (seen.size >= MOST_NONCES) seen.delete(seen.keys().next().value!);
    seen.set(name, wallMs);
    return true;
  };
}
