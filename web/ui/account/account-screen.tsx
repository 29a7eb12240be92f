import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import type { Fault } from "../../../domain/fault.ts";
import type { User } from "../../../domain/wire.ts";
import { FaultNote } from "../faults/fault-note.tsx";
import { kstDateTime } from "../format/kst-label.ts";
import { Button } from "../parts/button.tsx";
import { Fact, Facts } from "../parts/facts.tsx";
import { Gate } from "../parts/gate.tsx";
import { Panel } from "../parts/panel.tsx";
import { logOut } from "../relay/use-session.ts";
import { KeyPanel } from "./key-panel.tsx";
import { NoticesPanel } from "./notices-panel.tsx";
import { SettingsPanel } from "./settings-panel.tsx";
import style from "./account-screen.module.css";

export function AccountScreen() {
  const { t } = useLingui();
  return (
    <div className={style.screen}>
      <h1 className={style.title}>
        <Trans>계정</Trans>
      </h1>
      <Gate>
        {(user) => (
          <>
            <ProfilePanel user={user} />
            <KeyPanel />
            <NoticesPanel />
          </>
        )}
      </Gate>
      <SettingsPanel />
      <p className={style.credit}>
        {t`차트:`}{" "}
        <a href="https://www.tradingview.com/" target="_blank" rel="noreferrer">
          TradingView Lightweight Charts™
        </a>
      </p>
    </div>
  );
}

function ProfilePanel({ user }: { readonly user: User }) {
  const { t } = useLingui();
  const [, go] = useLocation();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  async function leave() {
    setBusy(true);
    const left = await logOut();
    setBusy(false);
    setFault(left);
    if (left === null) go("/log-in");
  }
  return (
    <Panel
      title={t`프로필`}
      aside={
        <Button size="small" busy={busy} data-testid="log-out" onClick={() => void leave()}>
          <Trans>로그아웃</Trans>
        </Button>
      }
    >
      <Facts>
        <Fact name={t`아이디`}>{user.name}</Fact>
        <Fact name={t`표시 이름`}>{user.displayName}</Fact>
        <Fact name={t`역할`}>{user.role === "admin" ? t`관리자` : t`회원`}</Fact>
        <Fact name={t`가입일 (KST)`}>{kstDateTime(user.createdAtMs).slice(0, 10)}</Fact>
      </Facts>
      <nav className={style.links} aria-label={t`계정 화면`}>
        <Link href="/account/security" data-testid="to-security">{t`보안`}</Link>
        <Link href="/account/activity" data-testid="to-activity">{t`활동 기록`}</Link>
        {user.role === "admin" && <Link href="/members" data-testid="to-members">{t`회원 관리`}</Link>}
      </nav>
      {fault !== null && <FaultNote fault={fault} aboutMoney={false} />}
    </Panel>
  );
}
