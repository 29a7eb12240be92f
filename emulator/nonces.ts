/** Nonces that were used. Tokens carry no expiry, so the exchange remembers long; here the newest are kept, and none
 *  outlives the program (how long the exchange remembers nobody could confirm, upbit-api 9.6). */
const MOST_NONCES = 200_000;

/** @returns a function that answers false for a nonce it has seen under the same access key */
export function createNonceMemory(): (accessKey: string, nonce: string) => boolean {
  const seen = new Set<string>();
  return (accessKey, nonce) => {
    const name = `${accessKey} ${nonce}`;
    if (seen.has(name)) return false;
    if (seen.size >= MOST_NONCES) seen.delete(seen.values().next().value!);
    seen.add(name);
    return true;
  };
}
