import { useLingui } from "@lingui/react/macro";
import { quoteOf, VOLUME_DECIMALS, type Side } from "../../../domain/market.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import { grouped } from "../format/amount.ts";
import type { TicketFlaw } from "./ticket-flaw.ts";

/** The sentence that stands at a field: what is wrong with it, and the figure it is held against. */
export function useFlawWords(market: MarketCode, side: Side): (flaw: TicketFlaw) => string {
  const { t } = useLingui();
  const quote = quoteOf(market);
  const money = (amount: string) => (quote === "KRW" ? t`${amount}원` : `${amount} ${quote}`);
  return (flaw) => {
    const bound = "bound" in flaw ? money(grouped(flaw.bound.toFixed())) : "";
    switch (flaw.reason) {
      case "missing":
        return t`값을 입력하세요.`;
      case "no-amount":
        return t`0보다 큰 숫자를 입력하세요.`;
      case "too-fine":
        return t`소수점 아래 ${VOLUME_DECIMALS}자리까지 입력할 수 있습니다.`;
      case "off-tick":
        return t`이 가격대의 호가 단위는 ${bound}입니다. − + 단추로 맞출 수 있습니다.`;
      case "below-minimum":
        return t`주문 총액이 최소 주문 금액 ${bound}보다 작습니다.`;
      case "above-maximum":
        return t`주문 총액이 너무 큽니다. 한 주문은 최대 ${bound}까지입니다.`;
      case "over-free":
        return side === "bid" ? t`수수료를 더하면 주문 가능 금액보다 큽니다.` : t`가진 수량보다 많습니다.`;
    }
  };
}
