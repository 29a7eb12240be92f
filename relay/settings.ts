import { fail, ok, type Result } from "../domain/result.ts";
import { bytesOfBase64, bytesOfHex, hex, utf8, type Bytes } from "./bytes.ts";
import type { Env } from "./env.ts";

/** The deployment's variables and secrets, checked once an isolate. Keys are handles that cannot be exported. */
export type Settings = {
  /** No trailing slash. */
  readonly exchangeUrl: string;
  readonly exchangeWsUrl: string;
  /** The exchange runs on this machine: play money, orders may go out, its clock counts. */
  readonly loopbackExchange: boolean;
  /** AES-256-GCM. */
  readonly masterKey: CryptoKey;
  /** HMAC-SHA-256. */
  readonly pepper: CryptoKey;
  readonly setUpCode: string;
};

const KEY_BYTES = 32;
const SHORTEST_SET_UP_CODE = 12;
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

/** Refuses with a sentence that names the variable, never its value. Rule X1. */
export async function readSettings(env: Env): Promise<Result<Settings, string>> {
  const exchange = readAddress(env.EXCHANGE_URL, "https:", "http:");
  if (!exchange) return fail("EXCHANGE_URL is missing or is not an https address (plain http only on this machine).");
  const socket = readAddress(env.EXCHANGE_WS_URL, "wss:", "ws:");
  if (!socket) return fail("EXCHANGE_WS_URL is missing or is not a wss address (plain ws only on this machine).");
  const master = readMasterKey(env.MASTER_KEY);
  if (!master) return fail("MASTER_KEY is missing or is not 32 bytes in base64 or hex.");
  const pepper = readPepper(env.PEPPER);
  if (!pepper) return fail("PEPPER is missing or is shorter than 32 bytes in hex.");
  const setUpCode = env.SET_UP_CODE?.trim() ?? "";
  if (setUpCode.length < SHORTEST_SET_UP_CODE) return fail("SET_UP_CODE is missing or is shorter than 12 characters.");
  return ok({
    exchangeUrl: exchange.href.replace(/\/$/, ""),
    exchangeWsUrl: socket.href,
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
