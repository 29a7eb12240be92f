import { Trans, useLingui } from "@lingui/react/macro";
import { useState, type FormEvent } from "react";
import { useLocation } from "wouter";
import type { Fault } from "../../../domain/fault.ts";
import { freshSalt, SHORTEST_PASSWORD, stretchPassword } from "../entry/stretch-password.ts";
import { ACCOUNT_DELETED } from "../entry/account-deleted.ts";
import { FaultNote } from "../faults/fault-note.tsx";
import { kstShort } from "../format/kst-label.ts";
import { Badge } from "../parts/badge.tsx";
import { Button } from "../parts/button.tsx";
import { Confirm } from "../parts/confirm.tsx";
import { Gate } from "../parts/gate.tsx";
import { Panel } from "../parts/panel.tsx";
import { TextField } from "../parts/text-field.tsx";
import { SESSIONS_KEY, useSessions } from "../relay/queries.ts";
import { faultIn, queryClient, relay } from "../relay/relay.ts";
import { becomeUser } from "../relay/use-session.ts";
import { useFresh } from "./use-fresh.tsx";
import style from "./account-screen.module.css";

/** Where one is logged in, the password, and the end of the account. */
export function SecurityScreen() {
  return (
    <div className={style.screen}>
      <h1 className={style.title}>
        <Trans>보안</Trans>
      </h1>
      <Gate>
        {() => (
          <>
            <SessionsPanel />
            <PasswordPanel />
            <DeletePanel />
          </>
        )}
      </Gate>
    </div>
  );
}

function SessionsPanel() {
  const { t } = useLingui();
  const [, go] = useLocation();
  const { data = [], error } = useSessions();
  const [fault, setFault] = useState<Fault | null>(null);
  const listFault = faultIn(error);
  async function end(id: string) {
    const ended = await relay.endSession(id);
    setFault(ended.ok ? null : ended.fault);
    void queryClient.invalidateQueries({ queryKey: SESSIONS_KEY });
  }
  async function endAll() {
    const ended = await relay.endSessions();
    setFault(ended.ok ? null : ended.fault);
    if (!ended.ok) return;
    becomeUser(null);
    go("/log-in");
  }
  return (
    <Panel
      title={t`로그인한 기기`}
      aside={
        <Button size="small" tone="bad" data-testid="end-sessions" onClick={() => void endAll()}>
          <Trans>모든 기기에서 로그아웃</Trans>
        </Button>
      }
    >
      {listFault !== null && <FaultNote fault={listFault} aboutMoney={false} />}
      {fault !== null && <FaultNote fault={fault} aboutMoney={false} />}
      <ul data-testid="sessions" data-count={data.length}>
        {data.map((session) => (
          <li key={session.id} className={style.line}>
            <div>
              <strong>{session.device}</strong> {session.current && <Badge tone="good">{t`이 기기`}</Badge>}
              <p className={style.soft}>
                {session.address} · {t`마지막 사용`} {kstShort(session.seenAtMs)}
              </p>
            </div>
            {!session.current && (
              <Button size="small" onClick={() => void end(session.id)}>
                <Trans>로그아웃</Trans>
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function PasswordPanel() {
  const { t } = useLingui();
  const { run, dialog } = useFresh();
  const [password, setPassword] = useState("");
  const [busy, setBusy] = useState(false);
  const [tried, setTried] = useState(false);
  const [changed, setChanged] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const short = password.length < SHORTEST_PASSWORD;
  async function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (short || busy) return;
    setBusy(true);
    const salt = freshSalt();
    const verifier = await stretchPassword(password, salt);
    const answer = await run(() => relay.changePassword({ salt, verifier }));
    setBusy(false);
    setFault(answer.ok ? null : answer.fault);
    setChanged(answer.ok);
    if (!answer.ok) return;
    setPassword("");
    setTried(false);
    void queryClient.invalidateQueries({ queryKey: SESSIONS_KEY });
  }
  return (
    <Panel title={t`비밀번호 바꾸기`}>
      <form className={style.form} onSubmit={(event) => void submit(event)} noValidate>
        <TextField
          label={t`새 비밀번호`}
          type="password"
          autoComplete="new-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
          hint={t`바꾸면 다른 기기에서는 모두 로그아웃됩니다.`}
          error={tried && short && t`${SHORTEST_PASSWORD}자 이상 입력하세요.`}
        />
        {fault !== null && <FaultNote fault={fault} aboutMoney={false} />}
        {changed && <p role="status">{t`비밀번호를 바꿨습니다.`}</p>}
        <Button type="submit" busy={busy} data-testid="password-submit">
          <Trans>비밀번호 바꾸기</Trans>
        </Button>
      </form>
      {dialog}
    </Panel>
  );
}

function DeletePanel() {
  const { t } = useLingui();
  const [, go] = useLocation();
  const { run, dialog } = useFresh();
  const [asking, setAsking] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  async function remove() {
    setAsking(false);
    const answer = await run(() => relay.deleteAccount());
    setFault(answer.ok ? null : answer.fault);
    if (!answer.ok) return;
    becomeUser(null);
    go("/log-in", { state: ACCOUNT_DELETED });
  }
  return (
    <Panel title={t`계정 삭제`}>
      <p>
        <Trans>
          키, 비밀번호, 이름, 알림이 지워지고 되돌릴 수 없습니다. 주문과 보안 기록은 이름 없이 번호로만 남습니다.
          업비트에 열려 있는 주문은 그대로 남으니 먼저 확인하세요.
        </Trans>
      </p>
      {fault !== null && <FaultNote fault={fault} aboutMoney={false} />}
      <Button
        tone="bad"
        size="small"
        className={style.gap}
        data-testid="account-delete"
        onClick={() => setAsking(true)}
      >
        <Trans>계정 삭제</Trans>
      </Button>
      <Confirm
        open={asking}
        title={t`계정을 삭제할까요?`}
        action={t`삭제`}
        tone="bad"
        onConfirm={() => void remove()}
        onClose={() => setAsking(false)}
        testId="account-delete-confirm"
      >
        <Trans>키와 이름이 지워지고 되돌릴 수 없습니다.</Trans>
      </Confirm>
      {dialog}
    </Panel>
  );
}
