import { Big, decimalFromQuote } from "../../domain/decimal.ts";
import { baseOf, quoteOf, type QuoteCurrency } from "../../domain/market.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import type { MarketFeed } from "../market/market-feed.ts";
import { openAccounts, type OpenedAccounts } from "./accounts-file.ts";
import type { KeyOrigin } from "./api-keys.ts";

/** Enough to place any order of a market's minimum thousands of times, and little beside the book. */
const FUNDS: Record<QuoteCurrency, string> = { KRW: "50000000", BTC: "0.5", USDT: "10000" };
/** Worth of each other coin that is played, in the currency of its market. */
const COIN_WORTH: Record<QuoteCurrency, string> = { KRW: "5000000", BTC: "0.05", USDT: "3000" };

/** Who trades where no accounts file was given: one account with money and coins of every market that is played, and one
 *  key that may see and trade. */
export function demoAccount(feeds: ReadonlyMap<MarketCode, MarketFeed>, origin: KeyOrigin): OpenedAccounts {
  const balances: Record<string, { balance: Big; avgBuyPrice: Big; unitCurrency: QuoteCurrency }> = {};
  const put = (currency: string, balance: Big, avgBuyPrice: Big, unitCurrency: QuoteCurrency) =>
    (balances[currency] ??= { balance, avgBuyPrice, unitCurrency });
  put("KRW", new Big(FUNDS.KRW), new Big(0), "KRW");
  // A won price is the one that people know: it wins over a price in bitcoin or tether, whatever the order of markets.
  const wonFirst = [...feeds].toSorted(([a], [b]) => Number(quoteOf(b) === "KRW") - Number(quoteOf(a) === "KRW"));
  for (const [market, feed] of wonFirst) {
    const [quote, base] = [quoteOf(market), baseOf(market)];
    const price = decimalFromQuote(feed.lastTrade(origin.nowMs).price);
    // One significant digit: a balance that a person can keep in mind.
    const coins = new Big(new Big(COIN_WORTH[quote]).div(price).toPrecision(1));
    const isQuote = base === "BTC" || base === "USDT";
    put(base, isQuote ? new Big(FUNDS[base]) : coins.round(8, Big.roundUp), price, quote);
  }
  for (const [market] of wonFirst) put(quoteOf(market), new Big(FUNDS[quoteOf(market)]), new Big(0), "KRW");
  return openAccounts(
    { accounts: [{ name: "demo", pockets: [{ name: "main", kind: "main", balances, keys: [DEMO_KEY], watch: [] }] }] },
    origin,
  );
}

const DEMO_KEY = {
  permissions: ["view_account", "view_orders", "make_orders"] as ("view_account" | "view_orders" | "make_orders")[],
  allowedIps: ["127.0.0.1"],
};
