import { Big, decimal } from "./decimal.ts";
import type { MarketCode } from "./market-code.ts";
import type { Fill } from "./position.ts";
import type { DecimalText, EpochMs } from "./units.ts";

/** A fill of an order of the relay, with what a coin cost that was not bought through it. */
export type TimedFill = Fill & {
  readonly market: MarketCode;
  readonly atMs: EpochMs;
  /** The account's average buy price when the order was written, null where none was known. */
  readonly elsewherePrice: DecimalText | null;
};
type Lot = { volume: Big; cost: Big };

/** What fills left behind, first in, first out, market by market.
 *  - realised: proceeds less fees less cost of what was sold at or after `fromMs`; a loss is negative
 *  - openCost: cost of what was bought here and is not sold, by market, no more than `held` of it
 *  What is sold beyond the lots was bought elsewhere and cost `elsewherePrice`; where that is unknown, its own proceeds.
 *  Rule X46.
 *  @param fills oldest first
 *  @param held  what the account holds by market, where it is known; coins sold elsewhere are no risk any more */
export function lotsAfter(
  fills: readonly TimedFill[],
  { fromMs, held }: { readonly fromMs: EpochMs; readonly held?: ReadonlyMap<string, Big> },
): { readonly realised: Big; readonly openCost: ReadonlyMap<MarketCode, Big> } {
  const lotsOf = new Map<MarketCode, Lot[]>();
  let realised = new Big(0);
  for (const fill of fills) {
    const lots = lotsOf.get(fill.market) ?? [];
    lotsOf.set(fill.market, lots);
    const [volume, funds, fee] = [decimal(fill.volume), decimal(fill.funds), decimal(fill.fee)];
    if (fill.side === "bid") lots.push({ volume, cost: funds.plus(fee) });
    else {
      const cost = take(lots, volume, (rest) => costElsewhere(fill, rest, { volume, proceeds: funds.minus(fee) }));
      if (fill.atMs >= fromMs) realised = realised.plus(funds).minus(fee).minus(cost);
    }
  }
  const openCost = new Map<MarketCode, Big>();
  for (const [market, lots] of lotsOf) openCost.set(market, costOf(lots, held?.get(market)));
  return { realised, openCost };
}

function costElsewhere({ elsewherePrice }: TimedFill, rest: Big, sale: { volume: Big; proceeds: Big }): Big {
  return elsewherePrice === null ? sale.proceeds.times(rest).div(sale.volume) : rest.times(decimal(elsewherePrice));
}

/** Takes a volume out of the oldest lots. @returns its cost */
function take(lots: Lot[], volume: Big, beyond: (rest: Big) => Big): Big {
  let rest = volume;
  let cost = new Big(0);
  while (rest.gt(0)) {
    const [oldest] = lots;
    if (!oldest) return cost.plus(beyond(rest));
    if (oldest.volume.gt(rest)) {
      const part = oldest.cost.times(rest).div(oldest.volume);
      lots[0] = { volume: oldest.volume.minus(rest), cost: oldest.cost.minus(part) };
      return cost.plus(part);
    }
    cost = cost.plus(oldest.cost);
    rest = rest.minus(oldest.volume);
    lots.shift();
  }
  return cost;
}

function costOf(lots: readonly Lot[], held: Big | undefined): Big {
  const [volume, cost] = lots.reduce(([sum, spent], lot) => [sum.plus(lot.volume), spent.plus(lot.cost)] as const, [
    new Big(0),
    new Big(0),
  ] as const);
  return held === undefined || held.gte(volume) || volume.eq(0) ? cost : cost.times(held).div(volume);
}
