import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { decimalFromQuote } from "../../../domain/decimal.ts";
import type { Fault } from "../../../domain/fault.ts";
import { USUAL_WINDOW_MS, type Schedule } from "../../../domain/schedule.ts";
import { HOUR_MS, MINUTE_MS } from "../../../domain/units.ts";
import type { Reservation, ReservedRequest } from "../../../domain/wire.ts";
import { FaultNote } from "../faults/fault-note.tsx";
import { kstInputValue } from "../format/kst-label.ts";
import { useQuote } from "../live/live-state.ts";
import { useMarketNow } from "../live/use-market-now.ts";
import { AmountField } from "../parts/amount-field.tsx";
import { Button } from "../parts/button.tsx";
import { Choice } from "../parts/choice.tsx";
import { Confirm } from "../parts/confirm.tsx";
import { Panel } from "../parts/panel.tsx";
import { SelectField } from "../parts/select-field.tsx";
import screen from "../parts/screen.module.css";
import { RESERVATIONS_KEY } from "../relay/queries.ts";
import { queryClient, relay } from "../relay/relay.ts";
import { useSettings } from "../settings.ts";
import { EstimateLines } from "../ticket/estimate-lines.tsx";
import { TicketFields } from "../ticket/ticket-fields.tsx";
import { flawOf, priceFlawOf, type TicketFlaw } from "../ticket/ticket-flaw.ts";
import { useAmple } from "../ticket/use-ample.ts";
import { useTicket } from "../ticket/use-ticket.ts";
import { LimitAheadNote } from "./limit-ahead-note.tsx";
import { RequestLine, SideWord } from "./request-line.tsx";
import { draftOf, FIRST_AMOUNT, PERCENT, reservedRequest, type Amount } from "./reservation-draft.ts";
import { FIRST_TIMING, ScheduleFields, scheduleOf, timingOf, wholeMinuteAfter } from "./schedule-fields.tsx";
import { ScheduleLine } from "./schedule-line.tsx";

type Plan = { readonly request: ReservedRequest; readonly schedule: Schedule; readonly windowMs: number };
type Entry = Plan & { readonly idempotencyKey: string };
const WINDOWS_MS = [MINUTE_MS, USUAL_WINDOW_MS, HOUR_MS] as const;

type Props = {
  /** The reservation that is being changed, null for a new one. */
  readonly editing: Reservation | null;
  readonly onDone: () => void;
};

