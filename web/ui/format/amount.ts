import { Big, decimalFromQuote } from "../../../domain/decimal.ts";
import { tickSize, type QuoteCurrency } from "../../../domain/market.ts";

/** Thousands separators in plain decimal text; nothing is rounded. */
export function grouped(text: string): string {
  const [whole = "", fraction] = text.split(".");
  const separated = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? separated : `${separated}.${fraction}`;
}

/** What a person typed as plain decimal text: separators and blanks go, anything else stays for the check to refuse. */
export const typedDecimal = (text: string): string => {
  const bare = text.replace(/[,\s_]/g, "").replace(/^\./, "0.");
  return /^0+\d/.test(bare) ? bare.replace(/^0+(?=\d)/, "") : bare;
};

const decimalsOf = (step: Big): number => Math.max(0, -step.e);

/** A quoted price with the decimals of its own tick band. */
export function priceLabel(quote: QuoteCurrency, price: Big | number): string {
  const exact = typeof price === "number" ? decimalFromQuote(price) : price;
  return grouped(exact.toFixed(decimalsOf(tickSize(quote, exact.abs()))));
}

/** An amount of money for reading: won are shown whole, cut towards zero so that nothing looks richer than it is. */
export function moneyLabel(currency: string, amount: Big): string {
  const decimals = currency === "KRW" ? 0 : 8;
  const cut = amount.round(decimals, Big.roundDown);
  return grouped(decimals === 0 ? cut.toFixed(0) : trimmed(cut.toFixed(decimals)));
}

/** A fee for reading: rounded up, so that nothing costs more than it says; parts of a won are shown. */
export const feeLabel = (currency: string, fee: Big): string =>
  grouped(trimmed(fee.round(currency === "KRW" ? 2 : 8, Big.roundUp).toFixed(currency === "KRW" ? 2 : 8)));

const trimmed = (text: string): string => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);

/** A base amount, up to the exchange's eight decimals. */
export const quantityLabel = (amount: Big): string => grouped(trimmed(amount.round(8, Big.roundDown).toFixed(8)));

/** Korean units of large numbers, greatest first. */
const KOREAN_UNITS = [
  [1e12, "조"],
  [1e8, "억"],
  [1e4, "만"],
  [1, ""],
] as const;

/** A statistic (24-hour value, depth) in the short form of the language, four digits: 만 and 억, or K, M and B. */
export function shortLabel(value: number, language: string): string {
  if (language !== "ko")
    return new Intl.NumberFormat("en-US", { notation: "compact", maximumSignificantDigits: 4 }).format(value);
  // The platform's own short form counts in 천 as well, which nobody says, and has no separators.
  const digits = Number(value.toPrecision(4));
  const [unit, name] = KOREAN_UNITS.find(([least]) => digits >= least) ?? [1, ""];
  return `${grouped(String(Number((digits / unit).toPrecision(4))))}${name}`;
}

/** A size in the ladder and the tape: few digits where it is large, enough where it is small. */
export const sizeLabel = (size: number): string =>
  size >= 1000 ? grouped(size.toFixed(0)) : size >= 1 ? size.toFixed(3) : size.toFixed(4);
