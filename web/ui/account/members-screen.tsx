import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import type { Fault } from "../../../domain/fault.ts";
import type { Invitation, Member } from "../../../domain/wire.ts";
import { FaultNote } from "../faults/fault-note.tsx";
import { kstDateTime, kstShort } from "../format/kst-label.ts";
import { Badge } from "../parts/badge.tsx";
import { Button } from "../parts/button.tsx";
import { EmptyNote } from "../parts/empty-note.tsx";
import { Gate } from "../parts/gate.tsx";
import { Panel } from "../parts/panel.tsx";
import { INVITATIONS_KEY, MEMBERS_KEY, useDeployment, useInvitations, useMembers } from "../relay/queries.ts";
import { faultIn, queryClient, relay } from "../relay/relay.ts";
import { useFresh } from "./use-fresh.tsx";
import { OperationPanel } from "./operation-panel.tsx";
import style from "./account-screen.module.css";

/** A week is time enough to pass a code on, and short enough for one that got lost. */
const INVITATION_DAYS = 7;

/** Who is in, and who may come. */
export function MembersScreen() {
  return (
    <div className={style.screen}>
      <h1 className={style.title}>
        <Trans>회원</Trans>
      </h1>
      <Gate>
        {(user) =>
          user.role === "admin" ? (
            <>
              <MembersPanel ownId={user.id} />
              <InvitationsPanel />
              <OperationPanel />
            </>
          ) : (
            <EmptyNote>
              <Trans>관리자만 볼 수 있습니다.</Trans>
            </EmptyNote>
          )
        }
      </Gate>
    </div>
  );
}

function MembersPanel({ ownId }: { readonly ownId: string }) {
  const { t } = useLingui();
  const { run, dialog } = useFresh();
  const { data = [], error } = useMembers();
  const [fault, setFault] = useState<Fault | null>(null);
  const listFault = faultIn(error);
  async function change(member: Member, action: Parameters<typeof relay.changeMember>[1]) {
    const answer = await run(() => relay.changeMember(member.id, action));
    setFault(answer.ok ? null : answer.fault);
    void queryClient.invalidateQueries({ queryKey: MEMBERS_KEY });
  }
  return (
    <Panel title={t`회원 목록`}>
      {listFault !== null && <FaultNote fault={listFault} aboutMoney={false} />}
      {fault !== null && <FaultNote fault={fault} aboutMoney={false} />}
      <ul data-testid="members" data-count={data.length}>
        {data.map((member) => (
          <li key={member.id} className={style.line}>
            <div>
              <strong>{member.displayName}</strong> <span className={style.soft}>{member.name}</span>{" "}
              {member.role === "admin" && <Badge tone="accent">{t`관리자`}</Badge>}
              {member.lockedAtMs !== null && <Badge tone="bad">{t`잠김`}</Badge>}
              <p className={style.soft}>
                {t`가입`} {kstDateTime(member.createdAtMs).slice(0, 10)} · {member.hasKey ? t`키 있음` : t`키 없음`}
              </p>
            </div>
            {member.id !== ownId && (
              <span className={style.actions}>
                {member.lockedAtMs === null ? (
                  <Button size="small" tone="bad" onClick={() => void change(member, "lock")}>
                    <Trans>잠그기</Trans>
                  </Button>
                ) : (
                  <Button size="small" onClick={() => void change(member, "unlock")}>
                    <Trans>잠금 풀기</Trans>
                  </Button>
                )}
                {member.role === "member" ? (
                  <Button
                    size="small"
                    disabled={member.lockedAtMs !== null}
                    onClick={() => void change(member, "promote")}
                  >
                    <Trans>관리자로</Trans>
                  </Button>
                ) : (
                  <Button size="small" onClick={() => void change(member, "demote")}>
                    <Trans>회원으로</Trans>
                  </Button>
                )}
              </span>
            )}
          </li>
        ))}
      </ul>
      {dialog}
    </Panel>
  );
}

function InvitationsPanel() {
  const { t } = useLingui();
  const { data = [], error } = useInvitations();
  const { data: deployment } = useDeployment();
  const mode = deployment?.signUp;
  const [code, setCode] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const listFault = faultIn(error);
  const refresh = () => void queryClient.invalidateQueries({ queryKey: INVITATIONS_KEY });
  async function invite() {
    setBusy(true);
    const answer = await relay.invite(INVITATION_DAYS);
    setBusy(false);
    setFault(answer.ok ? null : answer.fault);
    if (answer.ok) setCode(answer.value.code);
    refresh();
  }
  async function withdraw({ id }: Invitation) {
    const answer = await relay.withdrawInvitation(id);
    setFault(answer.ok ? null : answer.fault);
    refresh();
  }
  return (
    <Panel
      title={t`초대 코드`}
      aside={
        <Button
          size="small"
          tone="accent"
          busy={busy}

          data-testid="invite"
          onClick={() => void invite()}
        >
          <Trans>새 코드</Trans>
        </Button>
      }
    >
      {listFault !== null && <FaultNote fault={listFault} aboutMoney={false} />}
      {fault !== null && <FaultNote fault={fault} aboutMoney={false} />}
      {code !== null && (
        <p role="status">
          <Trans>지금만 보입니다. 한 사람이 한 번, {INVITATION_DAYS}일 안에 쓸 수 있습니다.</Trans>{" "}
          <strong className={style.masked} data-testid="invitation-code">
            {code}
          </strong>
        </p>
      )}
      {mode !== undefined && mode !== "invitation" && (
        <p className={style.soft} role="status">
          {mode === "open" ? (
            <Trans>지금은 누구나 코드 없이 가입할 수 있어, 초대 코드는 쓰이지 않습니다.</Trans>
          ) : (
            <Trans>지금은 가입을 받지 않아, 초대 코드로도 가입할 수 없습니다.</Trans>
          )}{" "}
          <Trans>초대제로 바꾸려면 서버 설정 SIGN_UP을 invitation으로 두세요.</Trans>
        </p>
      )}
      {data.length === 0 && <EmptyNote>{t`아직 초대 코드가 없습니다.`}</EmptyNote>}
      <ul>
        {data.map((invitation) => (
          <li key={invitation.id} className={style.line}>
            <div>
              {invitation.usedBy === null ? t`아직 안 쓰임` : t`${invitation.usedBy} 님이 사용`}
              <p className={style.soft}>
                {t`기한`} {kstShort(invitation.expiresAtMs)}
              </p>
            </div>
            {invitation.usedBy === null && (
              <Button size="small" onClick={() => void withdraw(invitation)}>
                <Trans>거두기</Trans>
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
