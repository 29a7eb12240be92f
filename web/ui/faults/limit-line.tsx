import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "wouter";
import type { BrokenLimit } from "../../../domain/limits.ts";
import { grouped } from "../format/amount.ts";

/** Which limit stands in the way, its figure, what the order comes to, and the way to change it. */
export function LimitLine({ limit }: { readonly limit: BrokenLimit }) {
  const { t } = useLingui();
  const won = (amount: number) => t`${grouped(String(amount))}원`;
  const most = won(limit.most);
  const percent = `${limit.most / 100}%`;
  const reached = limit.reached === undefined ? null : won(limit.reached);
  const words: Record<BrokenLimit["name"], string> = {
    largestOrderKrw: t`한도는 한 번에 ${most}까지입니다.`,
    exposureKrw: t`한도는 모두 합해 ${most}까지입니다.`,
    dailyLossKrw: t`한도는 하루 손실 ${most}까지입니다.`,
    ordersPerMinute: t`한도는 1분에 ${limit.most}번까지입니다.`,
    ordersPerDay: t`한도는 하루에 ${limit.most}번까지입니다.`,
    priceDistanceBps: t`한도는 시세보다 ${percent} 비싼 데까지입니다.`,
  };
  const compared: Partial<Record<BrokenLimit["name"], string>> =
    reached === null
      ? {}
      : {
          largestOrderKrw: t`이 주문은 ${reached}입니다.`,
          exposureKrw: t`이 주문을 더하면 ${reached}입니다.`,
          dailyLossKrw: t`오늘 확정된 손실은 ${reached}입니다.`,
        };
  return (
    <span data-testid="limit-line" data-limit={limit.name}>
      {words[limit.name]} {compared[limit.name]}{" "}
      <Link href="/limits">
        <Trans>한도 보기</Trans>
      </Link>
    </span>
  );
}
