import { matchesPepperedHash, pepperedHash, type Settings } from "../settings.ts";

/** The browser stretches the password (Argon2id); what it sends is hashed once more under the pepper, so that a stolen
 *  database logs nobody in and cannot be guessed against. */
export const verifierMac = (settings: Settings, userId: string, verifier: string): Promise<string> =>
  pepperedHash(settings, "verifier", `${userId}:${verifier}`);

type Proof = { readonly userId: string; readonly verifier: string; readonly mac: string };
export const provesIdentity = (settings: Settings, { userId, verifier, mac }: Proof): Promise<boolean> =>
  matchesPepperedHash(settings, "verifier", { text: `${userId}:${verifier}`, hash: mac });

/** The salt of a name that nobody has: always the same, and nothing tells it from a real one. Rule X11. */
export const saltOfNobody = async (settings: Settings, name: string): Promise<string> =>
  (await pepperedHash(settings, "salt", name)).slice(0, 32);

/** Typed by hand from a terminal: capitals and small letters count alike. */
export async function isSetUpCode(settings: Settings, code: string): Promise<boolean> {
  const hash = await pepperedHash(settings, "set-up-code", settings.setUpCode.toUpperCase());
  return matchesPepperedHash(settings, "set-up-code", { text: code.toUpperCase(), hash });
}
