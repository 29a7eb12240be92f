import { Trans, useLingui } from "@lingui/react/macro";
import { useLiveQuery } from "dexie-react-hooks";
import { decimal } from "../../../domain/decimal.ts";
import { FAULT_TYPES, type FaultType } from "../../../domain/fault.ts";
import { baseOf, quoteOf } from "../../../domain/market.ts";
import { epochMs } from "../../../domain/units.ts";
import { stopAutoSession } from "../../store/auto-session-store.ts";
import { modelById } from "../../store/model-store.ts";
import type { AutoSessionRow } from "../../store/tables.ts";
import { database } from "../database.ts";
import { FAULT_WORDS } from "../faults/fault-words.ts";
import { moneyLabel, quantityLabel } from "../format/amount.ts";
import { kstDateTime } from "../format/kst-label.ts";
import { Badge } from "../parts/badge.tsx";
import { Button } from "../parts/button.tsx";
import { Fact, Facts } from "../parts/facts.tsx";
import { Panel } from "../parts/panel.tsx";
import screen from "../parts/screen.module.css";
import { STOP_WORDS } from "./decision-words.ts";
import { ModelLine } from "./model-line.tsx";

const isFaultType = (text: string): text is FaultType => (FAULT_TYPES as readonly string[]).includes(text);

/** A session as its worker reports it. */
export function AutoSession({ session }: { readonly session: AutoSessionRow }) {
  const { t, i18n } = useLingui();
  const { modelId, settings, state, stopReason, fault } = session;
  const model = useLiveQuery(() => (modelId === null ? null : modelById(database, modelId)), [modelId]);
  const running = state === "running";
  const stop = () => stopAutoSession(database, session.id, { reason: "user", nowMs: epochMs(Date.now()) });
  const quote = quoteOf(settings.market);
  return (
    <Panel
      title={running ? t`실행 중` : t`지난 실행`}
      aside={<Badge tone={running ? "good" : "quiet"}>{running ? t`동작` : t`멈춤`}</Badge>}
    >
      <div className={screen.form} data-testid="auto-session" data-state={state} data-stop-reason={stopReason}>
        <Progress session={session} />
        <ModelLine model={model ?? null} />
        <Facts>
          <Fact name={t`거래 기준`}>{settings.thresholdBps} bp</Fact>
          <Fact name={t`한 번에 살 금액`}>
            {moneyLabel(quote, decimal(settings.orderTotal))} {quote === "KRW" ? t`원` : quote}
          </Fact>
          <Fact name={t`하루 최대 주문 수`}>{settings.maxOrdersPerDay}</Fact>
          <Fact name={t`이 실행이 들고 있는 수량`}>
            <span data-testid="auto-held">
              {quantityLabel(decimal(session.held))} {baseOf(settings.market)}
            </span>
          </Fact>
          <Fact name={t`시작`}>{kstDateTime(session.startedAtMs)}</Fact>
          {session.stoppedAtMs !== null && <Fact name={t`멈춤`}>{kstDateTime(session.stoppedAtMs)}</Fact>}
        </Facts>
        {stopReason !== null && (
          <p role="status">
            {fault !== "lease-lost" && i18n._(STOP_WORDS[stopReason])}{" "}
            {fault !== null && isFaultType(fault) && i18n._(FAULT_WORDS[fault].what)}
          </p>
        )}
        {running && (
          <>
            <Button tone="bad" size="large" data-testid="auto-stop" onClick={() => void stop()}>
              {t`멈추기`}
            </Button>
            <p className={screen.note}>
              <Trans>멈춰도 들고 있는 것은 팔지 않습니다. 열린 주문은 주문 화면에서 취소하세요.</Trans>
            </p>
          </>
        )}
      </div>
    </Panel>
  );
}

function Progress({ session }: { readonly session: AutoSessionRow }) {
  const { t } = useLingui();
  const { candlesHave, candlesNeed } = session;
  const enough = candlesNeed > 0 && candlesHave >= candlesNeed;
  return (
    <div role="status" data-testid="auto-progress" data-have={candlesHave} data-need={candlesNeed} data-ready={enough}>
      <p>
        {candlesNeed === 0 ? t`모델을 기다리는 중` : t`캔들 ${candlesHave} / ${candlesNeed}`}{" "}
        {enough && <Badge tone="good">{t`예측 가능`}</Badge>}
      </p>
      {candlesNeed > 0 && !enough && <progress value={candlesHave} max={candlesNeed} aria-label={t`모인 캔들`} />}
    </div>
  );
}
