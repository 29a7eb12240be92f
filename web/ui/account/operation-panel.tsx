import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import type { Fault } from "../../../domain/fault.ts";
import { FaultNote } from "../faults/fault-note.tsx";
import { Button } from "../parts/button.tsx";
import { Panel } from "../parts/panel.tsx";
import { relay } from "../relay/relay.ts";
import style from "./account-screen.module.css";

/** What whoever runs the deployment checks now and then. */
export function OperationPanel() {
  const { t } = useLingui();
  const [told, setTold] = useState<string | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  const [busy, setBusy] = useState(false);
  async function verify() {
    setBusy(true);
    const answer = await relay.verifyAudit();
    setBusy(false);
    setFault(answer.ok ? null : answer.fault);
    if (!answer.ok) return;
    const { intact, rows, links, brokenLink } = answer.value;
    setTold(
      intact
        ? t`기록이 온전합니다: ${rows}행, 봉인 ${links}개.`
        : t`기록이 손대어졌습니다: 봉인 ${brokenLink ?? 0}번이 맞지 않습니다.`,
    );
  }
  async function rotate() {
    setBusy(true);
    const answer = await relay.rotateMasterKey();
    setBusy(false);
    setFault(answer.ok ? null : answer.fault);
    if (!answer.ok) return;
    const { newestVersion, rewrapped, remaining } = answer.value;
    setTold(t`마스터 키 ${newestVersion}번: 새로 감싼 키 ${rewrapped}개, 남은 키 ${remaining}개.`);
  }
  return (
    <Panel title={t`운영 점검`}>
      <div className={style.actions}>
        <Button size="small" busy={busy} data-testid="verify-audit" onClick={() => void verify()}>
          <Trans>활동 기록 검증</Trans>
        </Button>
        <Button size="small" busy={busy} onClick={() => void rotate()}>
          <Trans>키를 새 마스터 키로 감싸기</Trans>
        </Button>
      </div>
      {fault !== null && <FaultNote fault={fault} aboutMoney={false} />}
      {told !== null && (
        <p role="status" data-testid="operation-told">
          {told}
        </p>
      )}
    </Panel>
  );
}
