import { Big, decimal, decimalFromQuote } from "../../../domain/decimal.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import type { AssetsAnswer, MarketEntry } from "../../../domain/wire.ts";

export type Asset = AssetsAnswer["assets"][number];
/** One asset at today's price, in won. What has no known price has no value here: it is not counted, not guessed. */
export type Valued = {
  readonly asset: Asset;
  readonly amount: Big;
  readonly value: Big | null;
  /** Against the average buy price, 0.01 = 1 %; null where either price is missing. */
  readonly gainRate: number | null;
  readonly gain: Big | null;
};

/** The won markets in which these assets have a price; one without a market has none. */
export function marketsOf(assets: readonly Asset[], markets: readonly MarketEntry[]): readonly MarketCode[] {
  const held = new Set(assets.map(({ currency }) => `KRW-${currency}`));
  return markets.flatMap(({ market }) => (held.has(market) ? [market] : [])).toSorted();
}

/** @param priceOf last price of a currency in won, null where there is none */
export function valued(asset: Asset, priceOf: (currency: string) => number | null): Valued {
  const amount = decimal(asset.balance).plus(decimal(asset.locked));
  if (asset.currency === "KRW") return { asset, amount, value: amount, gainRate: null, gain: null };
  const quoted = priceOf(asset.currency);
  if (quoted === null) return { asset, amount, value: null, gainRate: null, gain: null };
  const price = decimalFromQuote(quoted);
  const bought = decimal(asset.avgBuyPrice);
  const value = amount.times(price);
  if (bought.lte(0) || asset.unitCurrency !== "KRW") return { asset, amount, value, gainRate: null, gain: null };
  return {
    asset,
    amount,
    value,
    gainRate: price.div(bought).minus(1).toNumber(),
    gain: value.minus(amount.times(bought)),
  };
}

/** What is known to be there, and which currencies are left out of it for want of a price. */
export function totalOf(rows: readonly Valued[]): { readonly known: Big; readonly unpriced: readonly string[] } {
  const priced = rows.flatMap(({ value }) => (value === null ? [] : [value]));
  const known = priced.reduce((sum, value) => sum.plus(value), new Big(0));
  const left = rows.filter(({ value, amount }) => value === null && amount.gt(0));
  return { known, unpriced: left.map(({ asset }) => asset.currency) };
}
