import * as v from "valibot";
import { parseInstant } from "../../domain/time.ts";
import { DAY_MS, epochMs, type EpochMs } from "../../domain/units.ts";
import { createRandom, hashOf } from "../market/random.ts";

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
  "transfer",
] as const;
export type Permission = (typeof PERMISSIONS)[number];
export type PocketKind = "main" | "sub";
/** What a key of each kind of pocket may hold: a sub-pocket's key can never withdraw or deposit. Source: upbit-api 2.1. */
export const PERMISSIONS_OF: Record<PocketKind, readonly Permission[]> = {
  main: PERMISSIONS.filter((permission) => permission !== "transfer"),
  sub: ["view_account", "view_orders", "make_orders", "transfer"],
};
/** Source: upbit-api 2.1, "Number". */
export const MOST_KEYS: Record<PocketKind, number> = { main: 10, sub: 5 };

const Instant = v.pipe(
  v.number(),
  v.transform((value) => value as EpochMs),
);
const KeyText = v.pipe(v.string(), v.regex(/^[A-Za-z0-9]{40}$/, "40 letters and digits"));
const Permissions = v.pipe(v.array(v.picklist(PERMISSIONS)), v.minLength(1, "at least one permission"));
/** Addresses that may use a key: IPv4, at most ten. Source: upbit-api 2.1. */
export const AllowedIps = v.pipe(
  v.array(v.pipe(v.string(), v.ipv4("an IPv4 address"))),
  v.minLength(1, "at least one address"),
  v.maxLength(10, "at most ten addresses"),
);

export const ApiKeySchema = v.object({
  accessKey: KeyText,
  secretKey: KeyText,
  pocketId: v.string(),
  permissions: v.array(v.picklist(PERMISSIONS)),
  allowedIps: v.array(v.string()),
  createdAtMs: Instant,
  expireAtMs: Instant,
});
/** A key belongs to one pocket: quota, balances and orders are that pocket's. */
export type ApiKey = v.InferOutput<typeof ApiKeySchema>;

/** A key as a person writes it down, in the accounts file or over the control port. Left out: `accessKey` and `secretKey`
 *  are made from the seed, `allowedIps` is this machine alone, `expireAt` is a year from now. */
export const NewKeySchema = v.strictObject({
  accessKey: v.optional(KeyText),
  secretKey: v.optional(KeyText),
  permissions: v.optional(Permissions, () => [...TRADING_PERMISSIONS]),
  allowedIps: v.optional(AllowedIps, () => [LOOPBACK]),
  /** ISO 8601 with a zone. */
  expireAt: v.optional(
    v.pipe(
      v.string(),
      v.check((text) => parseInstant(text).ok, "a time such as 2027-05-27T15:17:51+09:00"),
      v.transform((text) => {
        const read = parseInstant(text);
        return read.ok ? read.value : epochMs(0);
      }),
    ),
  ),
});
export type NewKey = v.InferOutput<typeof NewKeySchema>;

const TRADING_PERMISSIONS = ["view_account", "view_orders", "make_orders"] as const;
const LOOPBACK = "127.0.0.1";
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const KEY_LENGTH = 40;
/** Source: upbit-api 2.1, "Life". */
const KEY_LIFE_MS = 365 * DAY_MS;

/** @param salt what tells this key from the others of the same seed; keys of equal salt are equal, so that one can be
 *  written into a test */
export const makeKey = (given: NewKey, pocketId: string, salt: string, { seed, nowMs }: KeyOrigin): ApiKey => ({
  accessKey: given.accessKey ?? lettersFrom(hashOf(seed, salt, "access key")),
  secretKey: given.secretKey ?? lettersFrom(hashOf(seed, salt, "secret key")),
  pocketId,
  permissions: given.permissions,
  allowedIps: given.allowedIps,
  createdAtMs: nowMs,
  expireAtMs: given.expireAt ?? epochMs(nowMs + KEY_LIFE_MS),
});
export type KeyOrigin = { readonly seed: number; readonly nowMs: EpochMs };

function lettersFrom(seed: number): string {
  const random = createRandom(seed);
  return Array.from({ length: KEY_LENGTH }, () => LETTERS[Math.floor(random() * LETTERS.length)]).join("");
}
