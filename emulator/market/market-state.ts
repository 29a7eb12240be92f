import type { MarketCode } from "../../domain/market-code.ts";
import type { MarketState, World } from "../world.ts";

const TRADED: MarketState = { state: "ACTIVE", delistingDate: null };

/** How a market stands: traded, announced, or gone. Source: upbit-api 6.4. */
export const standingOf = (states: ReadonlyMap<MarketCode, MarketState>, market: MarketCode): MarketState =>
  states.get(market) ?? TRADED;
export const marketStateOf = ({ marketStates }: World, market: MarketCode): MarketState =>
  standingOf(marketStates, market);

/** Markets that are there for those who ask: a delisted one disappears. Source: upbit-api 3.1. */
export const listedMarkets = (world: World): MarketCode[] =>
  [...world.exchange.feeds.keys()].filter((market) => marketStateOf(world, market).state !== "DELISTED");
