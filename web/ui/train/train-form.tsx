import { Trans, useLingui } from "@lingui/react/macro";
import { useLiveQuery } from "dexie-react-hooks";
import { useState, type FormEvent } from "react";
import { epochMs } from "../../../domain/units.ts";
import { wakeTrainer } from "../../workers/link.ts";
import { candleCoverage } from "../../store/candle-store.ts";
import { requestTraining } from "../../store/training-store.ts";
import { BACKEND_CHOICES, type BackendChoice, type TrainingSettings } from "../../store/tables.ts";
import { database } from "../database.ts";
import { grouped } from "../format/amount.ts";
import { Button } from "../parts/button.tsx";
import { Panel } from "../parts/panel.tsx";
import { SelectField } from "../parts/select-field.tsx";
import { TextField } from "../parts/text-field.tsx";
import { changeSetting, useSettings } from "../settings.ts";
import screen from "../parts/screen.module.css";

/** Two hidden layers a browser trains in a minute; a batch that keeps a GPU busy; the rate AdamW likes for it. */
const SHAPE = { hiddenSizes: [64, 32], batchSize: 256, learningRate: 1e-3, seed: 1 } as const;

type Numbers = Pick<TrainingSettings, "days" | "lookback" | "horizon" | "epochs">;
/** A month; an hour of candles in; a quarter of an hour ahead; early stopping ends it sooner. */
const FIRST: Record<keyof Numbers, string> = { days: "30", lookback: "64", horizon: "15", epochs: "20" };
/** The same bounds the relay holds a published model to. */
const BOUNDS: Record<keyof Numbers, readonly [number, number]> = {
  days: [1, 365],
  lookback: [2, 512],
  horizon: [1, 240],
  epochs: [1, 500],
};

const inBounds = (name: keyof Numbers, text: string): boolean =>
  /^\d{1,3}$/.test(text) && Number(text) >= BOUNDS[name][0] && Number(text) <= BOUNDS[name][1];

export function TrainForm({ busy }: { readonly busy: boolean }) {
  const { t } = useLingui();
  const { market, backend } = useSettings();
  const coverage = useLiveQuery(() => candleCoverage(database, market), [market]);
  const [numbers, setNumbers] = useState(FIRST);
  const [tried, setTried] = useState(false);

  async function start(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (busy || !(Object.keys(BOUNDS) as (keyof Numbers)[]).every((name) => inBounds(name, numbers[name]))) return;
    const { days, lookback, horizon, epochs } = numbers;
    const chosen = { days: Number(days), lookback: Number(lookback), horizon: Number(horizon), epochs: Number(epochs) };
    const made = { id: crypto.randomUUID(), nowMs: epochMs(Date.now()) };
    await requestTraining(database, { market, ...SHAPE, ...chosen, backend }, made);
    wakeTrainer();
  }
  const number = (name: keyof Numbers, label: string, unit: string) => (
    <TextField
      label={label}
      name={name}
      inputMode="numeric"
      value={numbers[name]}
      unit={unit}
      onChange={(event) => setNumbers({ ...numbers, [name]: event.target.value.trim() })}
      error={tried && !inBounds(name, numbers[name]) && t`${BOUNDS[name][0]}부터 ${BOUNDS[name][1]}까지`}
    />
  );
  const backends: Record<BackendChoice, string> = {
    auto: t`자동 (GPU가 있으면 GPU)`,
    webgpu: t`WebGPU (소프트웨어 어댑터도 사용)`,
    wasm: "WebAssembly",
    cpu: "CPU",
  };
  const rows = grouped(String(coverage?.rowCount ?? 0));
  return (
    <Panel title={t`학습 설정 · ${market}`}>
      <form className={screen.form} onSubmit={(event) => void start(event)} noValidate>
        <p className={screen.note}>
          <Trans>이 브라우저에 보관된 1분 캔들: {rows}개</Trans>
        </p>
        {number("days", t`배울 기간`, t`일`)}
        {number("lookback", t`입력 캔들 수`, t`개`)}
        {number("horizon", t`예측 시점`, t`분 뒤`)}
        {number("epochs", t`최대 반복 (epoch)`, t`번`)}
        <SelectField
          label={t`계산 장치`}
          value={backend}
          options={BACKEND_CHOICES.map((value) => ({ value, label: backends[value] }))}
          onChange={(value) => void changeSetting("backend", value)}
        />
        <Button type="submit" tone="accent" size="large" disabled={busy} data-testid="training-start">
          {busy ? t`학습 중…` : t`학습 시작`}
        </Button>
      </form>
    </Panel>
  );
}
