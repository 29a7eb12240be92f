import { Trans, useLingui } from "@lingui/react/macro";
import type { BrokenLimit, Limits } from "../../../domain/limits.ts";
import { epochMs } from "../../../domain/units.ts";
import type { LimitsAnswer } from "../../../domain/wire.ts";
import { grouped } from "../format/amount.ts";
import { kstDateTime } from "../format/kst-label.ts";
import { Fact, Facts } from "../parts/facts.tsx";
import { raisedIn } from "./limits-draft.ts";

type Props = { readonly current: Limits; readonly raise: NonNullable<LimitsAnswer["raise"]> };

/** What waits to be looser: from when, which limit, from what to what. */
export function RaiseNote({ current, raise: { limits, fromMs } }: Props) {
  const { t } = useLingui();
  const won = (amount: number) => t`${grouped(String(amount))}원`;
  const times = (count: number) => t`${count}번`;
  const percent = (bps: number) => `${bps / 100}%`;
  const words: Record<BrokenLimit["name"], readonly [name: string, label: (figure: number) => string]> = {
    largestOrderKrw: [t`한 번에 살 수 있는 금액`, won],
    exposureKrw: [t`이 앱으로 걸어 둘 수 있는 총액`, won],
    dailyLossKrw: [t`하루 손실`, won],
    ordersPerMinute: [t`1분에 살 수 있는 횟수`, times],
    ordersPerDay: [t`하루에 살 수 있는 횟수`, times],
    priceDistanceBps: [t`시세보다 비싸도 되는 폭`, percent],
  };
  const { figures, markets } = raisedIn(current, limits);
  return (
    <div role="status" data-testid="limits-waiting">
      <p>
        <Trans>높인 한도는 {kstDateTime(epochMs(fromMs))} KST부터 적용됩니다.</Trans>
      </p>
      <Facts>
        {figures.map((name) => (
          <Fact key={name} name={words[name][0]}>
            {words[name][1](current[name])} → {words[name][1](limits[name])}
          </Fact>
        ))}
        {markets.length > 0 && <Fact name={t`더 살 수 있는 코인`}>{markets.join(", ").replaceAll("KRW-", "")}</Fact>}
      </Facts>
    </div>
  );
}
