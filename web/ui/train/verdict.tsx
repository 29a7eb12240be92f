import { useLingui } from "@lingui/react/macro";
import type { TrainingRow } from "../../store/tables.ts";
import style from "./train.module.css";

/** The result in one plain sentence, and whether members now receive this model. */
export function Verdict({ training }: { readonly training: TrainingRow }) {
  const { t } = useLingui();
  const published: Record<TrainingRow["published"], string> = {
    yes: t`이 모델을 공개했습니다. 회원의 브라우저가 받아 씁니다.`,
    no: t`이 모델은 공개되지 않았습니다.`,
    refused: t`서버가 이 모델을 받지 않았습니다. 모델은 이 브라우저에만 있습니다.`,
    "not-better": t`지금 쓰이는 모델보다 낫지 않아 바꾸지 않았습니다.`,
  };
  const better = training.verdict === "beats-baselines";
  return (
    <div className={style.verdict}>
      {training.verdict !== null && (
        <p
          className={better ? style.better : style.noBetter}
          data-testid="training-verdict"
          data-verdict={training.verdict}
        >
          {better
            ? t`처음 보는 기간에서 단순한 예측보다 나았습니다. 수수료와 호가 차이를 뺀 이익을 뜻하지는 않습니다.`
            : t`처음 보는 기간에서 단순한 예측보다 낫지 않았습니다. 이 모델로 돈을 벌 것이라 기대할 근거가 없습니다.`}
        </p>
      )}
      <p data-testid="training-published" data-published={training.published}>
        {published[training.published]}
      </p>
    </div>
  );
}
