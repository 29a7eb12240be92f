import type { MarketCode } from "../domain/market-code.ts";
import type { Account } from "../domain/matching-account.ts";
import { fail, ok, type Result } from "../domain/result.ts";
import { epochMs, type EpochMs } from "../domain/units.ts";
import { createAccountDesk, type AccountDesk } from "./accounts/account-desk.ts";
import { readAccountsFile, type OpenedAccounts } from "./accounts/accounts-file.ts";
import { demoAccount } from "./accounts/demo-account.ts";
import type { ApiKey } from "./accounts/api-keys.ts";
import { createMarketClock, type MarketClock } from "./clock.ts";
import { createExchange, type Exchange } from "./exchange/exchange.ts";
import type { ExchangeChange } from "./exchange/change-notes.ts";
import { isOpen } from "./exchange/order-shelf.ts";
import type { MarketFeed } from "./market/market-feed.ts";
import { standingOf } from "./market/market-state.ts";
import { createNameSource } from "./names.ts";
import type { EmulatorOptions } from "./options.ts";
import { playMarkets } from "./market/played-markets.ts";
import { DEFAULT_SWITCHES, type Switches } from "./switches.ts";
import { loadState, stateFile } from "./state.ts";
import type { EmulatorState, KeptChange } from "./state-shape.ts";
import { createTickerDesk, type TickerState } from "./market/ticker.ts";

/** The emulated exchange without its network: clock, markets, accounts, keys. */
export type World = {
  readonly seed: number;
  readonly clock: MarketClock;
  readonly exchange: Exchange;
  readonly accounts: AccountDesk;
  /** The accounts' keys; the list changes in place. */
  readonly keys: readonly ApiKey[];
  /** What the documentation leaves open; may change while the exchange runs. Source: upbit-api 9. */
  switches: Switches;
  /** Of markets that are not simply traded; shared by everything that lists or trades them. */
  readonly marketStates: Map<MarketCode, MarketState>;
  tickerOf(market: MarketCode, nowMs: EpochMs): TickerState;
  snapshot(): EmulatorState;
};

/** @property delistingDate `yyyy-MM-dd` or null @property halted orders are refused as under maintenance */
export type MarketState = {
  readonly state: "ACTIVE" | "PREVIEW" | "DELISTED";
  readonly delistingDate: string | null;
  readonly halted?: boolean;
};

/** Builds the world from tapes and what an earlier run kept. A fault is one line for the user.
 *  @param onChange called after every change that must be kept, before anyone is told that it happened; what it is given
 *    goes on changing */
export function createWorld(
  options: EmulatorOptions,
  wallNow: () => number,
  onChange: (change: KeptChange) => void,
): Result<World, string> {
  const kept = options.state === null ? ok(null) : loadState(stateFile(options.state));
  if (!kept.ok) return kept;
  const state = kept.value;
  if (state && options.seed !== null && options.seed !== state.seed)
    return fail(`${options.state} was begun with --seed ${state.seed}: leave --seed out, or keep another --state`);
  const seed = state?.seed ?? options.seed ?? 1;
  const wallMs = epochMs(wallNow());
  const startMs = startOf(options, state, wallMs);
  const playing = playMarkets(options, { seed, startMs, shiftsMs: state?.shiftsMs ?? {} });
  if (!playing.ok) return playing;
  const { feeds, shiftsMs } = playing.value;
  const orphan = state?.orders.find((order) => isOpen(order) && !feeds.has(order.market));
  if (orphan) return fail(`${options.state} holds an open order of ${orphan.market}, which is not played now`);

  const clock = createMarketClock({ marketMs: startMs, wallMs, speed: options.speed }, wallNow);
  const people = peopleOf(options, { state, seed, startMs }, feeds);
  if (!people.ok) return people;
  const { pockets, keys, holdings, watch } = people.value;
  const stray = watch.find(({ entry }) => !feeds.has(entry.market));
  if (stray) return fail(`${options.accounts} reserves an order of ${stray.entry.market}, which is not played`);
  const marketStates: World["marketStates"] = new Map();
  const names = createNameSource(seed, state?.namesGiven);
  const owners = new Map(pockets.map(({ id, owner }) => [id, owner]));
  let changes = state?.changes ?? 0;
  const changed = (part: ChangedPart): void =>
    onChange({ changes: (changes += 1), marketMs: clock.now(), namesGiven: names.given(), ...part });
  const exchange = createExchange({
    feeds,
    books: {
      accounts: new Map(holdings),
      orders: state?.orders ?? [],
      identifiers: new Map(Object.entries(state?.identifiers ?? {}).map(([owner, used]) => [owner, new Set(used)])),
    },
    names,
    switches: () => world.switches,
    stateOf: (market) => standingOf(marketStates, market),
    ownerOf: (pocketId) => owners.get(pocketId)!,
    sinceMs: state?.marketMs ?? startMs,
    onChange: (change) => changed(keptChange(change, exchange)),
  });
  const keysChanged = () => changed({ orders: [], accounts: {}, identifiers: {}, keys: [...accounts.keys] });
  const accounts = createAccountDesk({ seed, pockets, keys, exchange, onChange: keysChanged });
  const tickers = tickersOf(feeds, startMs);
  const world: World = {
    seed,
    clock,
    exchange,
    accounts,
    keys: accounts.keys,
    switches: options.switches ?? DEFAULT_SWITCHES,
    marketStates,
    tickerOf: (market, nowMs) => tickers.get(market)!(nowMs),
    snapshot: () => ({
      version: 2,
      seed,
      startedFromMs: state ? state.startedFromMs : options.fromMs,
      marketMs: clock.now(),
      shiftsMs,
      namesGiven: names.given(),
      changes,
      ...keptPeople(exchange, accounts),
    }),
  };
  for (const { pocketId, entry } of watch) exchange.watch(pocketId, entry, startMs);
  return ok(world);
}

