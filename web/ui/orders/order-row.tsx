import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { decimal } from "../../../domain/decimal.ts";
import type { Fault } from "../../../domain/fault.ts";
import { baseOf, quoteOf } from "../../../domain/market.ts";
import type { Order } from "../../../domain/wire.ts";
import { FaultNote } from "../faults/fault-note.tsx";
import { feeLabel, moneyLabel, priceLabel, quantityLabel } from "../format/amount.ts";
import { kstDateTime } from "../format/kst-label.ts";
import { Badge } from "../parts/badge.tsx";
import { Button } from "../parts/button.tsx";
import { refreshMoney } from "../relay/queries.ts";
import { queryClient, relay } from "../relay/relay.ts";
import { ORIGIN_WORDS, orderNote, orderWords } from "./order-words.ts";
import { RequestLine, SideWord } from "./request-line.tsx";
import style from "./order-row.module.css";

type Props = {
  readonly order: Order;
  /** Shown once more as the result of sending: to read, not to act on. */
  readonly echo?: boolean;
};

export function OrderRow({ order, echo = false }: Props) {
  const { i18n } = useLingui();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const { words, tone } = orderWords(order);
  const note = orderNote(order);
  async function cancel() {
    setBusy(true);
    const answer = await relay.cancelOrder(order.id);
    setBusy(false);
    setFault(answer.ok ? null : answer.fault);
    if (answer.ok) queryClient.setQueryData(["own", "order", order.id], answer.value.order);
    refreshMoney();
  }
  return (
    <li
      className={style.row}
      data-testid={echo ? undefined : "order-row"}
      data-state={order.state}
      data-order={order.id}
    >
      <div className={style.main}>
        <p>
          <SideWord side={order.request.side} /> <strong>{order.request.market}</strong>{" "}
          <span className={style.soft}>{i18n._(ORIGIN_WORDS[order.origin])}</span>
        </p>
        <p>
          <RequestLine request={order.request} />
        </p>
        <Fills order={order} />
        <p className={style.soft}>{kstDateTime(order.createdAtMs)} KST</p>
      </div>
      <div className={style.end}>
        <Badge tone={tone}>{i18n._(words)}</Badge>
        {order.state === "accepted" && !echo && (
          <Button size="small" tone="bad" busy={busy} data-testid="cancel-order" onClick={() => void cancel()}>
            <Trans>주문 취소</Trans>
          </Button>
        )}
      </div>
      {note !== null && <p className={style.soft}>{i18n._(note)}</p>}
      {order.exchangeError !== null && <code className={style.code}>{order.exchangeError}</code>}
      {fault !== null && <FaultNote fault={fault} />}
    </li>
  );
}

/** What was filled, at what average, for how much with what fee; nothing before the first fill. */
function Fills({ order }: { readonly order: Order }) {
  const { t } = useLingui();
  const { market } = order.request;
  const volume = decimal(order.executedVolume);
  if (volume.eq(0)) return null;
  const quote = quoteOf(market);
  const funds = order.executedFunds === null ? null : decimal(order.executedFunds);
  const currency = quote === "KRW" ? t`원` : quote;
  return (
    <p className={style.fills} data-testid="order-fills">
      <span>
        {t`체결 수량`} {quantityLabel(volume)} {baseOf(market)}
      </span>
      {funds !== null && (
        <span>
          {t`평균`} {priceLabel(quote, funds.div(volume))} · {moneyLabel(quote, funds)} {currency}
        </span>
      )}
      <span className={style.soft}>
        {t`수수료`} {feeLabel(quote, decimal(order.paidFee))} {currency}
      </span>
    </p>
  );
}
