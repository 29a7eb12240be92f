import { Trans, useLingui } from "@lingui/react/macro";
import { useInfiniteQuery } from "@tanstack/react-query";
import { decimal } from "../../../domain/decimal.ts";
import type { ActivityEntry } from "../../../domain/wire.ts";
import { FaultNote } from "../faults/fault-note.tsx";
import { quantityLabel } from "../format/amount.ts";
import { kstDateTime } from "../format/kst-label.ts";
import { Badge } from "../parts/badge.tsx";
import { Button } from "../parts/button.tsx";
import { EmptyNote } from "../parts/empty-note.tsx";
import { Gate } from "../parts/gate.tsx";
import { Panel } from "../parts/panel.tsx";
import { faultIn, relay, valueOf } from "../relay/relay.ts";
import { detailWords, eventWords } from "./activity-words.ts";
import style from "./account-screen.module.css";

/** What happened to this account, newest first: the rows cannot be changed by anyone. */
export function ActivityScreen() {
  return (
    <div className={style.screen}>
      <h1 className={style.title}>
        <Trans>활동 기록</Trans>
      </h1>
      <Gate>{() => <ActivityPanel />}</Gate>
    </div>
  );
}

function ActivityPanel() {
  const { t } = useLingui();
  const pages = useInfiniteQuery({
    queryKey: ["own", "activity"],
    queryFn: ({ pageParam }) => valueOf(relay.activity(pageParam)),
    initialPageParam: null as number | null,
    getNextPageParam: ({ before }) => before,
  });
  const fault = faultIn(pages.error);
  const entries = pages.data?.pages.flatMap(({ activity }) => activity) ?? [];
  return (
    <Panel title={t`보안과 주문`}>
      {fault !== null && <FaultNote fault={fault} aboutMoney={false} />}
      {entries.length === 0 && fault === null && (
        <EmptyNote>{pages.isPending ? t`불러오는 중…` : t`아직 기록이 없습니다.`}</EmptyNote>
      )}
      <ul data-testid="activity" data-count={entries.length}>
        {entries.map((entry) => (
          <ActivityLine key={entry.id} entry={entry} />
        ))}
      </ul>
      {pages.hasNextPage && (
        <Button size="small" busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          <Trans>더 보기</Trans>
        </Button>
      )}
    </Panel>
  );
}

function ActivityLine({ entry }: { readonly entry: ActivityEntry }) {
  const { t, i18n } = useLingui();
  const words = eventWords(entry);
  const { trade } = entry;
  // A set of limits is written as JSON: for whoever checks, not for reading.
  const detail = entry.detail?.startsWith("{") === true ? null : entry.detail;
  const inWords = detail === null ? null : detailWords(detail);
  return (
    <li className={style.line} data-event={entry.event}>
      <div>
        <strong>{words === null ? entry.event : i18n._(words)}</strong>{" "}
        {entry.result === "refused" && <Badge tone="bad">{t`거절됨`}</Badge>}
        {entry.by === "admin" && <Badge tone="warn">{t`관리자가 함`}</Badge>}
        {entry.by === "to-other" && <Badge tone="quiet">{t`다른 회원에게`}</Badge>}
        <p className={style.soft}>
          {kstDateTime(entry.atMs)}
          {entry.address !== null && ` · ${entry.address}`}
          {trade !== null && ` · ${trade.market} ${trade.side === "bid" ? t`매수` : t`매도`}`}
          {trade !== null && Number(trade.executedVolume) > 0 && ` ${quantityLabel(decimal(trade.executedVolume))}`}
          {detail !== null && ` · ${inWords === null ? detail : i18n._(inWords)}`}
        </p>
      </div>
    </li>
  );
}
