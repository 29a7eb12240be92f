import * as v from "valibot";
import type { EpochMs } from "../domain/units.ts";
import { createRandom, hashOf } from "./random.ts";

/** Machine names as the exchange spells them. Source: upbit-api 2.1. */
export const PERMISSIONS = [
  "view_account",
  "view_orders",
  "make_orders",
  "view_withdrawals",
  "withdraw",
  "view_deposits",
  "deposit",
  "manage_pockets",
] as const;
export type Permission = (typeof PERMISSIONS)[number];

export const ApiKeySchema = v.object({
  accessKey: v.pipe(v.string(), v.regex(/^[A-Za-z0-9]{40}$/)),
  secretKey: v.pipe(v.string(), v.regex(/^[A-Za-z0-9]{40}$/)),
  accountId: v.string(),
  permissions: v.array(v.picklist(PERMISSIONS)),
  /** Addresses that may use it. Source: upbit-api 2.1. */
  allowedIps: v.array(v.string()),
  expireAtMs: v.pipe(
    v.number(),
    v.transform((value) => value as EpochMs),
  ),
});
export type ApiKey = v.InferOutput<typeof ApiKeySchema>;

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const KEY_LENGTH = 40;
const YEAR_MS = 365 * 86_400_000;

/** The demo account's key: made from the seed, so that it can be written into a test; it opens play money only. */
export function demoKey(seed: number, accountId: string, nowMs: EpochMs): ApiKey {
  return {
    accessKey: lettersFrom(hashOf(seed, accountId, "access key")),
    secretKey: lettersFrom(hashOf(seed, accountId, "secret key")),
    accountId,
    permissions: ["view_account", "view_orders", "make_orders"],
    allowedIps: ["127.0.0.1"],
    expireAtMs: (nowMs + YEAR_MS) as EpochMs,
  };
}

function lettersFrom(seed: number): string {
  const random = createRandom(seed);
  return Array.from({ length: KEY_LENGTH }, () => LETTERS[Math.floor(random() * LETTERS.length)]).join("");
}
