import { useLingui } from "@lingui/react/macro";
import { baseOf, quoteOf } from "../../../domain/market.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import type { Quote } from "../../workers/protocol.ts";
import { priceLabel, shortLabel } from "../format/amount.ts";
import { arrowOf, directionOf, percentLabel } from "../format/change.ts";
import { MarketPicker } from "./market-picker.tsx";
import style from "./price-header.module.css";

const DASH = "–";

/** The market and its price; the change counts from 09:00 KST, as on the exchange itself. */
export function PriceHeader({ market, quote }: { readonly market: MarketCode; readonly quote: Quote | null }) {
  const { t, i18n } = useLingui();
  const money = quoteOf(market);
  const price = (value: number | undefined) => (value === undefined ? DASH : priceLabel(money, value));
  const change = quote?.changeRate ?? 0;
  return (
    <section className={style.header} aria-label={t`현재가`}>
      <MarketPicker market={market} />
      <div className={`${style.price} ${directionOf(change)}`}>
        <strong data-testid="price-last" data-price={quote?.price}>
          {price(quote?.price)}
        </strong>
        <span className={style.currency}>{money === "KRW" ? t`원` : money}</span>
        {quote !== null && (
          <span className={style.change} title={t`09:00 KST 대비`}>
            {arrowOf(change)} {percentLabel(change)}{" "}
            <span className={style.won}>{priceLabel(money, Math.abs(quote.changePrice))}</span>
          </span>
        )}
      </div>
      <dl className={style.facts}>
        <div>
          <dt>{t`고가`}</dt>
          <dd className="up">{price(quote?.high)}</dd>
        </div>
        <div>
          <dt>{t`저가`}</dt>
          <dd className="down">{price(quote?.low)}</dd>
        </div>
        <div>
          <dt>{t`거래대금 24시간`}</dt>
          <dd>{quote === null ? DASH : shortLabel(quote.value24h, i18n.locale)}</dd>
        </div>
        <div>
          <dt>{t`거래량 24시간`}</dt>
          <dd>{quote === null ? DASH : `${shortLabel(quote.volume24h, i18n.locale)} ${baseOf(market)}`}</dd>
        </div>
      </dl>
    </section>
  );
}
