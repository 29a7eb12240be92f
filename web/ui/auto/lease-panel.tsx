import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { epochMs } from "../../../domain/units.ts";
import type { AutoSession } from "../../../domain/wire.ts";
import { kstDateTime } from "../format/kst-label.ts";
import { Badge } from "../parts/badge.tsx";
import { Panel } from "../parts/panel.tsx";
import style from "../orders/order-row.module.css";
import { useAutoSessions } from "../relay/queries.ts";

const END_WORDS: Readonly<Record<NonNullable<AutoSession["endReason"]>, MessageDescriptor>> = {
  stopped: msg`멈춰서 끝났습니다.`,
  "taken-over": msg`다른 기기가 넘겨받았습니다.`,
  silent: msg`연락이 2분 끊겨 서버가 끝냈습니다.`,
  halted: msg`거래 중지로 끝났습니다.`,
};
const MOST_SHOWN = 5;

/** What the server knows of automatic trading on any device of this account: one device a market at a time. */
export function LeasePanel() {
  const { t, i18n } = useLingui();
  const { data = [] } = useAutoSessions(true);
  if (data.length === 0) return null;
  return (
    <Panel title={t`모든 기기의 자동매매`} flush>
      <ul data-testid="leases" data-count={data.length}>
        {data.slice(0, MOST_SHOWN).map((session) => (
          <li key={session.id} className={style.row} data-testid="lease" data-state={session.state}>
            <div className={style.main}>
              <p>
                <strong>{session.market}</strong>
              </p>
              <p className={style.soft}>
                <Trans>마지막 연락 {kstDateTime(epochMs(session.seenAtMs))} KST</Trans>
              </p>
              {session.endReason !== null && <p>{i18n._(END_WORDS[session.endReason])}</p>}
              {session.closing && <p role="status">{t`남은 주문을 정리하고 있습니다.`}</p>}
            </div>
            <div className={style.end}>
              <Badge tone={session.state === "running" ? "good" : "quiet"}>
                {session.state === "running" ? t`동작` : t`멈춤`}
              </Badge>
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
