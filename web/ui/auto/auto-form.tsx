import { Trans, useLingui } from "@lingui/react/macro";
import { useLiveQuery } from "dexie-react-hooks";
import { useState } from "react";
import { Link } from "wouter";
import { decimal } from "../../../domain/decimal.ts";
import type { Fault } from "../../../domain/fault.ts";
import { MINIMUM_TOTAL, quoteOf } from "../../../domain/market.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import { bps, epochMs, type Notional } from "../../../domain/units.ts";
import type { User } from "../../../domain/wire.ts";
import { startAutoSession } from "../../store/auto-session-store.ts";
import { newestModel } from "../../store/model-store.ts";
import type { AutoSessionRow } from "../../store/tables.ts";
import { database } from "../database.ts";
import { FaultNote } from "../faults/fault-note.tsx";
import { moneyLabel } from "../format/amount.ts";
import { AmountField } from "../parts/amount-field.tsx";
import { Button } from "../parts/button.tsx";
import { Confirm } from "../parts/confirm.tsx";
import { Panel } from "../parts/panel.tsx";
import { SelectField } from "../parts/select-field.tsx";
import screen from "../parts/screen.module.css";
import { useStoredKey } from "../relay/queries.ts";
import { ModelLine } from "./model-line.tsx";

/** A round trip pays the fee of 5 bp twice and at least one tick of spread: less than this cannot pay for itself.
 *  Source: facts measured on the exchange's ticks. */
const FIRST_THRESHOLD_BPS = "15";
/** Twice the exchange's minimum: small, and still sellable after a fall. */
const FIRST_TOTAL = "10000";
const FIRST_ORDERS_A_DAY = "10";

type Props = { readonly user: User; readonly market: MarketCode; readonly last: AutoSessionRow | null };

export function AutoForm({ user, market, last }: Props) {
  const { t } = useLingui();
  const { data: key } = useStoredKey(true);
  const model = useLiveQuery(() => newestModel(database, market), [market]);
  const [threshold, setThreshold] = useState(last ? String(last.settings.thresholdBps) : FIRST_THRESHOLD_BPS);
  const [total, setTotal] = useState<string>(last?.settings.orderTotal ?? FIRST_TOTAL);
  const [orders, setOrders] = useState(last ? String(last.settings.maxOrdersPerDay) : FIRST_ORDERS_A_DAY);
  const [tried, setTried] = useState(false);
  const [asking, setAsking] = useState(false);
  const [onSilence, setOnSilence] = useState(last?.settings.onSilence ?? "cancel");
  const [takeOver, setTakeOver] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);

  const quote = quoteOf(market);
  const minimum = decimal(MINIMUM_TOTAL[quote]);
  const thresholdWrong = !/^\d+(\.\d+)?$/.test(threshold);
  const totalWrong = !/^\d+(\.\d+)?$/.test(total) || decimal(total).lt(minimum);
  const ordersWrong = !/^[1-9]\d{0,2}$/.test(orders);

  function ask() {
    setTried(true);
    setAsking(!(thresholdWrong || totalWrong || ordersWrong));
  }
  async function start() {
    setAsking(false);
    const settings = {
      market,
      thresholdBps: bps(Number(threshold)),
      orderTotal: total as Notional,
      maxOrdersPerDay: Number(orders),
      onSilence,
    };
    const made = { id: crypto.randomUUID(), userId: user.id, nowMs: epochMs(Date.now()), takeOver };
    const started = await startAutoSession(database, settings, made);
    setFault(started.ok ? null : started.fault);
  }

  return (
    <Panel title={t`자동매매 설정 · ${market}`}>
      <div className={screen.form}>
        <AmountField
          label={t`거래 기준`}
          value={threshold}
          onChange={setThreshold}
          unit="bp"
          hint={t`예측 수익이 이보다 크면 사고, 음수로 이보다 작으면 팝니다. 왕복 수수료만 10bp입니다.`}
          error={tried && thresholdWrong && t`0 이상의 수를 입력하세요.`}
        />
        <AmountField
          label={t`한 번에 살 금액`}
          value={total}
          onChange={setTotal}
          unit={quote === "KRW" ? t`원` : quote}
          error={tried && totalWrong && t`최소 ${moneyLabel(quote, minimum)} 이상 입력하세요.`}
        />
        <AmountField
          label={t`하루 최대 주문 수`}
          value={orders}
          onChange={setOrders}
          unit={t`번`}
          error={tried && ordersWrong && t`1부터 999까지 입력하세요.`}
        />
        <SelectField
          label={t`이 앱의 연락이 2분 끊기면`}
          value={onSilence}
          options={[
            { value: "cancel", label: t`미체결 주문만 취소` },
            { value: "cancel-and-sell", label: t`취소하고, 이 실행이 산 것도 팔기` },
          ]}
          onChange={setOnSilence}
          hint={t`서버가 대신 하고 알려 드립니다.`}
        />
        {last?.fault === "lease-held" && (
          <label className={screen.inline}>
            <input
              type="checkbox"
              checked={takeOver}
              onChange={(event) => setTakeOver(event.target.checked)}
              data-testid="auto-take-over"
            />
            <Trans>다른 기기의 자동매매를 끝내고 이 기기로 넘겨받기</Trans>
          </label>
        )}
        <div>
          <p className={screen.note}>{t`쓸 모델`}</p>
          <ModelLine model={model} />
        </div>
        <p className={screen.note}>
          <Trans>이 앱이 열려 있는 동안에만 거래합니다. 2분 넘게 닫혀 있으면 스스로 멈춥니다.</Trans>
        </p>
        {fault !== null && <FaultNote fault={fault} />}
        <Button tone="accent" size="large" disabled={key == null} data-testid="auto-start" onClick={ask}>
          {t`시작하기`}
        </Button>
        <Confirm
          open={asking}
          title={t`자동매매를 시작할까요?`}
          action={t`자동매매 시작`}
          tone="accent"
          onConfirm={() => void start()}
          onClose={() => setAsking(false)}
          testId="auto-start-confirm"
        >
          <p>
            <Trans>멈출 때까지 묻지 않고 사고팝니다.</Trans>
          </p>
          {model?.meta.verdict === "no-better-than-baselines" && (
            <p role="alert">
              <Trans>이 모델은 단순한 예측보다 낫지 않았습니다. 돈을 벌 것이라 기대할 근거가 없습니다.</Trans>
            </p>
          )}
        </Confirm>
        {key === null && (
          <p className={screen.note}>
            <Trans>
              시작하려면 <Link href="/account">업비트 키를 등록</Link>하세요.
            </Trans>
          </p>
        )}
      </div>
    </Panel>
  );
}
