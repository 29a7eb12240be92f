import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import type { Fault } from "../../../domain/fault.ts";
import type { Reservation, Run } from "../../../domain/wire.ts";
import { FaultNote } from "../faults/fault-note.tsx";
import { FAULT_WORDS } from "../faults/fault-words.ts";
import { kstDateTime } from "../format/kst-label.ts";
import { Badge } from "../parts/badge.tsx";
import { Button } from "../parts/button.tsx";
import { EmptyNote } from "../parts/empty-note.tsx";
import { Panel } from "../parts/panel.tsx";
import screen from "../parts/screen.module.css";
import { RESERVATIONS_KEY, useReservations } from "../relay/queries.ts";
import { faultIn, queryClient, relay } from "../relay/relay.ts";
import { OrderRow } from "./order-row.tsx";
import { ORDER_STATE_TONES, RESERVATION_STATE_TONES, RESERVATION_STATE_WORDS } from "./order-words.ts";
import { RequestLine, SideWord } from "./request-line.tsx";
import { ScheduleLine } from "./schedule-line.tsx";
import style from "./order-row.module.css";

/** Reservations and what became of them. */
export function ReservationList({ onEdit }: { readonly onEdit: (reservation: Reservation) => void }) {
  const { t } = useLingui();
  const { data = [], error, isPending } = useReservations(true);
  const fault = faultIn(error);
  return (
    <Panel title={t`예약 목록`} flush>
      {fault !== null && <FaultNote fault={fault} />}
      {data.length === 0 && <EmptyNote>{isPending ? t`불러오는 중…` : t`아직 예약이 없습니다.`}</EmptyNote>}
      <ul data-testid="reservations" data-count={data.length}>
        {data.map((reservation) => (
          <ReservationRow key={reservation.id} reservation={reservation} onEdit={onEdit} />
        ))}
      </ul>
    </Panel>
  );
}

type RowProps = { readonly reservation: Reservation; readonly onEdit: (reservation: Reservation) => void };

function ReservationRow({ reservation, onEdit }: RowProps) {
  const { t, i18n } = useLingui();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const { request, schedule, state, nextDueAtMs, runs } = reservation;
  const past = runs.filter((run) => run.state !== "reserved" && run.state !== "claimed");
  async function move(to: "cancel" | "pause" | "resume") {
    setBusy(true);
    const answer = await relay.moveReservation(reservation.id, to);
    setBusy(false);
    setFault(answer.ok ? null : answer.fault);
    void queryClient.invalidateQueries({ queryKey: RESERVATIONS_KEY });
  }
  return (
    <li
      className={style.row}
      data-testid="reservation-row"
      data-state={state}
      data-order-state={past[0]?.order?.state}
      data-runs={past.length}
    >
      <div className={style.main}>
        <p>
          <SideWord side={request.side} /> <strong>{request.market}</strong>
        </p>
        <p>
          <RequestLine request={request} />
        </p>
        <p>
          <ScheduleLine schedule={schedule} />
        </p>
        {nextDueAtMs !== null && schedule.every !== "once" && (
          <p className={style.soft}>
            <Trans>다음 {kstDateTime(nextDueAtMs)} KST</Trans>
          </p>
        )}
      </div>
      <div className={style.end}>
        <Badge tone={RESERVATION_STATE_TONES[state]}>{i18n._(RESERVATION_STATE_WORDS[state])}</Badge>
      </div>
      {(state === "waiting" || state === "paused") && (
        <div className={screen.inline}>
          <Button size="small" onClick={() => onEdit(reservation)} data-testid="edit-reservation">
            <Trans>고치기</Trans>
          </Button>
          <Button
            size="small"
            busy={busy}
            data-testid="pause-reservation"
            onClick={() => void move(state === "paused" ? "resume" : "pause")}
          >
            {state === "paused" ? t`다시 시작` : t`일시 중지`}
          </Button>
          <Button
            size="small"
            tone="bad"
            busy={busy}
            data-testid="cancel-reservation"
            onClick={() => void move("cancel")}
          >
            <Trans>예약 취소</Trans>
          </Button>
        </div>
      )}
      {fault !== null && <FaultNote fault={fault} />}
      {past.length > 1 ? (
        <details>
          <summary>
            <Trans>지난 실행 {past.length}번</Trans>
          </summary>
          <Runs runs={past} />
        </details>
      ) : (
        <Runs runs={past} />
      )}
    </li>
  );
}

/** What became of each time; without an order, why not. */
function Runs({ runs }: { readonly runs: readonly Run[] }) {
  const { i18n } = useLingui();
  if (runs.length === 0) return null;
  return (
    <ul>
      {runs.map((run) =>
        run.order === null ? (
          <li key={run.id} className={style.row} data-testid="run" data-state={run.state}>
            <div className={style.main}>
              <p className={style.soft}>{kstDateTime(run.dueAtMs)} KST</p>
              {run.refusal !== null && <p>{i18n._(FAULT_WORDS[run.refusal].what)}</p>}
            </div>
            <div className={style.end}>
              <Badge tone={ORDER_STATE_TONES[run.state]}>
                {i18n._(RESERVATION_STATE_WORDS[run.state === "rejected" ? "failed" : endWord(run.state)])}
              </Badge>
            </div>
          </li>
        ) : (
          <OrderRow key={run.id} order={run.order} echo />
        ),
      )}
    </ul>
  );
}

const endWord = (state: Run["state"]) => (state === "cancelled" ? "cancelled" : "expired");
