import { hashOf } from "../market/random.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import { baseOf, quoteOf } from "../../domain/market.ts";
import type { AssetTerms } from "./asset-walk.ts";

/** What a generated asset is like; names as the exchange spells them. Prices near those of late 2026 so that ticks and
 *  minimum totals bite as they would. */
type Asset = {
  readonly koreanName: string;
  readonly englishName: string;
  /** Price that the generator returns to, won. */
  readonly homePrice: number;
  /** Standard deviation of a day's log return. */
  readonly dailyDeviation: number;
  /** Mean amount traded in a minute of its won market, won. */
  readonly minuteValue: number;
  /** Share of minutes of its won market without a trade. */
  readonly silentShare: number;
  /** Share of its variance that it has in common with all others. */
  readonly commonShare: number;
};
/** What a generated market is like; amounts in its quote currency. */
export type MarketCharacter = {
  readonly koreanName: string;
  readonly englishName: string;
  readonly dailyDeviation: number;
  readonly minuteValue: number;
  readonly silentShare: number;
};

const asset = (
  koreanName: string,
  englishName: string,
  [homePrice, dailyDeviation, minuteValue, silentShare]: readonly [number, number, number, number],
  commonShare = 0.6,
): Asset => ({ koreanName, englishName, homePrice, dailyDeviation, minuteValue, silentShare, commonShare });

const KNOWN: Readonly<Record<string, Asset>> = {
  BTC: asset("비트코인", "Bitcoin", [150_000_000, 0.025, 150e6, 0.001], 0.8),
  ETH: asset("이더리움", "Ethereum", [4_600_000, 0.032, 80e6, 0.002], 0.7),
  XRP: asset("엑스알피(리플)", "XRP", [3_100, 0.036, 120e6, 0.004]),
  SOL: asset("솔라나", "Solana", [210_000, 0.04, 35e6, 0.02]),
  DOGE: asset("도지코인", "Dogecoin", [260, 0.042, 30e6, 0.03]),
  ADA: asset("에이다", "Cardano", [820, 0.04, 12e6, 0.05]),
  // A dollar in won: calm, and on its own.
  USDT: asset("테더", "Tether", [1_400, 0.003, 60e6, 0.01], 0.02),
};
/** Trading in the other quote currencies: part of the won market's amount, and how often nothing happens. */
const FOREIGN = { valueShare: 0.02, silentShare: 0.3 };

function assetOf(name: string): Asset {
  const known = KNOWN[name];
  if (known) return known;
  const share = hashOf("catalog", name) / 4_294_967_296;
  return asset(name, name, [Math.round(100 * 1_000 ** share), 0.05, 5e6, 0.15]);
}

export function assetTerms(name: string): AssetTerms {
  const { homePrice, dailyDeviation, commonShare } = assetOf(name);
  return { name, homePrice, dailyDeviation, commonShare };
}

/** The character of a market; a base currency nobody described gets a seeded one and its code for a name. */
export function characterOf(market: MarketCode): MarketCharacter {
  const { koreanName, englishName, dailyDeviation, minuteValue, silentShare } = assetOf(baseOf(market));
  const names = { koreanName, englishName };
  const quote = quoteOf(market);
  if (quote === "KRW") return { ...names, dailyDeviation, minuteValue, silentShare };
  return {
    ...names,
    dailyDeviation,
    minuteValue: (minuteValue * FOREIGN.valueShare) / assetOf(quote).homePrice,
    silentShare: Math.max(silentShare, FOREIGN.silentShare),
  };
}
