import { useLingui } from "@lingui/react/macro";
import type { ModelRow } from "../../store/tables.ts";
import { kstShort } from "../format/kst-label.ts";
import { Badge } from "../parts/badge.tsx";
import screen from "../parts/screen.module.css";

/** Which model, when it was trained and whether it beat its baselines.
 *  @param model undefined while it is looked up, null where there is none */
export function ModelLine({ model }: { readonly model: ModelRow | null | undefined }) {
  const { t } = useLingui();
  if (model === undefined) return null;
  if (model === null) return <p>{t`아직 모델이 없습니다. 관리자가 학습하고 공개하면 자동으로 받습니다.`}</p>;
  const { meta } = model;
  return (
    <p className={screen.inline} data-testid="auto-model" data-model={model.id}>
      <strong>
        {meta.family.toUpperCase()} {meta.lookback}→{meta.horizon}
      </strong>
      <span className={screen.note}>{t`학습 ${kstShort(meta.trainedAtMs)} KST`}</span>
      {meta.verdict === "beats-baselines" ? (
        <Badge tone="good">{t`기준선보다 나음`}</Badge>
      ) : (
        <Badge tone="warn">{t`기준선보다 낫지 않음`}</Badge>
      )}
    </p>
  );
}
