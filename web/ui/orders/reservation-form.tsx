import { useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { decimalFromQuote } from "../../../domain/decimal.ts";
import type { Fault } from "../../../domain/fault.ts";
import type { OrderRequest } from "../../../domain/order.ts";
import { epochMs, MINUTE_MS, type EpochMs } from "../../../domain/units.ts";
import { FaultNote } from "../faults/fault-note.tsx";
import { fromKstInput, kstInputValue, kstTime } from "../format/kst-label.ts";
import { useQuote } from "../live/live-state.ts";
import { useMarketNow } from "../live/use-market-now.ts";
import { Button } from "../parts/button.tsx";
import { Panel } from "../parts/panel.tsx";
import { TextField } from "../parts/text-field.tsx";
import { RESERVATIONS_KEY } from "../relay/queries.ts";
import { queryClient, relay } from "../relay/relay.ts";
import { useSettings } from "../settings.ts";
import { EstimateLines } from "../ticket/estimate-lines.tsx";
import { TicketFields } from "../ticket/ticket-fields.tsx";
import { requestOf } from "../ticket/ticket.ts";
import { flawOf, type TicketFlaw } from "../ticket/ticket-flaw.ts";
import { useTicket } from "../ticket/use-ticket.ts";
import { useAmple } from "../ticket/use-ample.ts";
import screen from "../parts/screen.module.css";

const QUICK_MINUTES = [1, 2, 10, 60] as const;
/** The relay looks once a minute: a due time is a whole minute, the one nearest to what was asked. */
const wholeMinuteAfter = (now: EpochMs, minutes: number): EpochMs =>
  epochMs(Math.round(now / MINUTE_MS + minutes) * MINUTE_MS);

type Entry = { readonly idempotencyKey: string; readonly request: OrderRequest; readonly dueAtMs: EpochMs };

/** An order for later; times are market time in KST. The relay sends it, browser open or not. */
export function ReservationForm() {
  const { t } = useLingui();
  const { market } = useSettings();
  const quote = useQuote(market);
  const now = useMarketNow();
  const [ticket, setTicket] = useTicket(market, quote, "market");
  const [time, setTime] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const [flaw, setFlaw] = useState<TicketFlaw | null>(null);
  const [lost, setLost] = useState<Entry | null>(null);
  const lastPrice = quote === null ? null : decimalFromQuote(quote.price);
  const { ample, feeRate, hasKey, fault: ampleFault } = useAmple(market, ticket.side, true);
  // Until a time is chosen the field follows the clock, two minutes ahead: room to finish the form.
  const shownTime = time ?? (now === null ? "" : kstInputValue(wholeMinuteAfter(now, 2)));

  async function post(entry: Entry) {
    setBusy(true);
    const answer = await relay.reserve(entry);
    setBusy(false);
    setFault(answer.ok ? null : answer.fault);
    setLost(!answer.ok && answer.fault.kind === "unknown" ? entry : null);
    if (answer.ok) {
      setTicket({ ...ticket, volume: "", total: "" });
      setTime(null);
    }
    void queryClient.invalidateQueries({ queryKey: RESERVATIONS_KEY });
  }
  function submit() {
    // What will be free when the time comes nobody knows: only the form itself is looked at.
    const found = flawOf(ticket, market, null);
    setFlaw(found);
    if (found !== null) return;
    const request = requestOf(ticket, market);
    const dueAtMs = fromKstInput(shownTime);
    if (!request.ok) setFault(request.fault);
    else if (dueAtMs === null) setFault({ type: "bad-input", kind: "refuse", detail: "The due time is incomplete." });
    else void post({ idempotencyKey: crypto.randomUUID(), request: request.value, dueAtMs });
  }

  return (
    <Panel title={t`예약하기 · ${market}`}>
      <div className={screen.form}>
        <TicketFields
          market={market}
          ticket={ticket}
          ample={ample}
          flaw={flaw}
          onChange={(next) => {
            setFault(null);
            setFlaw(null);
            setTicket(next);
          }}
        />
        <TextField
          label={t`실행 시각 (KST)`}
          type="datetime-local"
          value={shownTime}
          onChange={(event) => setTime(event.target.value)}
          hint={now === null ? undefined : t`지금 시장 시각 ${kstTime(now)}`}
        />
        <div className={screen.inline} role="group" aria-label={t`빠른 시각`}>
          {QUICK_MINUTES.map((minutes) => (
            <Button
              key={minutes}
              size="small"
              disabled={now === null}
              data-testid={`reservation-plus-${minutes}`}
              onClick={() => now !== null && setTime(kstInputValue(wholeMinuteAfter(now, minutes)))}
            >
              {minutes === 60 ? t`+1시간` : t`+${minutes}분`}
            </Button>
          ))}
        </div>
        <EstimateLines market={market} ticket={ticket} lastPrice={lastPrice} feeRate={feeRate} />
        {ampleFault !== null && <FaultNote fault={ampleFault} />}
        <div aria-live="polite" data-testid="reservation-result" data-fault={fault?.type}>
          {fault !== null && <FaultNote fault={fault} />}
        </div>
        {lost !== null && <Button onClick={() => void post(lost)}>{t`같은 예약의 결과 확인`}</Button>}
        <Button
          tone="accent"
          size="large"
          busy={busy}
          disabled={hasKey !== true}
          data-testid="reservation-submit"
          onClick={submit}
        >
          {busy ? t`예약하는 중…` : t`예약하기`}
        </Button>
        {hasKey === false && <p className={screen.note}>{t`먼저 계정 화면에서 업비트 키를 등록하세요.`}</p>}
      </div>
    </Panel>
  );
}
