import { createHash, createHmac, randomUUID } from "node:crypto";
import type { MarketCode } from "../../domain/market-code.ts";
import { epochMs } from "../../domain/units.ts";
import type { FaultPlan } from "../faults/fault-plan.ts";
import { createFaultDesk } from "../faults/fault-desk.ts";
import type { Answer } from "../rest/answer.ts";
import { createExchangeFront, type ExchangeFront, type Outcome } from "../rest/exchange-front.ts";
import { createExchangeWire } from "../rest/exchange-wire.ts";
import type { WireRequest } from "../rest/request.ts";
import type { EmulatorOptions } from "../options.ts";
import { DEFAULT_SWITCHES, type Switches } from "../switches.ts";
import { createWorld, type World } from "../world.ts";

/** The exchange asked in process, for this room's tests: no port, no socket, a clock that stands still until a test moves
 *  it. It signs for itself and shares nothing with the verifier. */
export type PlayedExchange = {
  readonly world: World;
  readonly front: ExchangeFront;
  /** Wall time goes on. */
  wait(ms: number): void;
  play(switches: Partial<Switches>): void;
  fault(...rules: FaultPlan["rules"][number][]): void;
  bearer(hashed: string, signing?: Signing): string;
  /** What becomes of a request. */
  take(method: string, url: string, given?: Given): Outcome;
  /** The exchange's own answer, whatever its faults would do to it. */
  ask(method: string, url: string, given?: Given): Seen;
  get(url: string, token?: string): Seen;
};
export type Signing = { alg?: string; secret?: string; claims?: Record<string, unknown> };
export type Given = Partial<WireRequest> & { readonly token?: string | undefined };
/** @property body parsed JSON, or the text @property name of an error */
export type Seen = Answer & { readonly body: never; readonly name: string | number | undefined };

const WALL_MS = Date.UTC(2026, 10, 22, 3);
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

export function playedExchange(played: Partial<EmulatorOptions> = {}): PlayedExchange {
  let wallMs = WALL_MS;
  const options = {
    tapes: [],
    synthetic: ["KRW-XRP" as MarketCode],
    port: 0,
    seed: 1,
    speed: 1,
    fromMs: epochMs(WALL_MS),
    state: null,
    control: null,
    ...played,
  };
  const made = createWorld(
    options,
    () => wallMs,
    () => undefined,
  );
  if (!made.ok) throw new Error(made.fault);
  const world = made.value;
  const front = createExchangeFront(createExchangeWire(world), createFaultDesk(world.clock));
  const requestOf = (method: string, url: string, given: Given): WireRequest => ({
    method,
    url,
    body: given.body ?? "",
    address: given.address ?? "127.0.0.1",
    headers: { ...given.headers, ...(given.token !== undefined && { authorization: given.token }) },
  });
  const ask: PlayedExchange["ask"] = (method, url, given = {}) =>
    seenOf(front.wire.answer(requestOf(method, url, given)));
  return {
    world,
    front,
    wait: (ms) => (wallMs += ms),
    play: (switches) => (world.switches = { ...DEFAULT_SWITCHES, ...switches }),
    fault: (...rules) => front.faults.play({ seed: 1, rules }),
    bearer: (hashed, { alg = "HS512", secret = world.keys[0]!.secretKey, claims = {} } = {}) => {
      const digest = createHash("sha512").update(hashed).digest("hex");
      const hash = hashed === "" ? {} : { query_hash: digest, query_hash_alg: "SHA512" };
      const payload = part({ access_key: world.keys[0]!.accessKey, nonce: randomUUID(), ...hash, ...claims });
      const signed = `${part({ alg, typ: "JWT" })}.${payload}`;
      return `Bearer ${signed}.${createHmac(alg.replace("HS", "sha"), secret).update(signed).digest("base64url")}`;
    },
    take: (method, url, given = {}) => front.take(requestOf(method, url, given)),
    ask,
    get: (url, token) => ask("GET", url, { token }),
  };
}

export function seenOf(answer: Answer): Seen {
  const isJson = answer.headers["Content-Type"]!.startsWith("application/json");
  const body = (isJson ? JSON.parse(answer.text) : answer.text) as { error?: { name: string | number } };
  return { ...answer, body: body as never, name: body.error?.name };
}
