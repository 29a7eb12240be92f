import { randomBytes, randomInt } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { endWith } from "./options.ts";

/** What the relay needs and nobody else may read. MASTER_KEY: 32 bytes, base64. PEPPER: 32 bytes, hex. */
export type DeploymentSecrets = { readonly MASTER_KEY: string; readonly PEPPER: string; readonly SET_UP_CODE: string };
const NAMES = ["MASTER_KEY", "PEPPER", "SET_UP_CODE"] as const;

/** No letter that is mistaken for another when read aloud. */
const CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";
/** 16 letters of 31: 79 bits, beyond guessing through a throttled route. */
const CODE_LENGTH = 16;

const setUpCode = (): string =>
  Array.from({ length: CODE_LENGTH }, () => CODE_LETTERS[randomInt(CODE_LETTERS.length)])
    .join("")
    .replace(/(.{4})(?!$)/g, "$1-");

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
  return values as DeploymentSecrets;
}
