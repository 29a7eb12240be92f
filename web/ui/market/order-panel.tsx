import { Trans, useLingui } from "@lingui/react/macro";
import { lazy, Suspense, useEffect, useState } from "react";
import { Link } from "wouter";
import { assert } from "../../../domain/assert.ts";
import { decimalFromQuote } from "../../../domain/decimal.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import type { OrderRequest } from "../../../domain/order.ts";
import type { Quote } from "../../workers/protocol.ts";
import { FaultNote } from "../faults/fault-note.tsx";
import { percentLabel } from "../format/change.ts";
import { Button } from "../parts/button.tsx";
import { Panel } from "../parts/panel.tsx";
import { useSession } from "../relay/use-session.ts";
import { EstimateLines } from "../ticket/estimate-lines.tsx";
import { TicketFields } from "../ticket/ticket-fields.tsx";
import { disadvantageOf, requestOf, type Ticket } from "../ticket/ticket.ts";
import { flawOf, type TicketFlaw } from "../ticket/ticket-flaw.ts";
import { useAmple } from "../ticket/use-ample.ts";
import { OrderResult } from "./order-result.tsx";
import { useSending } from "./use-sending.ts";
import style from "./order-panel.module.css";

/** Wider than any spread in a market that lives, narrower than a slipped digit. */
const WORTH_A_WARNING = 0.03;

type Props = {
  readonly market: MarketCode;
  readonly quote: Quote | null;
  readonly ticket: Ticket;
  readonly onTicket: (ticket: Ticket) => void;
};

/** Fetched when it is first asked for: the first screen is there without it. */
const OrderConfirm = lazy(async () => ({ default: (await import("./order-confirm.tsx")).OrderConfirm }));

/** Enter, look once more, send, see the result. */
export function OrderPanel({ market, quote, ticket, onTicket }: Props) {
  const { t } = useLingui();
  const session = useSession();
  const { side } = ticket;
  const { ample, feeRate, hasKey, fault: ampleFault } = useAmple(market, side, session.state === "in");
  const [flaw, setFlaw] = useState<TicketFlaw | null>(null);
  const [asked, setAsked] = useState<OrderRequest | null>(null);
  const [left, setLeft] = useState<Ticket | null>(null);
  const sending = useSending();
  // What nobody took stays, to be mended; what may have been taken goes, so that it is not sent a second time.
  useEffect(() => {
    if (sending.taken && ticket === left) onTicket({ ...ticket, volume: "", total: "" });
  }, [sending.taken, ticket, left, onTicket]);
  const lastPrice = quote === null ? null : decimalFromQuote(quote.price);
  const worse = disadvantageOf(ticket, lastPrice);
  const change = (next: Ticket) => {
    setFlaw(null);
    onTicket(next);
  };
  const ask = () => {
    const found = flawOf(ticket, market, ample);
    setFlaw(found);
    if (found !== null) return;
    const request = requestOf(ticket, market);
    assert(request.ok, "a ticket without a flaw is an order");
    setAsked(request.value);
  };
  return (
    <Panel title={t`주문 입력`} flush>
      <div className={style.body}>
        <TicketFields market={market} ticket={ticket} onChange={change} ample={ample} flaw={flaw} />
        <EstimateLines market={market} ticket={ticket} lastPrice={lastPrice} feeRate={feeRate} />
        {ampleFault !== null && <FaultNote fault={ampleFault} />}
        {session.state === "in" && hasKey !== false ? (
          <Button
            tone={side === "bid" ? "up" : "down"}
            size="large"
            busy={sending.busy}
            disabled={hasKey !== true}
            data-testid="order-submit"
            onClick={ask}
          >
            {sending.busy ? t`보내는 중…` : side === "bid" ? t`매수 주문` : t`매도 주문`}
          </Button>
        ) : (
          <p className={style.way}>
            {session.state === "in" ? (
              <Trans>
                주문하려면 <Link href="/account">업비트 키를 등록</Link>하세요.
              </Trans>
            ) : (
              <Trans>
                주문하려면 <Link href="/log-in">로그인</Link>하세요.
              </Trans>
            )}
          </p>
        )}
        <OrderResult sending={sending} />
      </div>
      {asked !== null && (
        <Suspense>
          <OrderConfirm
            request={asked}
            onClose={() => setAsked(null)}
            onConfirm={(request) => {
              setAsked(null);
              setLeft(ticket);
              void sending.send(request);
            }}
          >
            <EstimateLines market={market} ticket={ticket} lastPrice={lastPrice} feeRate={feeRate} />
            {worse >= WORTH_A_WARNING && (
              <p className={style.warning} role="alert">
                <Trans>현재가보다 {percentLabel(worse, 1)} 불리한 가격입니다. 바로 체결될 수 있습니다.</Trans>
              </p>
            )}
          </OrderConfirm>
        </Suspense>
      )}
    </Panel>
  );
}
