import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { FAULT_TYPES, type Fault, type FaultType } from "../../../domain/fault.ts";
import type { Reservation } from "../../../domain/wire.ts";
import { FaultNote } from "../faults/fault-note.tsx";
import { FAULT_WORDS } from "../faults/fault-words.ts";
import { kstDateTime } from "../format/kst-label.ts";
import { Badge } from "../parts/badge.tsx";
import { Button } from "../parts/button.tsx";
import { EmptyNote } from "../parts/empty-note.tsx";
import { Panel } from "../parts/panel.tsx";
import { RESERVATIONS_KEY, useReservations } from "../relay/queries.ts";
import { faultIn, queryClient, relay } from "../relay/relay.ts";
import { OrderRow } from "./order-row.tsx";
import { RESERVATION_STATE_TONES, RESERVATION_STATE_WORDS } from "./order-words.ts";
import { RequestLine, SideWord } from "./request-line.tsx";
import style from "./order-row.module.css";

/** Reservations and what became of them. */
export function ReservationList() {
  const { t } = useLingui();
  const { data = [], error, isPending } = useReservations(true);
  const fault = faultIn(error);
  return (
    <Panel title={t`예약 목록`} flush>
      {fault !== null && <FaultNote fault={fault} />}
      {data.length === 0 && <EmptyNote>{isPending ? t`불러오는 중…` : t`아직 예약이 없습니다.`}</EmptyNote>}
      <ul data-testid="reservations" data-count={data.length}>
        {data.map((reservation) => (
          <ReservationRow key={reservation.id} reservation={reservation} />
        ))}
      </ul>
    </Panel>
  );
}

const isFaultType = (text: string): text is FaultType => (FAULT_TYPES as readonly string[]).includes(text);

function ReservationRow({ reservation }: { readonly reservation: Reservation }) {
  const { i18n } = useLingui();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const { request, state, order, failure } = reservation;
  async function cancel() {
    setBusy(true);
    const answer = await relay.cancelReservation(reservation.id);
    setBusy(false);
    setFault(answer.ok ? null : answer.fault);
    void queryClient.invalidateQueries({ queryKey: RESERVATIONS_KEY });
  }
  return (
    <li className={style.row} data-testid="reservation-row" data-state={state} data-order-state={order?.state}>
      <div className={style.main}>
        <p>
          <SideWord side={request.side} /> <strong>{request.market}</strong>
        </p>
        <p>
          <RequestLine request={request} />
        </p>
        <p>
          <Trans>실행 {kstDateTime(reservation.dueAtMs)} KST</Trans>
        </p>
        {failure !== null && <p>{isFaultType(failure) ? i18n._(FAULT_WORDS[failure].what) : failure}</p>}
      </div>
      <div className={style.end}>
        <Badge tone={RESERVATION_STATE_TONES[state]}>{i18n._(RESERVATION_STATE_WORDS[state])}</Badge>
        {state === "waiting" && (
          <Button size="small" tone="bad" busy={busy} data-testid="cancel-reservation" onClick={() => void cancel()}>
            <Trans>예약 취소</Trans>
          </Button>
        )}
      </div>
      {order !== null && (
        <ul>
          <OrderRow order={order} echo />
        </ul>
      )}
      {fault !== null && <FaultNote fault={fault} />}
    </li>
  );
}