function tickersOf(feeds: ReadonlyMap<MarketCode, MarketFeed>, startMs: EpochMs) {
  const tickers = new Map([...feeds].map(([market, feed]) => [market, createTickerDesk(feed)]));
  // The first answer of each sums a year: better before the doors open than under a request.
  for (const ticker of tickers.values()) ticker(startMs);
  return tickers;
}

type ChangedPart = Pick<KeptChange, "orders" | "accounts" | "identifiers" | "keys">;

/** Balances are kept whole, of the pockets that were touched. */
const keptChange = ({ orders, pockets, identifiers }: ExchangeChange, { accounts }: Exchange): ChangedPart => ({
  orders: [...orders],
  accounts: Object.fromEntries(pockets.map((id) => [id, Object.fromEntries(accounts.get(id)!)])),
  identifiers,
});

function keptPeople(exchange: Exchange, { pockets, keys }: AccountDesk) {
  const { accounts, identifiers, orders } = exchange.kept();
  return {
    pockets: [...pockets],
    keys: [...keys],
    accounts: Object.fromEntries([...accounts].map(([id, held]) => [id, Object.fromEntries(held)])),
    identifiers: Object.fromEntries([...identifiers].map(([owner, used]) => [owner, [...used]])),
    orders: [...orders],
  };
}

/** Whom an earlier run knew, and whom the accounts file adds: what is kept wins, so that a start never takes back a trade.
 *  Without either there is the demo account. */
function peopleOf(
  options: EmulatorOptions,
  { state, seed, startMs }: Beginning,
  feeds: ReadonlyMap<MarketCode, MarketFeed>,
): Result<OpenedAccounts, string> {
  const origin = { seed, nowMs: startMs };
  const written = options.accounts ? readAccountsFile(options.accounts, origin) : null;
  if (written && !written.ok) return written;
  if (!state) return ok(written?.value ?? demoAccount(feeds, origin));
  const added = written?.value ?? { pockets: [], keys: [], holdings: new Map<string, Account>(), watch: [] };
  const known = new Set(state.pockets.map(({ id }) => id));
  const knownKeys = new Set(state.keys.map(({ accessKey }) => accessKey));
  const kept = Object.entries(state.accounts).map(([id, held]) => [id, new Map(Object.entries(held))] as const);
  return ok({
    pockets: [...state.pockets, ...added.pockets.filter(({ id }) => !known.has(id))],
    keys: [...state.keys, ...added.keys.filter(({ accessKey }) => !knownKeys.has(accessKey))],
    holdings: new Map([...added.holdings, ...kept]),
    watch: added.watch.filter(({ pocketId }) => !known.has(pocketId)),
  });
}

/** Market time never goes back over a kept state. A state that began at wall time follows it (or leads it, after a fast
 *  run); one that began elsewhere goes on where it stopped. */
function startOf(options: EmulatorOptions, state: EmulatorState | null, wallMs: EpochMs): EpochMs {
  if (!state) return options.fromMs ?? wallMs;
  if (options.fromMs !== null) return epochMs(Math.max(options.fromMs, state.marketMs));
  return state.startedFromMs === null ? epochMs(Math.max(wallMs, state.marketMs)) : state.marketMs;
}

type Beginning = { readonly state: EmulatorState | null; readonly seed: number; readonly startMs: EpochMs };
