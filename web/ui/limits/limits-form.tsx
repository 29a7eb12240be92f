import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import type { Fault } from "../../../domain/fault.ts";
import { isRaise, PRICE_DISTANCES_BPS, type Limits } from "../../../domain/limits.ts";
import type { LimitsAnswer, User } from "../../../domain/wire.ts";
import { PasswordDialog } from "../entry/password-dialog.tsx";
import { FaultNote } from "../faults/fault-note.tsx";
import { grouped } from "../format/amount.ts";
import { AmountField } from "../parts/amount-field.tsx";
import { Button } from "../parts/button.tsx";
import { Fact, Facts } from "../parts/facts.tsx";
import { Panel } from "../parts/panel.tsx";
import { SelectField } from "../parts/select-field.tsx";
import { TextField } from "../parts/text-field.tsx";
import screen from "../parts/screen.module.css";
import { LIMITS_KEY } from "../relay/queries.ts";
import { queryClient, relay } from "../relay/relay.ts";
import { draftOf, readDraft, type LimitsDraft } from "./limits-draft.ts";
import { RaiseNote } from "./raise-note.tsx";

type Figure = Exclude<keyof Limits, "markets" | "priceDistanceBps">;

/** The limits in force, and a form that says what a raise means before it is asked for. */
export function LimitsForm({ user, answer }: { readonly user: User; readonly answer: LimitsAnswer }) {
  const { t } = useLingui();
  const { current, raise } = answer;
  const [draft, setDraft] = useState(draftOf(raise?.limits ?? current));
  const [busy, setBusy] = useState(false);
  const [proving, setProving] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);
  const [saved, setSaved] = useState(false);
  const { limits: wanted, wrong } = readDraft(draft);
  const raises = wanted !== null && isRaise(current, wanted);
  const field = (name: Figure, label: string, unit: string, hint: string) => (
    <AmountField
      label={label}
      value={draft[name]}
      unit={unit}
      hint={hint}
      error={wrong.has(name) && t`0부터 시작하는 정수를 입력하세요. 너무 큰 값은 받지 않습니다.`}
      onChange={(value) => change({ [name]: value })}
    />
  );
  function change(part: Partial<LimitsDraft>) {
    setSaved(false);
    setDraft({ ...draft, ...part });
  }
  async function send(act: () => ReturnType<typeof relay.limits>) {
    setProving(false);
    setBusy(true);
    const told = await act();
    setBusy(false);
    if (!told.ok && told.fault.type === "re-authentication-needed") return setProving(true);
    setFault(told.ok ? null : told.fault);
    setSaved(told.ok);
    if (told.ok) queryClient.setQueryData(LIMITS_KEY, told.value);
  }
  const save = () => wanted !== null && void send(() => relay.setLimits(wanted));

  return (
    <Panel title={t`매수 한도`}>
      <div className={screen.form} data-testid="limits" data-raise={raise !== null}>
        <p className={screen.note}>
          <Trans>
            한도는 사는 주문만 막습니다. 파는 것과 취소는 언제나 됩니다. 낮추면 바로 적용되고, 높이면 비밀번호를 다시
            확인한 뒤 24시간이 지나야 적용됩니다. 누가 몰래 올려도 그 사이에 알아차릴 수 있도록 기다립니다.
          </Trans>
        </p>
        {field(
          "largestOrderKrw",
          t`한 번에 살 수 있는 금액`,
          t`원`,
          t`지금 ${grouped(String(current.largestOrderKrw))}원`,
        )}
        {field(
          "exposureKrw",
          t`이 앱으로 걸어 둘 수 있는 총액`,
          t`원`,
          t`이 앱으로 사서 아직 팔지 않은 것과 미체결 매수의 합. 지금 ${grouped(String(current.exposureKrw))}원`,
        )}
        {field(
          "dailyLossKrw",
          t`하루 손실`,
          t`원`,
          t`팔아서 확정된 손실이 이만큼 되면 그날은 더 사지 않습니다. 지금 ${grouped(String(current.dailyLossKrw))}원`,
        )}
        {field("ordersPerMinute", t`1분에 살 수 있는 횟수`, t`번`, t`지금 ${current.ordersPerMinute}번`)}
        {field("ordersPerDay", t`하루에 살 수 있는 횟수`, t`번`, t`지금 ${current.ordersPerDay}번`)}
        <SelectField
          label={t`시세보다 비싸도 되는 폭`}
          value={draft.priceDistanceBps}
          options={PRICE_DISTANCES_BPS.map((bps) => ({ value: String(bps), label: `${bps / 100}%` }))}
          onChange={(priceDistanceBps) => change({ priceDistanceBps })}
          hint={t`지정가는 마지막 체결가에서, 시장가는 호가에서 계산한 평균 체결가로 봅니다. 지금 ${current.priceDistanceBps / 100}%`}
        />
        <TextField
          label={t`살 수 있는 코인`}
          value={draft.markets}
          autoCapitalize="characters"
          spellCheck={false}
          onChange={(event) => change({ markets: event.target.value })}
          hint={t`쉼표로 나누어 적습니다. 원화 마켓만 됩니다.`}
          error={wrong.has("markets") && t`BTC, ETH처럼 코인 기호만 입력하세요.`}
        />
        {raises && (
          <p role="status" data-testid="limits-raises">
            <Trans>높이는 것이 있습니다. 그 부분은 저장하고 24시간 뒤부터 적용됩니다.</Trans>
          </p>
        )}
        {fault !== null && <FaultNote fault={fault} aboutMoney={false} />}
        {saved && <p role="status">{t`저장했습니다.`}</p>}
        <Button
          tone="accent"
          size="large"
          busy={busy}
          disabled={wanted === null}
          data-testid="limits-save"
          onClick={save}
        >
          {t`한도 저장`}
        </Button>
        {raise !== null && (
          <>
            <RaiseNote current={current} raise={raise} />
            <Button busy={busy} data-testid="limits-take-back" onClick={() => void send(() => relay.takeRaiseBack())}>
              {t`높이기 취소`}
            </Button>
          </>
        )}
        <PasswordDialog open={proving} user={user} onProven={save} onClose={() => setProving(false)}>
          <p>
            <Trans>한도를 높이려면 본인임을 확인합니다.</Trans>
          </p>
        </PasswordDialog>
      </div>
    </Panel>
  );
}

/** How much of the day's limits is used. */
export function TodayPanel({ answer: { current, today } }: { readonly answer: LimitsAnswer }) {
  const { t } = useLingui();
  const won = (amount: number) => t`${grouped(String(amount))}원`;
  return (
    <Panel title={t`오늘`}>
      {today === null ? (
        <p className={screen.note}>{t`키를 등록하고 거래소가 답하면 보입니다.`}</p>
      ) : (
        <Facts>
          <Fact name={t`산 횟수`}>
            {today.orders} / {current.ordersPerDay}
          </Fact>
          <Fact name={t`확정 손익`}>{won(today.realisedKrw)}</Fact>
          <Fact name={t`걸려 있는 금액`}>
            {won(today.exposureKrw)} / {won(current.exposureKrw)}
          </Fact>
        </Facts>
      )}
    </Panel>
  );
}
