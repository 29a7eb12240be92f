import { useLingui } from "@lingui/react/macro";
import { useLiveQuery } from "dexie-react-hooks";
import { quoteOf } from "../../../domain/market.ts";
import { readDecisions } from "../../store/decision-log.ts";
import type { AutoSessionRow, DecisionRow } from "../../store/tables.ts";
import { database } from "../database.ts";
import { FAULT_WORDS } from "../faults/fault-words.ts";
import { priceLabel } from "../format/amount.ts";
import { bpsLabel, directionOf } from "../format/change.ts";
import { kstDateTime } from "../format/kst-label.ts";
import { orderWords } from "../orders/order-words.ts";
import { Badge } from "../parts/badge.tsx";
import { EmptyNote } from "../parts/empty-note.tsx";
import { Panel } from "../parts/panel.tsx";
import { ACTION_TONES, ACTION_WORDS, REASON_WORDS } from "./decision-words.ts";
import style from "./decision-log.module.css";

/** Every decision of a session, newest first: what was known, what was decided and why. */
export function DecisionLog({ session }: { readonly session: AutoSessionRow | null }) {
  const { t } = useLingui();
  const id = session?.id ?? null;
  const rows = useLiveQuery(() => (id === null ? [] : readDecisions(database, id)), [id]) ?? [];
  return (
    <Panel title={t`판단 기록`} flush>
      {rows.length === 0 ? (
        <EmptyNote>{t`캔들이 닫힐 때마다 판단과 이유가 여기에 남습니다.`}</EmptyNote>
      ) : (
        <ol data-testid="decision-log" data-count={rows.length}>
          {rows.map((row) => (
            <Decision key={row.id} row={row} />
          ))}
        </ol>
      )}
    </Panel>
  );
}

function Decision({ row }: { readonly row: DecisionRow }) {
  const { t, i18n } = useLingui();
  const { expectedReturnBps: expected, orderState: state } = row;
  const outcome = state === null ? null : orderWords({ ...row, state });
  return (
    <li
      className={style.row}
      data-testid="decision-row"
      data-action={row.action}
      data-reason={row.reason}
      data-order-state={row.orderState ?? undefined}
    >
      <div className={style.head}>
        <Badge tone={ACTION_TONES[row.action]}>{i18n._(ACTION_WORDS[row.action])}</Badge>
        <span>{i18n._(REASON_WORDS[row.reason])}</span>
        {outcome !== null && <Badge tone={outcome.tone}>{i18n._(outcome.words)}</Badge>}
      </div>
      <dl className={style.numbers}>
        <div>
          <dt>{t`캔들 (KST)`}</dt>
          <dd>{kstDateTime(row.candleOpenMs).slice(5, 16)}</dd>
        </div>
        <div>
          <dt>{t`종가`}</dt>
          <dd>{priceLabel(quoteOf(row.market), row.close)}</dd>
        </div>
        <div>
          <dt>{t`예측`}</dt>
          <dd className={expected === null ? undefined : directionOf(expected)}>
            {expected === null ? "–" : `${bpsLabel(expected)} bp`}
          </dd>
        </div>
        <div>
          <dt>{t`기준`}</dt>
          <dd>±{row.thresholdBps} bp</dd>
        </div>
        <div>
          <dt>{t`캔들 수`}</dt>
          <dd>
            {row.candlesHave}/{row.candlesNeed}
          </dd>
        </div>
      </dl>
      {row.fault !== null && <p className={style.fault}>{i18n._(FAULT_WORDS[row.fault].what)}</p>}
    </li>
  );
}
