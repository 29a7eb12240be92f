import { useLingui } from "@lingui/react/macro";
import { baseOf, QUOTE_CURRENCIES, quoteOf } from "../../../domain/market.ts";
import { isMarketCode, type MarketCode } from "../../../domain/market-code.ts";
import type { MarketEntry } from "../../../domain/wire.ts";
import { useMarkets } from "../relay/queries.ts";
import { MOST_COLLECTED } from "../../store/setting-store.ts";
import { changeSetting, useSettings } from "../settings.ts";
import style from "./price-header.module.css";

/** The choice is a setting: the worker collects the market that is shown, and goes on with the one that was, as nobody
 *  can make up later for its book and trades. */
export function MarketPicker({ market }: { readonly market: MarketCode }) {
  const { t, i18n } = useLingui();
  const { data: markets = [] } = useMarkets();
  const known = markets.some((entry) => entry.market === market);
  const { alsoCollect } = useSettings();
  const choose = async (code: string) => {
    if (!isMarketCode(code) || code === market) return;
    const kept = [...alsoCollect.filter((other) => other !== code), ...(alsoCollect.includes(market) ? [] : [market])];
    if (kept.length <= MOST_COLLECTED) await changeSetting("alsoCollect", kept);
    await changeSetting("market", code);
  };
  const nameOf = (entry: MarketEntry) => (i18n.locale === "ko" ? entry.koreanName : entry.englishName);
  return (
    <select
      className={style.picker}
      aria-label={t`마켓`}
      data-testid="market-picker"
      value={market}
      onChange={({ target }) => void choose(target.value)}
    >
      {!known && <option value={market}>{market}</option>}
      {QUOTE_CURRENCIES.map((currency) => {
        const group = markets.filter((entry) => quoteOf(entry.market) === currency);
        return group.length === 0 ? null : (
          <optgroup key={currency} label={currency}>
            {group.map((entry) => (
              <option key={entry.market} value={entry.market}>
                {nameOf(entry)} {baseOf(entry.market)}/{currency}
              </option>
            ))}
          </optgroup>
        );
      })}
    </select>
  );
}
