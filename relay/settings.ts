import { fail, ok, type Result } from "../domain/result.ts";
import { bytesOfBase64, bytesOfHex, hex, utf8, type Bytes } from "./bytes.ts";
import type { Env } from "./env.ts";
import type { Egress } from "./upbit/egress.ts";

/** The deployment's variables and secrets, checked once an isolate. Keys are handles that cannot be exported. */
export type Settings = {
  /** No trailing slash. */
  readonly exchangeUrl: string;
  readonly exchangeWsUrl: string;
  /** The hop with the fixed address, or null: requests go straight to the exchange. */
  readonly egress: Egress | null;
  /** The exchange and the way to it lie on this machine: play money, orders may go out, its clock counts. */
  readonly loopbackExchange: boolean;
  /** AES-256-GCM. */
  readonly masterKey: CryptoKey;
  /** HMAC-SHA-256. */
  readonly pepper: CryptoKey;
  readonly setUpCode: string;
};

const KEY_BYTES = 32;
const SHORTEST_SET_UP_CODE = 12;
/** 128 bits in hex; letters that travel in a header as they are. */
const EGRESS_TOKEN = /^[A-Za-z0-9_-]{32,128}$/;
const LOOPBACK_HOSTS: readonly string[] = ["127.0.0.1", "localhost", "[::1]"];

const isLoopback = (url: URL): boolean => LOOPBACK_HOSTS.includes(url.hostname);

/** An address without credentials or query; anything that leaves this machine must be encrypted. */
function readAddress(text: string | undefined, secure: string, plain: string): URL | null {
  if (!text || !URL.canParse(text)) return null;
  const url = new URL(text);
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") return null;
  return url.protocol === secure || (url.protocol === plain && isLoopback(url)) ? url : null;
}

function readMasterKey(text: string | undefined): Bytes | null {
  const bytes = text ? (bytesOfHex(text) ?? bytesOfBase64(text)) : null;
  return bytes?.length === KEY_BYTES ? bytes : null;
}

function readPepper(text: string | undefined): Bytes | null {
  const bytes = text ? bytesOfHex(text) : null;
  return bytes && bytes.length >= KEY_BYTES ? bytes : null;
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
export async function readSettings(env: Env): Promise<Result<Settings, string>> {
  const exchange = readAddress(env.EXCHANGE_URL, "https:", "http:");
  if (!exchange) return fail("EXCHANGE_URL is missing or is not an https address (plain http only on this machine).");
  const socket = readAddress(env.EXCHANGE_WS_URL, "wss:", "ws:");
  if (!socket) return fail("EXCHANGE_WS_URL is missing or is not a wss address (plain ws only on this machine).");
  const egress = readEgress(env, exchange);
  if (!egress.ok) return egress;
  const master = readMasterKey(env.MASTER_KEY);
  if (!master) return fail("MASTER_KEY is missing or is not 32 bytes in base64 or hex.");
  const pepper = readPepper(env.PEPPER);
  if (!pepper) return fail("PEPPER is missing or is shorter than 32 bytes in hex.");
  const setUpCode = env.SET_UP_CODE?.trim() ?? "";
  if (setUpCode.length < SHORTEST_SET_UP_CODE) return fail("SET_UP_CODE is missing or is shorter than 12 characters.");
  return ok({
    exchangeUrl: exchange.href.replace(/\/$/, ""),
    exchangeWsUrl: socket.href,
    egress: egress.value,
    loopbackExchange: isLoopback(exchange),
    masterKey: await crypto.subtle.importKey("raw", master, "AES-GCM", false, ["encrypt", "decrypt"]),
    pepper: await crypto.subtle.importKey("raw", pepper, { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]),
    setUpCode,
  });
}

/** Keyed hash of a text under the pepper, hex. `purpose` keeps the uses apart. */
export async function pepperedHash(settings: Settings, purpose: string, text: string): Promise<string> {
  const mac = await crypto.subtle.sign("HMAC", settings.pepper, utf8(`${purpose}:${text}`));
  return hex(new Uint8Array(mac));
}

/** Whether the text has that keyed hash, compared in constant time. */
export async function matchesPepperedHash(
  settings: Settings,
  purpose: string,
  { text, hash }: { text: string; hash: string },
): Promise<boolean> {
  const mac = bytesOfHex(hash);
  return mac !== null && (await crypto.subtle.verify("HMAC", settings.pepper, mac, utf8(`${purpose}:${text}`)));
}
