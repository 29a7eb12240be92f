import { useLingui } from "@lingui/react/macro";
import { Big } from "../../../domain/decimal.ts";
import { quoteOf } from "../../../domain/market.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import { feeLabel, moneyLabel } from "../format/amount.ts";
import { Fact, Facts } from "../parts/facts.tsx";
import { estimateOf, type Ticket } from "./ticket.ts";
import style from "./ticket-fields.module.css";

type Props = {
  readonly market: MarketCode;
  readonly ticket: Ticket;
  readonly lastPrice: Big | null;
  readonly feeRate: Big;
};

/** Fee and sum of the order as it stands. */
export function EstimateLines({ market, ticket, lastPrice, feeRate }: Props) {
  const { t } = useLingui();
  const quote = quoteOf(market);
  const currency = quote === "KRW" ? t`원` : quote;
  const estimate = estimateOf(ticket, lastPrice, feeRate);
  const money = (amount: Big | undefined) => (amount === undefined ? "–" : `${moneyLabel(quote, amount)} ${currency}`);
  const percent = feeRate.times(100).toFixed(3).replace(/0+$/, "");
  return (
    <div className={style.estimate} data-testid="order-estimate">
      <Facts>
        <Fact name={t`수수료 (${percent}%)`}>
          {estimate === null ? "–" : `${feeLabel(quote, estimate.fee)} ${currency}`}
        </Fact>
        <Fact name={ticket.side === "bid" ? t`예상 지불` : t`예상 수령`}>{money(estimate?.sum)}</Fact>
      </Facts>
    </div>
  );
}