/** An order for later; times are market time in KST. The relay sends it, browser open or not. */
export function ReservationForm({ editing, onDone }: Props) {
  const { t } = useLingui();
  const settings = useSettings();
  const market = editing?.request.market ?? settings.market;
  const draft = editing && draftOf(editing);
  const quote = useQuote(market);
  const now = useMarketNow();
  const [followed, setFollowed] = useTicket(market, quote, "market");
  const [edited, setEdited] = useState(draft?.ticket ?? null);
  const ticket = edited ?? followed;
  const [amount, setAmount] = useState<Amount>(draft?.amount ?? FIRST_AMOUNT);
  const [timing, setTiming] = useState(editing ? timingOf(editing.schedule) : FIRST_TIMING);
  const [windowMs, setWindowMs] = useState(editing?.windowMs ?? USUAL_WINDOW_MS);
  const [asked, setAsked] = useState<Plan | null>(null);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const [flaw, setFlaw] = useState<TicketFlaw | null>(null);
  const [lost, setLost] = useState<Entry | null>(null);
  const lastPrice = quote === null ? null : decimalFromQuote(quote.price);
  const { ample, feeRate, hasKey, fault: ampleFault } = useAmple(market, ticket.side, true);
  // Until a time is chosen the field follows the clock, two minutes ahead: room to finish the form.
  const once = timing.once ?? (now === null ? "" : kstInputValue(wholeMinuteAfter(now, 2)));

  async function post(entry: Entry) {
    setBusy(true);
    const { idempotencyKey, ...plan } = entry;
    const answer = await (editing
      ? relay.changeReservation(editing.id, plan)
      : relay.reserve({ ...plan, idempotencyKey }));
    setBusy(false);
    setFault(answer.ok ? null : answer.fault);
    setLost(!answer.ok && answer.fault.kind === "unknown" ? entry : null);
    void queryClient.invalidateQueries({ queryKey: RESERVATIONS_KEY });
    if (!answer.ok) return;
    setFollowed({ ...followed, volume: "", total: "" });
    setTiming({ ...timing, once: null });
    onDone();
  }
  function ask() {
    // What will be free when the time comes nobody knows: only the form itself is looked at.
    const found = amount.by === "amount" ? flawOf(ticket, market, null) : priceFlawOf(ticket, market);
    setFlaw(found);
    if (found !== null) return;
    const request = reservedRequest(ticket, amount, market);
    const schedule = scheduleOf(timing, once);
    setFault(null);
    // The share and the time are marked at their own fields.
    if (request.ok && schedule !== null) setAsked({ request: request.value, schedule, windowMs });
  }
  const percentNote =
    ticket.side === "bid" ? t`그때 주문 가능 금액 가운데, 수수료를 남기고` : t`그때 팔 수 있는 수량 가운데`;

  return (
    <Panel title={editing ? t`예약 고치기 · ${market}` : t`예약하기 · ${market}`}>
      <div className={screen.form}>
        <Choice
          label={t`얼마나`}
          value={amount.by}
          options={[
            { value: "amount", label: t`정한 금액·수량` },
            { value: "share", label: t`잔고의 비율` },
          ]}
          onChange={(by) => setAmount({ ...amount, by })}
        />
        <TicketFields
          market={market}
          ticket={ticket}
          ample={ample}
          flaw={flaw}
          withAmount={amount.by === "amount"}
          onChange={(next) => {
            setFault(null);
            setFlaw(null);
            if (edited === null) setFollowed(next);
            else setEdited(next);
          }}
        />
        {amount.by === "share" && (
          <AmountField
            label={t`비율`}
            value={amount.percent}
            onChange={(percent) => setAmount({ ...amount, percent })}
            unit="%"
            hint={percentNote}
            error={!PERCENT.test(amount.percent) && t`1부터 100까지의 정수를 입력하세요.`}
          />
        )}
        <ScheduleFields timing={timing} once={once} now={now} onChange={setTiming} />
        <SelectField
          label={t`늦어도 되는 시간`}
          value={String(windowMs)}
          options={WINDOWS_MS.map((value) => ({
            value: String(value),
            label: value === HOUR_MS ? t`1시간` : t`${value / MINUTE_MS}분`,
          }))}
          onChange={(value) => setWindowMs(Number(value))}
          hint={t`이보다 늦어지면 보내지 않고 알려 드립니다.`}
        />
        {amount.by === "amount" && (
          <EstimateLines market={market} ticket={ticket} lastPrice={lastPrice} feeRate={feeRate} />
        )}
        <LimitAheadNote market={market} ticket={ticket} amount={amount} ample={ample} />
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
          onClick={ask}
        >
          {busy ? t`저장하는 중…` : editing ? t`고쳐서 저장` : t`예약하기`}
        </Button>
        {editing && <Button onClick={onDone}>{t`고치지 않기`}</Button>}
        {hasKey === false && <p className={screen.note}>{t`먼저 계정 화면에서 업비트 키를 등록하세요.`}</p>}
      </div>
      <Confirm
        open={asked !== null}
        title={t`이렇게 예약할까요?`}
        action={t`예약`}
        tone="accent"
        testId="reservation-confirm"
        onClose={() => setAsked(null)}
        onConfirm={() => {
          setAsked(null);
          if (asked) void post({ ...asked, idempotencyKey: crypto.randomUUID() });
        }}
      >
        {asked && (
          <>
            <p>
              <SideWord side={asked.request.side} /> <strong>{asked.request.market}</strong>
              <br />
              <RequestLine request={asked.request} />
              <br />
              <ScheduleLine schedule={asked.schedule} />
            </p>
            <LimitAheadNote market={market} ticket={ticket} amount={amount} ample={ample} />
            <p>
              <Trans>그때 다시 묻지 않고 주문합니다. 한도와 거래 중지는 그때에도 지켜집니다.</Trans>
            </p>
          </>
        )}
      </Confirm>
    </Panel>
  );
}
