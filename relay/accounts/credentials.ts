import type { Relay } from "../relay.ts";
import { matchesPepperedHash, pepperedHash } from "../settings.ts";

/** The browser stretches the password (Argon2id); what it sends is hashed once more under the pepper, so that a stolen
 *  database logs nobody in and cannot be guessed against. */
export const verifierMac = (relay: Relay, userId: string, verifier: string): Promise<string> =>
  pepperedHash(relay, "verifier", `${userId}:${verifier}`);

/** A person's password as it is kept. Further kinds (passkeys) are rows of the same table with columns of their own. */
export type PasswordRow = { readonly user_id: string; readonly salt: string; readonly verifier_mac: string };

/** Stands for a person who does not exist: the same work is done, and nothing ever matches. Rule X11. */
const NOBODY: PasswordRow = { user_id: "nobody", salt: "", verifier_mac: "00".repeat(32) };

export const readPassword = (relay: Relay, userId: string): Promise<PasswordRow | null> =>
  relay.db
    .prepare("SELECT user_id, salt, verifier_mac FROM credentials WHERE user_id = ? AND kind = 'password'")
    .bind(userId)
    .first<PasswordRow>();

/** @param row null where nobody has that name */
export function provesIdentity(relay: Relay, row: PasswordRow | null, verifier: string): Promise<boolean> {
  const { user_id: userId, verifier_mac: hash } = row ?? NOBODY;
  return matchesPepperedHash(relay, "verifier", { text: `${userId}:${verifier}`, hash });
}

/** The salt of a name that nobody has: always the same, and nothing tells it from a real one. Rule X11. */
export const saltOfNobody = async (relay: Relay, name: string): Promise<string> =>
  (await pepperedHash(relay, "salt", name)).slice(0, 32);

/** Typed by hand from a terminal: capitals, hyphens and spaces do not count. */
export async function isSetUpCode(relay: Relay, code: string): Promise<boolean> {
  const hash = await pepperedHash(relay, "set-up-code", spelled(relay.settings.setUpCode));
  return matchesPepperedHash(relay, "set-up-code", { text: spelled(code), hash });
}
const spelled = (code: string): string => code.replaceAll(/[\s-]/g, "").toUpperCase();
