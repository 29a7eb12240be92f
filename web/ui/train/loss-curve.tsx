import { useLingui } from "@lingui/react/macro";
import type { TrainingRow } from "../../store/tables.ts";
import style from "./train.module.css";

const [WIDTH, HEIGHT, PAD] = [520, 150, 8];

/** Loss by epoch, in training and in validation: where the two part, the model begins to learn by heart. */
export function LossCurve({ history }: { readonly history: TrainingRow["history"] }) {
  const { t } = useLingui();
  const last = history.at(-1);
  if (last === undefined) return null;
  const losses = history
    .flatMap(({ trainLoss, validationLoss }) => [trainLoss, validationLoss])
    .filter(Number.isFinite);
  const [low, high] = [Math.min(...losses), Math.max(...losses)];
  const x = (at: number) => PAD + (at / Math.max(1, history.length - 1)) * (WIDTH - 2 * PAD);
  const y = (loss: number) => HEIGHT - PAD - ((loss - low) / (high - low || 1)) * (HEIGHT - 2 * PAD);
  const line = (pick: (entry: TrainingRow["history"][number]) => number) =>
    history.map((entry, at) => `${x(at).toFixed(1)},${y(pick(entry)).toFixed(1)}`).join(" ");
  const digits = (loss: number) => loss.toPrecision(4);
  return (
    <figure className={style.figure} data-testid="loss-curve" data-points={history.length}>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        className={style.curve}
        role="img"
        aria-label={t`손실 곡선: 학습 ${digits(last.trainLoss)}, 검증 ${digits(last.validationLoss)}`}
      >
        <polyline className={style.train} points={line(({ trainLoss }) => trainLoss)} />
        <polyline className={style.validation} points={line(({ validationLoss }) => validationLoss)} />
        {history.length === 1 && (
          <>
            <circle className={style.trainDot} cx={x(0)} cy={y(last.trainLoss)} r="3" />
            <circle className={style.validationDot} cx={x(0)} cy={y(last.validationLoss)} r="3" />
          </>
        )}
      </svg>
      <figcaption>
        <span className={style.trainKey}>{t`학습 손실 ${digits(last.trainLoss)}`}</span>
        <span className={style.validationKey}>{t`검증 손실 ${digits(last.validationLoss)}`}</span>
      </figcaption>
    </figure>
  );
}
