import { argon2id } from "hash-wasm";
import { ARGON2 } from "../../../domain/wire.ts";

/** Shortest password taken. Length is what protects here; no rule about kinds of characters. Source: NIST SP 800-63B. */
export const SHORTEST_PASSWORD = 10;

export function freshSalt(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What the relay learns instead of the password: Argon2id under the account's salt, 32 bytes as lower-case hex.
 *  The same letters typed on different devices give the same bytes, hence NFKC. Source: RFC 9106; wire.ts `ARGON2`.
 *  @param salt 16 bytes, lower-case hex */
export function stretchPassword(password: string, salt: string): Promise<string> {
  return argon2id({
    password: password.normalize("NFKC"),
    salt: bytesOfHex(salt),
    memorySize: ARGON2.memoryKib,
    iterations: ARGON2.iterations,
    parallelism: ARGON2.parallelism,
    hashLength: ARGON2.hashLength,
    outputType: "hex",
  });
}

const bytesOfHex = (hex: string): Uint8Array =>
  Uint8Array.from({ length: hex.length / 2 }, (_, at) => Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16));
