import { Trans, useLingui } from "@lingui/react/macro";
import { epochMs } from "../../../domain/units.ts";
import { stopTraining } from "../../store/training-store.ts";
import type { TrainingRow } from "../../store/tables.ts";
import { database } from "../database.ts";
import { durationLabel, kstDateTime } from "../format/kst-label.ts";
import { Badge, type BadgeTone } from "../parts/badge.tsx";
import { Button } from "../parts/button.tsx";
import { Fact, Facts } from "../parts/facts.tsx";
import { Panel } from "../parts/panel.tsx";
import screen from "../parts/screen.module.css";
import { LossCurve } from "./loss-curve.tsx";
import { MetricsTable } from "./metrics-table.tsx";
import { Verdict } from "./verdict.tsx";
import style from "./train.module.css";

const TONES: Record<TrainingRow["state"], BadgeTone> = {
  requested: "warn",
  running: "accent",
  done: "good",
  stopped: "quiet",
  failed: "bad",
};

/** The newest training: how far it is, on what it runs, and what came of it. */
export function TrainingPanel({ training }: { readonly training: TrainingRow }) {
  const { t } = useLingui();
  const { state, phase, settings } = training;
  const states: Record<TrainingRow["state"], string> = {
    requested: t`대기`,
    running: t`진행 중`,
    done: t`끝남`,
    stopped: t`멈춤`,
    failed: t`실패`,
  };
  const active = state === "requested" || state === "running";
  const stop = () => stopTraining(database, training.id, epochMs(Date.now()));
  return (
    <div className={screen.column}>
      <Panel
        title={t`학습 진행 · ${settings.market}`}
        aside={
          <span data-testid="training-state" data-state={state} data-phase={phase} role="status">
            <Badge tone={TONES[state]}>{states[state]}</Badge>
          </span>
        }
      >
        <div className={screen.form}>
          <Progress training={training} />
          <Facts>
            <Fact name={t`계산 장치`}>
              <span data-testid="training-backend" data-backend={training.backend?.split(" ")[0]}>
                {training.backend ?? t`정하는 중`}
              </span>
            </Fact>
            <Fact name={t`남은 시간`}>{training.etaMs === null || !active ? "–" : durationLabel(training.etaMs)}</Fact>
            <Fact name={t`시작`}>{kstDateTime(training.requestedAtMs)}</Fact>
          </Facts>
          <LossCurve history={training.history} />
          {training.fault !== null && (
            <p role="alert" className={style.fault} data-testid="training-fault">
              {training.fault}
            </p>
          )}
          {active && (
            <Button tone="bad" busy={training.stopRequested} data-testid="training-stop" onClick={() => void stop()}>
              {training.stopRequested ? t`멈추는 중…` : t`멈추기`}
            </Button>
          )}
          {active && (
            <p className={screen.note}>
              <Trans>다른 화면을 보아도 계속됩니다. 탭을 닫으면 다음에 열 때 이어서 합니다.</Trans>
            </p>
          )}
        </div>
      </Panel>
      {training.metrics !== null && training.baselines !== null && (
        <Panel title={t`평가 — 학습에 쓰지 않은 기간`} flush>
          <MetricsTable metrics={training.metrics} baselines={training.baselines} />
          <Verdict training={training} />
        </Panel>
      )}
    </div>
  );
}

function Progress({ training }: { readonly training: TrainingRow }) {
  const { t } = useLingui();
  const { state, phase, epoch, step, stepsPerEpoch, settings } = training;
  const phases: Record<TrainingRow["phase"], string> = {
    waiting: t`준비하는 중`,
    loading: t`캔들 읽는 중`,
    training: t`배우는 중`,
    evaluating: t`평가하는 중`,
    publishing: t`공개하는 중`,
    ended: t`끝남`,
  };
  const words = state === "stopped" ? t`멈춤` : state === "failed" ? t`실패` : phases[phase];
  const done = phase === "training" ? epoch + (stepsPerEpoch > 0 ? step / stepsPerEpoch : 0) : epoch;
  return (
    <div>
      <p className={style.phase}>
        <strong>{words}</strong>
        <span data-testid="training-epoch" data-epoch={epoch}>
          {t`epoch ${epoch} / ${settings.epochs}`}
        </span>
      </p>
      <progress
        className={style.bar}
        value={state === "done" ? 1 : Math.min(1, done / settings.epochs)}
        max={1}
        aria-label={t`학습 진행`}
      />
    </div>
  );
}
