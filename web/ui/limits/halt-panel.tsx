import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import type { Fault } from "../../../domain/fault.ts";
import { epochMs } from "../../../domain/units.ts";
import type { User } from "../../../domain/wire.ts";
import { PasswordDialog } from "../entry/password-dialog.tsx";
import { FaultNote } from "../faults/fault-note.tsx";
import { kstDateTime } from "../format/kst-label.ts";
import { Badge } from "../parts/badge.tsx";
import { Button } from "../parts/button.tsx";
import { Confirm } from "../parts/confirm.tsx";
import { Panel } from "../parts/panel.tsx";
import screen from "../parts/screen.module.css";
import { HALT_KEY, refreshMoney, useHalt } from "../relay/queries.ts";
import { queryClient, relay } from "../relay/relay.ts";

/** What the halt is doing, on and off; an admin's for everybody below. */
export function HaltPanel({ user }: { readonly user: User }) {
  const { t } = useLingui();
  const { data } = useHalt(true);
  const own = data?.ownSinceMs ?? null;
  const all = data?.allSinceMs ?? null;
  return (
    <Panel
      title={t`거래 중지`}
      aside={
        own !== null || all !== null ? <Badge tone="bad">{t`중지됨`}</Badge> : <Badge tone="good">{t`거래 중`}</Badge>
      }
    >
      <div className={screen.form} data-testid="halt" data-own={own !== null} data-all={all !== null}>
        <p className={screen.note}>
          <Trans>
            중지하면 아무것도 새로 사지 않고, 이 앱이 낸 미체결 주문을 취소하고, 자동매매를 끝냅니다. 다른 곳에서 낸
            주문은 건드리지 않습니다. 파는 것과 취소는 언제나 됩니다.
          </Trans>
        </p>
        {own !== null && (
          <p role="status">
            <Trans>{kstDateTime(epochMs(own))} KST부터 중지</Trans>
          </p>
        )}
        <HaltSwitch user={user} scope="own" halted={own !== null} />
        {all !== null && (
          <p role="status">
            <Trans>관리자가 {kstDateTime(epochMs(all))} KST에 모두의 거래를 중지했습니다.</Trans>
          </p>
        )}
        {user.role === "admin" && <HaltSwitch user={user} scope="all" halted={all !== null} />}
      </div>
    </Panel>
  );
}

type SwitchProps = { readonly user: User; readonly scope: "own" | "all"; readonly halted: boolean };

function HaltSwitch({ user, scope, halted }: SwitchProps) {
  const { t } = useLingui();
  const [asking, setAsking] = useState<"halt" | "password" | null>(null);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  async function turn(to: "on" | "off") {
    setAsking(null);
    setBusy(true);
    const answer = await (scope === "own" ? relay.setHalt(to) : relay.setHaltForAll(to));
    setBusy(false);
    setFault(answer.ok ? null : answer.fault);
    if (answer.ok) queryClient.setQueryData(HALT_KEY, answer.value);
    refreshMoney();
  }
  const words =
    scope === "own"
      ? { halt: t`내 거래 중지`, lift: t`내 거래 다시 시작` }
      : { halt: t`모두의 거래 중지`, lift: t`모두의 거래 다시 시작` };
  return (
    <>
      <Button
        tone={halted ? "plain" : "bad"}
        busy={busy}
        data-testid={`halt-${scope}`}
        onClick={() => setAsking(halted ? "password" : "halt")}
      >
        {halted ? words.lift : words.halt}
      </Button>
      {fault !== null && <FaultNote fault={fault} />}
      <Confirm
        open={asking === "halt"}
        title={scope === "own" ? t`내 거래를 중지할까요?` : t`모두의 거래를 중지할까요?`}
        action={t`중지`}
        tone="bad"
        testId="halt-confirm"
        onConfirm={() => void turn("on")}
        onClose={() => setAsking(null)}
      >
        {scope === "own" ? (
          <p>
            <Trans>이 앱이 낸 미체결 주문이 취소되고 자동매매가 끝납니다.</Trans>
          </p>
        ) : (
          <p>
            <Trans>모든 회원의 자동매매가 끝나고, 자동매매가 낸 미체결 매수 주문이 취소됩니다.</Trans>
          </p>
        )}
      </Confirm>
      <PasswordDialog
        open={asking === "password"}
        user={user}
        onProven={() => void turn("off")}
        onClose={() => setAsking(null)}
      >
        <p>
          <Trans>거래를 다시 시작하려면 본인임을 확인합니다.</Trans>
        </p>
      </PasswordDialog>
    </>
  );
}
