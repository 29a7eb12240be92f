import { fail, ok, type Result } from "../../domain/result.ts";
import { bytesOfBase64, bytesOfHex, type Bytes } from "../bytes.ts";
import type { Env } from "../env.ts";
import type { CryptoPort } from "../web-crypto.ts";

/** AES-256-GCM handles by version. The newest wraps; the others still open what they wrapped, until it is wrapped
 *  anew. */
export type MasterKeys = { readonly newest: number; readonly byVersion: ReadonlyMap<number, CryptoKey> };

const KEY_BYTES = 32;
/** `MASTER_KEY` alone, as every deployment begins. */
const FIRST_VERSION = 1;

function readKey(text: string): Bytes | null {
  const bytes = bytesOfHex(text) ?? bytesOfBase64(text);
  return bytes?.length === KEY_BYTES ? bytes : null;
}

/** `MASTER_KEY` is version 1; `MASTER_KEYS` names further ones as `2:KEY,3:KEY`. Rule K6. */
export async function readMasterKeys(env: Env, crypto: CryptoPort): Promise<Result<MasterKeys, string>> {
  const first = env.MASTER_KEY ? [`${FIRST_VERSION}:${env.MASTER_KEY}`] : [];
  const named = (env.MASTER_KEYS ?? "").split(",").filter((entry) => entry.trim() !== "");
  const variable = named.length > 0 ? "MASTER_KEYS" : "MASTER_KEY";
  const byVersion = new Map<number, CryptoKey>();
  for (const entry of [...first, ...named]) {
    const [, version, text] = /^\s*([1-9]\d{0,5}):\s*(\S+)\s*$/.exec(entry) ?? [];
    const bytes = text === undefined ? null : readKey(text);
    if (!bytes) return fail(`${variable} is missing or holds a key that is not 32 bytes in base64 or hex.`);
    if (byVersion.has(Number(version))) return fail("MASTER_KEYS names a version twice; MASTER_KEY is version 1.");
    byVersion.set(Number(version), await crypto.cipherKey(bytes));
  }
  return byVersion.size > 0
    ? ok({ newest: Math.max(...byVersion.keys()), byVersion })
    : fail("MASTER_KEY is missing or is not 32 bytes in base64 or hex.");
}
