import { Big, decimalFromQuote } from "./decimal.ts";
import type { MarketCode } from "./market-code.ts";
import { unreachable } from "./assert.ts";

export const QUOTE_CURRENCIES = ["KRW", "BTC", "USDT"] as const;
export type QuoteCurrency = (typeof QUOTE_CURRENCIES)[number];
export type Side = "bid" | "ask";

/** [lowest price inclusive, tick size], highest first. Source: upbit-api 5.1 (since 2025-07-31). */
const KRW_TICKS: readonly (readonly [string, string])[] = [
  ["1000000", "1000"],
  ["500000", "500"],
  ["100000", "100"],
  ["50000", "50"],
  ["10000", "10"],
  ["5000", "5"],
  ["100", "1"],
  ["10", "0.1"],
  ["1", "0.01"],
  ["0.1", "0.001"],
  ["0.01", "0.0001"],
  ["0.001", "0.00001"],
  ["0.0001", "0.000001"],
  ["0.00001", "0.0000001"],
  ["0", "0.00000001"],
];
/** Source: upbit-api 5.3. */
const USDT_TICKS: readonly (readonly [string, string])[] = [
  ["10", "0.01"],
  ["1", "0.001"],
  ["0.1", "0.0001"],
  ["0.01", "0.00001"],
  ["0.001", "0.000001"],
  ["0.0001", "0.0000001"],
  ["0", "0.00000001"],
];
/** Source: upbit-api 5.2. */
const BTC_TICKS: readonly (readonly [string, string])[] = [["0", "0.00000001"]];

export const quoteOf = (market: MarketCode): QuoteCurrency => market.slice(0, market.indexOf("-")) as QuoteCurrency;
export const baseOf = (market: MarketCode): string => market.slice(market.indexOf("-") + 1);

function ticksOf(quote: QuoteCurrency): readonly (readonly [string, string])[] {
  switch (quote) {
    case "KRW":
      return KRW_TICKS;
    case "BTC":
      return BTC_TICKS;
    case "USDT":
      return USDT_TICKS;
    default:
      return unreachable(quote);
  }
}

/** Smallest price step at `price`, chosen by the order's own price, not by the last one. Rule T1. */
export function tickSize(quote: QuoteCurrency, price: Big): Big {
  const row = ticksOf(quote).find(([from]) => price.gte(from));
  return new Big(row?.[1] ?? "0.00000001");
}

export const isOnTick = (quote: QuoteCurrency, price: Big): boolean =>
  price.gt(0) && price.mod(tickSize(quote, price)).eq(0);

/** Nearest price on the grid, never past the limit the owner named: a bid goes down, an ask goes up. Rule T1.
 *  An ask that rises across a band's lower bound is on the next band's grid as well, because each bound is. */
export function roundToTick(quote: QuoteCurrency, price: Big, side: Side): Big {
  const tick = tickSize(quote, price);
  const steps = price.div(tick).round(0, side === "bid" ? Big.roundDown : Big.roundUp);
  return steps.times(tick);
}

/** The one bridge from a quoted number to a price an order may carry. Rule T1. */
export const orderPriceFromQuote = (quote: QuoteCurrency, quoted: number, side: Side): Big =>
  roundToTick(quote, decimalFromQuote(quoted), side);

/** Smallest order total in the quote currency. Source: upbit-api 5.4. */
export const MINIMUM_TOTAL: Record<QuoteCurrency, string> = { KRW: "5000", BTC: "0.00005", USDT: "0.5" };
/** Largest order total; USDT has no documented one (upbit-api 9.9): read `max_total`. */
export const MAXIMUM_TOTAL: Record<QuoteCurrency, string | null> = { KRW: "1000000000", BTC: "10", USDT: null };
/** Decimals of a base volume. Source: upbit-api 5.4. */
export const VOLUME_DECIMALS = 8;
