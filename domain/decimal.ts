import Big from "big.js";
import { assert } from "./assert.ts";
import type { DecimalText, Notional, Price, Quantity } from "./units.ts";

/** Upbit's amounts carry at most 8 decimals and its fee fields 12 and more; 30 loses nothing in one division. */
Big.DP = 30;
Big.RM = Big.roundDown;

export { Big };

const DECIMAL = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/;
/** Longest text we take: 1e18 won with 18 decimals is 37 characters. */
const LONGEST_TEXT = 40;

export const isDecimalText = (text: string): boolean => text.length <= LONGEST_TEXT && DECIMAL.test(text);

/** Canonical text of an exact decimal: no exponent, no trailing zeros, no "-0". */
export function decimalText(value: Big): DecimalText {
  const text = value.toFixed();
  const trimmed = text.includes(".") ? text.replace(/\.?0+$/, "") : text;
  return (trimmed === "-0" ? "0" : trimmed) as DecimalText;
}

/** @param text plain decimal text, already checked where it entered
 *  @throws AssertionError if it is not a plain decimal */
export function decimal(text: string): Big {
  assert(isDecimalText(text), `not a plain decimal: ${text.slice(0, LONGEST_TEXT)}`);
  return new Big(text);
}

/** The one way from the exchange's JSON numbers to decimals: the shortest text that names the same double.
 *  Exact for every price and volume the exchange prints with 15 digits or fewer. Source: upbit-api 7, "Numbers". */
export function decimalFromQuote(quote: number): Big {
  assert(Number.isFinite(quote), `not a finite quote: ${quote}`);
  return new Big(String(quote));
}

export const priceText = (value: Big): Price => decimalText(value) as Price;
export const quantityText = (value: Big): Quantity => decimalText(value) as Quantity;
export const notionalText = (value: Big): Notional => decimalText(value) as Notional;

/** price × quantity, exact. */
export const notionalOf = (price: Big, quantity: Big): Big => price.times(quantity);

/** Volume for an amount: cut, never rounded, to eight decimals. Source: upbit-api 5.4. Rule T2. */
export const quantityFor = (notional: Big, price: Big): Big => notional.div(price).round(8, Big.roundDown);
