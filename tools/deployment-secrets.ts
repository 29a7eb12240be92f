import { createECDH, randomBytes, randomInt } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { endWith } from "./options.ts";

/** What the relay needs and nobody else may read. MASTER_KEY: 32 bytes, base64. PEPPER: 32 bytes, hex. */
export type DeploymentSecrets = Readonly<Record<(typeof NAMES)[number] | (typeof PUSH_NAMES)[number], string>>;
const NAMES = ["MASTER_KEY", "PEPPER", "SET_UP_CODE"] as const;
/** Who sends push messages: made when they are missing, because nothing is lost but subscriptions. */
const PUSH_NAMES = ["VAPID_PUBLIC_KEY", "VAPID_PRIVATE_KEY", "VAPID_SUBJECT"] as const;

/** No letter that is mistaken for another when read aloud. */
const CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";
/** 16 letters of 31: 79 bits, beyond guessing through a throttled route. */
const CODE_LENGTH = 16;

const setUpCode = (): string =>
  Array.from({ length: CODE_LENGTH }, () => CODE_LETTERS[randomInt(CODE_LETTERS.length)])
    .join("")
    .replace(/(.{4})(?!$)/g, "$1-");

/** A P-256 key pair, base64url. Source: RFC 8292. */
export function newPushKeys(): Readonly<Record<(typeof PUSH_NAMES)[number], string>> {
  const pair = createECDH("prime256v1");
  pair.generateKeys();
  // A scalar that begins with zeros comes out short.
  const scalar = Buffer.concat([Buffer.alloc(32), pair.getPrivateKey()]).subarray(-32);
  return {
    VAPID_PUBLIC_KEY: pair.getPublicKey("base64url"),
    VAPID_PRIVATE_KEY: scalar.toString("base64url"),
    VAPID_SUBJECT: "mailto:operator@localhost.invalid",
  };
}

/** The secrets of a local deployment: made at the first start, in a file that its owner alone can read, kept for good.
 *  A damaged file ends the program: made anew, the stored keys could never be opened again. */
export function localSecrets(folder: string): DeploymentSecrets {
  const path = join(folder, "secrets.json");
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const made: DeploymentSecrets = {
      MASTER_KEY: randomBytes(32).toString("base64"),
      PEPPER: randomBytes(32).toString("hex"),
      SET_UP_CODE: setUpCode(),
      ...newPushKeys(),
    };
    writeFileSync(path, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600, flag: "wx" });
  }
  chmodSync(path, 0o600);
  return readSecrets(path);
}

function readSecrets(path: string): DeploymentSecrets {
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return endWith(
      `${path} cannot be read as JSON: put back the copy you kept; without it stored exchange keys cannot be opened.`,
    );
  }
  const values = read as Record<string, unknown>;
  const missing = NAMES.filter((name) => typeof values?.[name] !== "string" || values[name] === "");
  if (missing.length > 0) endWith(`${path} lacks ${missing.join(", ")}: put back the copy you kept.`);
  if (PUSH_NAMES.some((name) => typeof values[name] !== "string")) {
    Object.assign(values, newPushKeys());
    writeFileSync(path, `${JSON.stringify(values, null, 2)}\n`, { mode: 0o600 });
  }
  return values as DeploymentSecrets;
}
