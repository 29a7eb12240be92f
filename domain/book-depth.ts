import { Big } from "./decimal.ts";

export type AskLevel = { readonly price: Big; readonly size: Big };

/** The most that a market buy may spend so that the average of its fills, taken from this book, stays at or below
 *  `highestAverage`. Whole units of the quote currency, cut; never more than the book holds, because a larger order is
 *  refused (upbit-api 5.4).
 *  @param asks best first */
export function deepestTotal(asks: readonly AskLevel[], highestAverage: Big): Big {
  let funds = new Big(0);
  let volume = new Big(0);
  for (const { price, size } of asks) {
    const [allFunds, allVolume] = [funds.plus(price.times(size)), volume.plus(size)];
    if (allFunds.gt(highestAverage.times(allVolume))) {
      // Of this level only as much as brings the average to the bound.
      const part = highestAverage.times(volume).minus(funds).div(price.minus(highestAverage));
      return funds.plus(price.times(part)).round(0, Big.roundDown);
    }
    [funds, volume] = [allFunds, allVolume];
  }
  return funds.round(0, Big.roundDown);
}
