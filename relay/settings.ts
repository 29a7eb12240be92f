import { fail, ok, type Result } from "../domain/result.ts";
import { bytesOfHex, hex, type Bytes } from "./bytes.ts";
import type { Env } from "./env.ts";
import { readMasterKeys, type MasterKeys } from "./keys/master-keys.ts";
import { readVapid, type Vapid } from "./push/vapid.ts";
import type { Egress } from "./upbit/egress.ts";
import type { CryptoPort } from "./web-crypto.ts";

export const SIGN_UP_MODES = ["open", "invitation", "closed"] as const;

/** The deployment's variables and secrets, checked once an isolate. Keys are handles that cannot be exported. */
export type Settings = {
  /** No trailing slash. */
  readonly exchangeUrl: string;
  readonly exchangeWsUrl: string;
  /** The hop with the fixed address, or null: requests go straight to the exchange. */
  readonly egress: Egress | null;
  /** The exchange and the way to it lie on this machine: play money, orders may go out, its clock counts. */
  readonly loopbackExchange: boolean;
  /** Orders may go to an exchange that is not on this machine. Off unless the deployment says `on`. Rule X2. */
  readonly liveTrading: boolean;
  readonly masterKeys: MasterKeys;
  /** HMAC-SHA-256. */
  readonly pepper: CryptoKey;
  readonly setUpCode: string;
  readonly signUp: (typeof SIGN_UP_MODES)[number];
  /** What a person registers at the exchange for the key: where the relay's requests come from. Empty: not known. */
  readonly egressAddresses: readonly string[];
  /** Null: this deployment sends no push messages. */
  readonly vapid: Vapid | null;
};

const PEPPER_BYTES = 32;
const SHORTEST_SET_UP_CODE = 12;
/** 128 bits in hex; letters that travel in a header as they are. */
const EGRESS_TOKEN = /^[A-Za-z0-9_-]{32,128}$/;
const LOOPBACK_HOSTS: readonly string[] = ["127.0.0.1", "localhost", "[::1]"];
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;

export const isLoopback = (url: URL): boolean => LOOPBACK_HOSTS.includes(url.hostname);

/** An address without credentials or query; anything that leaves this machine must be encrypted. */
function readAddress(text: string | undefined, secure: string, plain: string): URL | null {
  if (!text || !URL.canParse(text)) return null;
  const url = new URL(text);
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") return null;
  return url.protocol === secure || (url.protocol === plain && isLoopback(url)) ? url : null;
}

function readPepper(text: string | undefined): Bytes | null {
  const bytes = text ? bytesOfHex(text) : null;
  return bytes && bytes.length >= PEPPER_BYTES ? bytes : null;
}

/** A deployment that says nothing takes nobody in without an invitation. */
function readSignUp(text: string | undefined): Settings["signUp"] | null {
  const mode = text?.trim() || "invitation";
  return SIGN_UP_MODES.find((known) => known === mode) ?? null;
}

function readEgressAddresses(text: string | undefined): readonly string[] | null {
  const addresses = (text ?? "")
    .split(",")
    .map((address) => address.trim())
    .filter(Boolean);
  return addresses.every((address) => IPV4.test(address)) ? addresses : null;
}

/** No address, no hop; a hop without its token is a mistake. */
function readEgress(env: Env, exchange: URL): Result<Egress | null, string> {
  if (!env.EGRESS_URL) return ok(null);
  const url = readAddress(env.EGRESS_URL, "https:", "http:");
  if (!url) return fail("EGRESS_URL is not an https address (plain http only on this machine).");
  if (isLoopback(exchange) && !isLoopback(url))
    return fail("EGRESS_URL leads away from this machine while EXCHANGE_URL names an exchange on it.");
  const token = env.EGRESS_TOKEN?.trim() ?? "";
  if (!EGRESS_TOKEN.test(token)) return fail("EGRESS_TOKEN is missing or is shorter than 32 letters and digits.");
  return ok({ url: url.href.replace(/\/$/, ""), token, exchangeHost: exchange.host });
}

/** Refuses with a sentence that names the variable, never its value. Rule X1. */
export async function readSettings(env: Env, crypto: CryptoPort): Promise<Result<Settings, string>> {
  const exchange = readAddress(env.EXCHANGE_URL, "https:", "http:");
  if (!exchange) return fail("EXCHANGE_URL is missing or is not an https address (plain http only on this machine).");
  const socket = readAddress(env.EXCHANGE_WS_URL, "wss:", "ws:");
  if (!socket) return fail("EXCHANGE_WS_URL is missing or is not a wss address (plain ws only on this machine).");
  const egress = readEgress(env, exchange);
  if (!egress.ok) return egress;
  const masterKeys = await readMasterKeys(env, crypto);
  if (!masterKeys.ok) return masterKeys;
  const pepper = readPepper(env.PEPPER);
  if (!pepper) return fail("PEPPER is missing or is shorter than 32 bytes in hex.");
  const setUpCode = env.SET_UP_CODE?.trim() ?? "";
  if (setUpCode.length < SHORTEST_SET_UP_CODE) return fail("SET_UP_CODE is missing or is shorter than 12 characters.");
  const signUp = readSignUp(env.SIGN_UP);
  if (!signUp) return fail("SIGN_UP is none of open, invitation, closed.");
  const egressAddresses = readEgressAddresses(env.EGRESS_IPS);
  if (!egressAddresses) return fail("EGRESS_IPS is not a list of IPv4 addresses separated by commas.");
  const vapid = await readVapid(env, crypto);
  if (!vapid.ok) return vapid;
  const live = env.LIVE_TRADING?.trim() ?? "off";
  if (live !== "on" && live !== "off") return fail("LIVE_TRADING is neither on nor off.");
  return ok({
    exchangeUrl: exchange.href.replace(/\/$/, ""),
    exchangeWsUrl: socket.href,
    egress: egress.value,
    loopbackExchange: isLoopback(exchange),
    liveTrading: live === "on",
    masterKeys: masterKeys.value,
    pepper: await crypto.hmacKey("SHA-256", pepper),
    setUpCode,
    signUp,
    egressAddresses,
    vapid: vapid.value,
  });
}

type Peppered = { readonly settings: Settings; readonly outside: { readonly crypto: CryptoPort } };

/** Keyed hash of a text under the pepper, hex. `purpose` keeps the uses apart. */
export const pepperedHash = async ({ settings, outside }: Peppered, purpose: string, text: string): Promise<string> =>
  hex(await outside.crypto.hmac(settings.pepper, `${purpose}:${text}`));

/** Whether the text has that keyed hash, compared in constant time. */
export async function matchesPepperedHash(
  { settings, outside }: Peppered,
  purpose: string,
  { text, hash }: { text: string; hash: string },
): Promise<boolean> {
  const mac = bytesOfHex(hash);
  return mac !== null && outside.crypto.hmacFits(settings.pepper, mac, `${purpose}:${text}`);
}
