import { Tabs } from "@base-ui/react/tabs";
import { useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { Big, decimal, decimalText } from "../../../domain/decimal.ts";
import { baseOf, MINIMUM_TOTAL, quoteOf, type Side } from "../../../domain/market.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import { AmountField } from "../parts/amount-field.tsx";
import { Choice } from "../parts/choice.tsx";
import { moneyLabel, quantityLabel } from "../format/amount.ts";
import tabs from "../parts/tabs.module.css";
import { PriceField } from "./price-field.tsx";
import { amountOf, volumeForTotal, withShare, type Ample, type Ticket } from "./ticket.ts";
import type { TicketField, TicketFlaw } from "./ticket-flaw.ts";
import { useFlawWords } from "./use-flaw-words.ts";
import style from "./ticket-fields.module.css";

const SHARES = [10, 25, 50, 100] as const;

type Props = {
  readonly market: MarketCode;
  readonly ticket: Ticket;
  readonly onChange: (ticket: Ticket) => void;
  /** Null while it is not known what the account holds. */
  readonly ample: Ample | null;
  /** Marks the field that kept the last try from becoming an order. */
  readonly flaw: TicketFlaw | null;
  /** False where the amount is settled elsewhere. */
  readonly withAmount?: boolean;
};

/** Side, kind, price and amount of an order: the same for one sent now and one sent later. */
export function TicketFields({ market, ticket, onChange, ample, flaw, withAmount = true }: Props) {
  const { t } = useLingui();
  const words = useFlawWords(market, ticket.side);
  const quote = quoteOf(market);
  const currency = quote === "KRW" ? t`원` : quote;
  const change = (part: Partial<Ticket>) => onChange({ ...ticket, ...part });
  const free =
    ample === null
      ? "–"
      : ticket.side === "bid"
        ? `${moneyLabel(quote, ample.free)} ${currency}`
        : `${quantityLabel(ample.free)} ${baseOf(market)}`;
  const wrong = (field: TicketField) => (flaw?.field === field ? words(flaw) : undefined);
  return (
    <div className={style.fields}>
      <Tabs.Root value={ticket.side} onValueChange={(side: Side) => change({ side, volume: "", total: "" })}>
        <Tabs.List className={`${tabs.list} ${tabs.wide}`} aria-label={t`매수 또는 매도`}>
          <Tabs.Tab className={`${tabs.tab} ${tabs.bid}`} value="bid" data-testid="side-bid">
            {t`매수`}
          </Tabs.Tab>
          <Tabs.Tab className={`${tabs.tab} ${tabs.ask}`} value="ask" data-testid="side-ask">
            {t`매도`}
          </Tabs.Tab>
        </Tabs.List>
      </Tabs.Root>
      <Choice
        label={t`주문 유형`}
        value={ticket.kind}
        options={[
          { value: "limit", label: t`지정가` },
          { value: "market", label: t`시장가` },
        ]}
        onChange={(kind) => change({ kind })}
      />
      <p className={style.free}>
        <span>{t`주문 가능`}</span>
        <strong data-testid="order-available">{free}</strong>
      </p>
      {ticket.kind === "limit" && (
        <PriceField
          market={market}
          value={ticket.price}
          error={wrong("price")}
          onChange={(price) => change({ price })}
        />
      )}
      {withAmount && <AmountFields market={market} ticket={ticket} ample={ample} onChange={onChange} wrong={wrong} />}
    </div>
  );
}

type AmountProps = Pick<Props, "market" | "ticket" | "ample" | "onChange"> & {
  readonly wrong: (field: TicketField) => string | undefined;
};

/** How much: money for a market buy, coins otherwise, or a share of what is there. */
function AmountFields({ market, ticket, ample, onChange, wrong }: AmountProps) {
  const { t } = useLingui();
  const quote = quoteOf(market);
  const currency = quote === "KRW" ? t`원` : quote;
  const byAmount = ticket.kind === "market" && ticket.side === "bid";
  const change = (part: Partial<Ticket>) => onChange({ ...ticket, ...part });
  const minimum = `${moneyLabel(quote, decimal(MINIMUM_TOTAL[quote]))} ${currency}`;
  return (
    <>
      {byAmount ? (
        <AmountField
          label={t`주문 금액`}
          value={ticket.total}
          onChange={(total) => change({ total })}
          unit={currency}
          hint={t`최소 ${minimum} · 수수료 별도`}
          error={wrong("total")}
        />
      ) : (
        <AmountField
          label={t`수량`}
          value={ticket.volume}
          onChange={(volume) => change({ volume })}
          unit={baseOf(market)}
          error={wrong("volume")}
        />
      )}
      <div className={style.shares} role="group" aria-label={t`주문 가능한 것 가운데 비율`}>
        {SHARES.map((percent) => (
          <button
            key={percent}
            type="button"
            className={style.share}
            disabled={ample === null}
            onClick={() => ample !== null && onChange(withShare(ticket, market, percent, ample))}
          >
            {percent}%
          </button>
        ))}
      </div>
      {ticket.kind === "limit" && (
        <TotalField market={market} ticket={ticket} onVolume={(volume) => change({ volume })} unit={currency} />
      )}
    </>
  );
}

type TotalProps = {
  readonly market: MarketCode;
  readonly ticket: Ticket;
  readonly onVolume: (volume: string) => void;
  readonly unit: string;
};

/** Price × volume; typed into, it sets the volume. */
function TotalField({ market, ticket, onVolume, unit }: TotalProps) {
  const { t } = useLingui();
  const [typed, setTyped] = useState<string | null>(null);
  const [price, volume] = [amountOf(ticket.price), amountOf(ticket.volume)];
  const decimals = quoteOf(market) === "KRW" ? 0 : 8;
  const product =
    price === null || volume === null ? "" : decimalText(price.times(volume).round(decimals, Big.roundDown));
  return (
    <AmountField
      label={t`주문 총액`}
      value={typed ?? product}
      onChange={(total) => {
        setTyped(total);
        onVolume(volumeForTotal(total, ticket.price));
      }}
      onLeave={() => setTyped(null)}
      unit={unit}
    />
  );
}
