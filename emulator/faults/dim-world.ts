import type { MarketCode } from "../../domain/market-code.ts";
import { epochMs } from "../../domain/units.ts";
import type { TapeBook } from "../books/tape-book.ts";
import type { World } from "../world.ts";

/** A dim view of the exchange. */
export type Sight = {
  /** Orders are seen as they were so long ago, wall time. */
  readonly lagMs: number;
  /** Order books are seen as they were when this began. */
  readonly staleBook: boolean;
};
export type FrozenBooks = Map<MarketCode, TapeBook>;

/** The same world to whoever reads it, through the glass of a fault. */
export function seenThrough(world: World, { lagMs, staleBook }: Sight, frozen: FrozenBooks): World {
  if (lagMs === 0 && !staleBook) return world;
  const { exchange, clock } = world;
  const seenMs = epochMs(clock.now() - Math.round(lagMs * clock.anchor().speed));
  const lagging = {
    find: (...[pocketId, name]: Parameters<typeof exchange.find>) => exchange.find(pocketId, name, seenMs),
    ordersOf: (pocketId: string) => exchange.ordersOf(pocketId, seenMs),
    openOf: (pocketId: string) => exchange.openOf(pocketId, seenMs),
  };
  const stale = {
    bookOf: (...[market, atMs]: Parameters<typeof exchange.bookOf>) => {
      const book = frozen.get(market) ?? exchange.bookOf(market, atMs);
      frozen.set(market, book);
      return book;
    },
  };
  return { ...world, exchange: { ...exchange, ...(lagMs > 0 && lagging), ...(staleBook && stale) } };
}
