import { useLingui } from "@lingui/react/macro";
import type { Metrics } from "../../../domain/wire.ts";
import { grouped } from "../format/amount.ts";
import table from "../parts/table.module.css";

type Props = { readonly metrics: Metrics; readonly baselines: Readonly<Record<string, Metrics>> };

/** The model beside forecasts that cost nothing to make. */
export function MetricsTable({ metrics, baselines }: Props) {
  const { t } = useLingui();
  const names: Readonly<Record<string, string>> = {
    "zero-return": t`변화 없음`,
    "last-return": t`직전 수익 반복`,
    "mean-return": t`평균 수익`,
    ridge: t`선형 회귀 (ridge)`,
  };
  const row = (name: string, label: string, values: Metrics) => (
    <tr key={name} data-row={name}>
      <th scope="row" className={name === "model" ? table.strong : undefined}>
        {label}
      </th>
      <td className={table.number}>{values.maeBps.toFixed(2)}</td>
      <td className={table.number}>{values.rmseBps.toFixed(2)}</td>
      <td className={table.number}>{(values.directionalAccuracy * 100).toFixed(1)}%</td>
      <td className={table.number}>{values.informationCoefficient.toFixed(3)}</td>
    </tr>
  );
  return (
    <div className={table.scroll}>
      <table className={table.table} data-testid="training-metrics" data-windows={metrics.windowCount}>
        <caption className="visually-hidden">{t`평가 지표`}</caption>
        <thead>
          <tr>
            <th scope="col">{t`예측 방법`}</th>
            <th scope="col" className={table.number}>{t`평균 오차 bp`}</th>
            <th scope="col" className={table.number}>
              RMSE bp
            </th>
            <th scope="col" className={table.number}>{t`방향 적중`}</th>
            <th scope="col" className={table.number}>
              IC
            </th>
          </tr>
        </thead>
        <tbody>
          {row("model", t`이 모델`, metrics)}
          {Object.entries(baselines).map(([name, values]) => row(name, names[name] ?? name, values))}
        </tbody>
        <tfoot>
          <tr>
            <td colSpan={5} className={table.soft}>
              {t`평가 구간 ${grouped(String(metrics.windowCount))}개.`}{" "}
              {t`bp는 0.01 %입니다. RMSE는 큰 오차를 더 무겁게 센 평균 오차이고, IC는 예측과 실제가 같은 순서로 움직인 정도입니다(1 완전, 0 무관).`}
            </td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}
