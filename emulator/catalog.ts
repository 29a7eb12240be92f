import { hashOf } from "./random.ts";
import type { MarketCode } from "../domain/market-code.ts";
import { baseOf } from "../domain/market.ts";

/** What a generated market is like; names as the exchange spells them. Prices near those of late 2026 so that ticks and
 *  minimum totals bite as they would. */
export type MarketCharacter = {
  readonly koreanName: string;
  readonly englishName: string;
  /** Price that the generator returns to, KRW. */
  readonly homePrice: number;
  /** Standard deviation of a day's log return. */
  readonly dailyDeviation: number;
  /** Mean quote amount traded in a minute, KRW. */
  readonly minuteValue: number;
  /** Share of minutes without a trade. */
  readonly silentShare: number;
};

const character = (
  koreanName: string,
  englishName: string,
  [homePrice, dailyDeviation, minuteValue, silentShare]: readonly [number, number, number, number],
): MarketCharacter => ({ koreanName, englishName, homePrice, dailyDeviation, minuteValue, silentShare });

const KNOWN: Readonly<Record<string, MarketCharacter>> = {
  BTC: character("비트코인", "Bitcoin", [150_000_000, 0.025, 150e6, 0.001]),
  ETH: character("이더리움", "Ethereum", [4_600_000, 0.032, 80e6, 0.002]),
  XRP: character("엑스알피(리플)", "XRP", [3_100, 0.036, 120e6, 0.004]),
  SOL: character("솔라나", "Solana", [210_000, 0.04, 35e6, 0.02]),
  DOGE: character("도지코인", "Dogecoin", [260, 0.042, 30e6, 0.03]),
  ADA: character("에이다", "Cardano", [820, 0.04, 12e6, 0.05]),
};

/** The character of a market; a base currency nobody described gets a seeded one and its code for a name. */
export function characterOf(market: MarketCode): MarketCharacter {
  const base = baseOf(market);
  const known = KNOWN[base];
  if (known) return known;
  const share = hashOf("catalog", base) / 4_294_967_296;
  return character(base, base, [Math.round(100 * 1_000 ** share), 0.05, 5e6, 0.15]);
}
