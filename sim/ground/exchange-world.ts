import { Big } from "../../domain/decimal.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import type { EpochMs } from "../../domain/units.ts";
import { createAccountDesk } from "../../emulator/accounts/account-desk.ts";
import { openAccounts } from "../../emulator/accounts/accounts-file.ts";
import { createMarketClock } from "../../emulator/clock.ts";
import { createExchange } from "../../emulator/exchange/exchange.ts";
import { createFaultDesk } from "../../emulator/faults/fault-desk.ts";
import type { FaultPlan } from "../../emulator/faults/fault-plan.ts";
import type { MarketFeed } from "../../emulator/market/market-feed.ts";
import { syntheticFeed } from "../../emulator/market/market-feeds.ts";
import { createNameSource } from "../../emulator/names.ts";
import { createExchangeFront, type ExchangeFront } from "../../emulator/rest/exchange-front.ts";
import { createExchangeWire } from "../../emulator/rest/exchange-wire.ts";
import { DEFAULT_SWITCHES } from "../../emulator/switches.ts";
import { createTickerDesk, type TickerState } from "../../emulator/market/ticker.ts";
import type { World } from "../../emulator/world.ts";

export const MARKETS = ["KRW-BTC", "KRW-ETH"] as MarketCode[];
/** Price paths, accounts and keys are the same in all runs: what is searched here is the order of events. */
const SEED = 1;
export const feeds: ReadonlyMap<MarketCode, MarketFeed> = new Map(
  MARKETS.map((market) => [market, syntheticFeed(market, SEED)]),
);
const FUNDS = { KRW: new Big("3000000"), BTC: new Big("0.02"), ETH: new Big("0.3") };

export type ExchangeWorld = { readonly world: World; readonly front: ExchangeFront };

/** The emulator's own exchange, with one account for each trader, on the simulation's clock.
 *  @param traders one account each, with a key that may see and trade */
export function createExchangeWorld(
  { startMs, traders }: { readonly startMs: EpochMs; readonly traders: readonly string[] },
  now: () => EpochMs,
  plan: FaultPlan,
): ExchangeWorld {
  const clock = createMarketClock({ marketMs: startMs, wallMs: startMs, speed: 1 }, now);
  const { pockets, keys, holdings } = openAccounts(
    {
      accounts: traders.map((name) => ({
        name,
        pockets: [{ name: "main", kind: "main" as const, balances: fundsOf(startMs), keys: [KEY], watch: [] }],
      })),
    },
    { seed: SEED, nowMs: startMs },
  );
  const marketStates: World["marketStates"] = new Map();
  const names = createNameSource(SEED);
  const owners = new Map(pockets.map(({ id, owner }) => [id, owner]));
  const exchange = createExchange({
    feeds,
    books: { accounts: new Map(holdings), orders: [], identifiers: new Map() },
    names,
    switches: () => world.switches,
    stateOf: (market) => marketStates.get(market) ?? { state: "ACTIVE" },
    ownerOf: (pocketId) => owners.get(pocketId)!,
    sinceMs: startMs,
    onChange: () => undefined,
  });
  const accounts = createAccountDesk({ seed: SEED, pockets, keys, exchange, onChange: () => undefined });
  const tickers = new Map<MarketCode, (nowMs: EpochMs) => TickerState>();
  const world: World = {
    seed: SEED,
    clock,
    exchange,
    accounts,
    keys: accounts.keys,
    switches: DEFAULT_SWITCHES,
    marketStates,
    tickerOf: (market, nowMs) => {
      const desk = tickers.get(market) ?? createTickerDesk(feeds.get(market)!);
      tickers.set(market, desk);
      return desk(nowMs);
    },
    snapshot: () => {
      throw new Error("a simulated exchange is not kept");
    },
  };
  return { world, front: createExchangeFront(createExchangeWire(world), createFaultDesk(clock, plan)) };
}

const KEY = {
  permissions: ["view_account", "view_orders", "make_orders"] as ("view_account" | "view_orders" | "make_orders")[],
  allowedIps: ["127.0.0.1"],
};

function fundsOf(nowMs: EpochMs) {
  const priceOf = (base: string) => {
    const feed = feeds.get(`KRW-${base}` as MarketCode);
    return feed ? new Big(feed.lastTrade(nowMs).price) : new Big(0);
  };
  return Object.fromEntries(
    Object.entries(FUNDS).map(([currency, balance]) => [
      currency,
      { balance, avgBuyPrice: priceOf(currency), unitCurrency: "KRW" as const },
    ]),
  );
}
