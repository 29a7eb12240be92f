import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MatchingOrder } from "../../domain/matching-order.ts";
import { Big, decimalFromQuote, decimalText } from "../../domain/decimal.ts";
import { orderPriceFromQuote, quoteOf } from "../../domain/market.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import type { ApiKey } from "../accounts/api-keys.ts";
import { refusalBody } from "../refusal.ts";
import { readQuery } from "../rest/request.ts";
import { ROUTES } from "../rest/routes.ts";
import { DEFAULT_SWITCHES, type Switches } from "../switches.ts";
import { createWorld, type World } from "../world.ts";

/** The private endpoints behind their tokens, for this room's tests: no socket, a clock that stands still until a test
 *  moves it, and as many funded pockets as asked for. */
export type PlayedPockets = {
  readonly world: World;
  /** Calls an endpoint with the n-th pocket's first key; parameters that are lists become `name[]`. */
  call(pocket: number, endpoint: string, parameters?: Parameters): Called;
  /** An order that the pocket's owner reserved elsewhere. */
  watch(pocket: number): MatchingOrder;
  keyOf(pocket: number): ApiKey;
  pocketIdOf(pocket: number): string;
  wait(ms: number): void;
  play(switches: Partial<Switches>): void;
  /** Best prices of the visible book. */
  topOf(market: string): { readonly bid: number; readonly ask: number };
  /** Waits for a spread that has room and answers a price in it, where pockets meet each other alone. */
  priceInside(market: string): string;
};
export type Parameters = Readonly<Record<string, string | readonly string[] | undefined>>;
/** @property body parsed JSON, shaped by whoever asks @property error status and name of a refusal */
export type Called = {
  readonly status: number;
  readonly body: never;
  readonly error: readonly [number, string | number] | null;
};

const WALL_MS = Date.UTC(2026, 10, 22, 3);
const BALANCES = { KRW: "10000000", XRP: "10000", BTC: "5", USDT: "10000" };

export function playedPockets(
  pockets: number,
  markets: readonly string[] = ["KRW-XRP"],
  accounts: unknown = { accounts: Array.from({ length: pockets }, (_, at) => funded(at)) },
): PlayedPockets {
  const folder = mkdtempSync(join(tmpdir(), "pockets-"));
  const file = join(folder, "accounts.json");
  writeFileSync(file, JSON.stringify(accounts));
  let wallMs = WALL_MS;
  const options = { tapes: [], port: 0, seed: 1, speed: 1, fromMs: null, state: null, control: null, accounts: file };
  const made = createWorld(
    { ...options, synthetic: markets as MarketCode[] },
    () => wallMs,
    () => undefined,
  );
  rmSync(folder, { recursive: true });
  if (!made.ok) throw new Error(made.fault);
  const world = made.value;
  const pocketIdOf = (pocket: number) => world.accounts.pockets[pocket]!.id;
  const wait = (ms: number) => {
    wallMs += ms;
    world.exchange.advance(world.clock.now());
  };
  const topOf = (market: string) => {
    const { asks, bids } = world.exchange.bookOf(market as MarketCode, world.clock.now());
    return { bid: bids[0]!.price, ask: asks[0]!.price };
  };
  const keyOf = (pocket: number) => world.keys.find(({ pocketId }) => pocketId === pocketIdOf(pocket))!;
  return {
    world,
    pocketIdOf,
    keyOf,
    watch: (pocket) => world.exchange.watch(pocketIdOf(pocket), WATCHED, world.clock.now()),
    wait,
    topOf,
    play: (switches) => (world.switches = { ...DEFAULT_SWITCHES, ...switches }),
    call: (pocket, endpoint, parameters = {}) => called(world, keyOf(pocket), endpoint, parameters),
    priceInside: (market) => {
      for (let tries = 0; tries < 1_000; tries++) {
        const { bid, ask } = topOf(market);
        const price = orderPriceFromQuote(quoteOf(market as MarketCode), (bid + ask) / 2, "bid");
        if (price.gt(decimalFromQuote(bid))) return decimalText(price);
        wait(1_000);
      }
      throw new Error("the spread never widened");
    },
  };
}

const WATCHED = {
  market: "KRW-XRP" as MarketCode,
  side: "bid",
  type: "limit",
  price: new Big(2_500),
  volume: new Big(10),
  timeInForce: null,
  selfMatch: null,
  identifier: null,
} as const;

const funded = (at: number) => ({
  name: `account-${at}`,
  pockets: [{ name: "main", kind: "main", balances: BALANCES, keys: [{}] }],
});

function called(world: World, key: ApiKey, endpoint: string, parameters: Parameters): Called {
  const route = ROUTES.get(endpoint.replace(" ", " /v1/"));
  if (route?.kind !== "private") throw new Error(`no private endpoint ${endpoint}`);
  const given = Object.entries(parameters).filter((pair): pair is [string, string | string[]] => pair[1] !== undefined);
  const pairs = given.flatMap(([name, value]) =>
    typeof value === "string" ? [[name, value]] : value.map((each) => [`${name}[]`, each]),
  );
  const text = pairs.map(([name, value]) => `${name}=${encodeURIComponent(value!)}`).join("&");
  const isPost = endpoint.startsWith("POST");
  const query = readQuery(isPost ? "" : text, "space");
  if (!query.ok) throw new Error(query.fault);
  const nowMs = world.clock.now();
  world.exchange.advance(nowMs);
  const body = isPost ? Object.fromEntries(given) : null;
  const answer = route.handle({ world, key, query: query.value, body, nowMs });
  const seen = answer.ok ? answer.value : refusalBody(answer.fault);
  return {
    status: answer.ok ? route.status(world.switches) : answer.fault.status,
    body: JSON.parse(JSON.stringify(seen)) as never,
    error: answer.ok ? null : [answer.fault.status, answer.fault.name],
  };
}
