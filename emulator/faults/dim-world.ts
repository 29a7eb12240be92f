import type { MarketCode } from "../../domain/market-code.ts";
import { epochMs } from "../../domain/units.ts";
import type { TapeBook } from "../tape-book.ts";
import type { World } from "../world.ts";

/** A dim view of the exchange. */
export type Sight = {
  /** Orders are seen as they were so long ago, wall time. */
  readonly lagMs: number;
  /** Order books are seen as they were when this began. */
  readonly staleBook: boolean;
};
export type FrozenBooks = Map<MarketCode, TapeBook>;

/** The same world to whoever reads it, through the glass of a fault. Orders are placed and cancelled as ever. */
export function seenThrough(world: World, { lagMs, staleBook }: Sight, frozen: FrozenBooks): World {
  if (lagMs === 0 && !staleBook) return world;
  const { exchange, clock } = world;
  const seenMs = epochMs(clock.now() - lagMs * clock.anchor().speed);
  return {
    ...world,
    exchange: {
      ...exchange,
      find: (pocketId, name) => exchange.find(pocketId, name, seenMs),
      ordersOf: (pocketId) => exchange.ordersOf(pocketId, seenMs),
      openOf: (pocketId) => exchange.openOf(pocketId, seenMs),
      bookOf: (market, atMs) => {
        if (!staleBook) return exchange.bookOf(market, atMs);
        const book = frozen.get(market) ?? exchange.bookOf(market, atMs);
        frozen.set(market, book);
        return book;
      },
    },
  };
}
