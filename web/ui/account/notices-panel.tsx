import { Trans, useLingui } from "@lingui/react/macro";
import { useEffect, useState } from "react";
import type { Fault } from "../../../domain/fault.ts";
import { hasWords, noticeText } from "../../notice-words.ts";
import { FaultNote } from "../faults/fault-note.tsx";
import { kstShort } from "../format/kst-label.ts";
import { Badge } from "../parts/badge.tsx";
import { Button } from "../parts/button.tsx";
import { EmptyNote } from "../parts/empty-note.tsx";
import { Panel } from "../parts/panel.tsx";
import { NOTICES_KEY, useDeployment, useNotices } from "../relay/queries.ts";
import { faultIn, queryClient, relay } from "../relay/relay.ts";
import { useSettings } from "../settings.ts";
import { currentPush, startPush, stopPush, type PushState } from "./push-device.ts";
import style from "./account-screen.module.css";

/** Shown at first; the rest on demand. */
const FEW = 5;

/** What the user was told, and whether this device is told by push. */
export function NoticesPanel() {
  const { t } = useLingui();
  const { language } = useSettings();
  const { data, error } = useNotices(true);
  const [all, setAll] = useState(false);
  const fault = faultIn(error);
  const notices = (data?.notices ?? []).filter(({ kind }) => hasWords(kind));
  const newest = notices[0]?.id;
  async function markRead() {
    if (newest === undefined) return;
    await relay.readNotices(newest);
    void queryClient.invalidateQueries({ queryKey: NOTICES_KEY });
  }
  return (
    <Panel
      title={t`알림`}
      aside={
        data !== undefined &&
        data.unread > 0 && (
          <Button size="small" data-testid="notices-read" onClick={() => void markRead()}>
            <Trans>모두 읽음</Trans>
          </Button>
        )
      }
    >
      <PushSwitch />
      {fault !== null && <FaultNote fault={fault} aboutMoney={false} />}
      {notices.length === 0 && fault === null && <EmptyNote>{t`아직 알림이 없습니다.`}</EmptyNote>}
      <ul data-testid="notices" data-count={notices.length}>
        {notices.slice(0, all ? undefined : FEW).map((notice) => {
          const { title, body } = noticeText(notice.kind, notice.detail, language);
          return (
            <li key={notice.id} className={style.line} data-kind={notice.kind}>
              <div>
                <strong>{title}</strong> {!notice.read && <Badge tone="accent">{t`새 알림`}</Badge>}
                <p className={style.soft}>
                  {kstShort(notice.createdAtMs)} · {body}
                </p>
              </div>
            </li>
          );
        })}
      </ul>
      {notices.length > FEW && !all && (
        <Button size="small" onClick={() => setAll(true)}>
          <Trans>더 보기</Trans>
        </Button>
      )}
    </Panel>
  );
}

/** Push messages for this browser; they reach a locked phone too. */
function PushSwitch() {
  const { t } = useLingui();
  const { language } = useSettings();
  const { data: deployment } = useDeployment();
  const publicKey = deployment?.vapidPublicKey ?? null;
  const [state, setState] = useState<PushState | "asking">("asking");
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const able = publicKey !== null && "PushManager" in globalThis;
  useEffect(() => {
    if (able) void currentPush().then((push) => setState(push === null ? "off" : "on"));
  }, [able]);
  async function turn(on: boolean) {
    if (publicKey === null) return;
    setBusy(true);
    const turned = on ? await startPush(publicKey, language) : await stopPush();
    setBusy(false);
    setFault(turned.ok ? null : turned.fault);
    if (turned.ok) setState(turned.value);
  }
  if (deployment !== undefined && !able)
    return (
      <p className={style.soft}>
        <Trans>이 브라우저나 서버는 푸시 알림을 보낼 수 없습니다. 알림은 이 화면에 남습니다.</Trans>
      </p>
    );
  if (state === "asking") return null;
  return (
    <div className={style.actions}>
      <Button
        size="small"
        busy={busy}
        data-testid="push-switch"
        data-state={state}
        onClick={() => void turn(state !== "on")}
      >
        {state === "on" ? t`이 기기의 푸시 알림 끄기` : t`이 기기에서 푸시 알림 받기`}
      </Button>
      {state === "denied" && (
        <p className={style.soft}>
          <Trans>브라우저 설정에서 이 사이트의 알림을 허용한 뒤 다시 시도하세요.</Trans>
        </p>
      )}
      {state === "unable" && (
        <p className={style.soft} role="status">
          <Trans>
            이 브라우저가 푸시 알림을 받을 수 없습니다. 시크릿 창이 아닌지, 브라우저의 푸시 서비스가 막혀 있지 않은지
            확인하세요. 알림은 이 화면에 남습니다.
          </Trans>
        </p>
      )}
      {fault !== null && <FaultNote fault={fault} aboutMoney={false} />}
    </div>
  );
}
