import { quoteOf, type QuoteCurrency } from "../../domain/market.ts";
import type { MarketCode } from "../../domain/market-code.ts";

/** What a file cannot have recorded, whatever tick table was in force. */

/** [lowest price inclusive, finest tick known of it], highest first: today's table and those before it, which were finer
 *  in some bands and never finer than this. Source: upbit-api 5.1; recordings from 2017 on. */
const FINEST_TICKS: Record<QuoteCurrency, readonly (readonly [number, number])[]> = {
  KRW: [
    [2_000_000, 1_000],
    [1_000_000, 500],
    [100_000, 50],
    [10_000, 1],
    [100, 0.1],
    [10, 0.01],
    [1, 0.001],
    [0, 1e-8],
  ],
  BTC: [[0, 1e-8]],
  USDT: [[0, 1e-8]],
};
/** What a double may be off a multiple, in ticks. */
const SLACK = 1e-4;

/** The first of the prices that no tick table allows, or null. */
export function strangePrice(market: MarketCode, prices: readonly number[]): number | null {
  const ticks = FINEST_TICKS[quoteOf(market)];
  const fits = (price: number): boolean => {
    const steps = price / ticks.find(([from]) => price >= from)![1];
    return Math.abs(steps - Math.round(steps)) < Math.max(SLACK, steps * Number.EPSILON * 4);
  };
  return prices.find((price) => !fits(price)) ?? null;
}

/** Files keep nine digits or more of a value and of a volume. */
const ROUNDED = 1e-9;

/** Whether trades between low and high can make a value out of a volume, as far as the file's digits tell.
 *  @property lastVolumeDigit worth of the finest digit that the file's volumes have, for a file that cut them
 *  @property lastValueDigit the same of this value */
export function isMadeBetween(
  value: number,
  volume: number,
  { low, high, lastVolumeDigit, lastValueDigit }: Record<"low" | "high" | "lastVolumeDigit" | "lastValueDigit", number>,
): boolean {
  const slack = lastValueDigit + ROUNDED * value + (lastVolumeDigit + ROUNDED * volume) * high;
  return value >= low * volume - slack && value <= high * volume + slack;
}

/** Worth of the last digit that a number is written with, at least 1e-8. */
export function lastDigitOf(text: string): number {
  const [digits, exponent] = text.toLowerCase().split("e");
  const decimals = (digits!.split(".")[1] ?? "").length - Number(exponent ?? 0);
  return 10 ** -Math.min(8, decimals);
}
