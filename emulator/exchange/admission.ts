import { Big } from "../../domain/decimal.ts";
import { isOnTick, MAXIMUM_TOTAL, MINIMUM_TOTAL, quoteOf, VOLUME_DECIMALS } from "../../domain/market.ts";
import { bestCounter, countersOf } from "../../domain/matching-book.ts";
import { visibleDepth, type MatchingStep } from "../../domain/matching.ts";
import type { OrderTerms } from "../../domain/matching-order.ts";
import { ok, type Result } from "../../domain/result.ts";
import { refuse, type Refusal } from "../refusal.ts";
import type { Switches } from "../switches.ts";

/** Largest order total that `orders/chance` tells. For USDT nothing is documented (upbit-api 9.9): about what the KRW
 *  market allows. */
export const LARGEST_TOTAL = { ...MAXIMUM_TOTAL, KRW: "1000000000", BTC: "10", USDT: "1000000" };

/** Whether the exchange takes an order of this shape now: consent, tick, decimals, totals and, for market orders, the
 *  visible book. Funds are another matter. Source: upbit-api 5, 9.8, 9.9. */
export function admit(step: MatchingStep, terms: OrderTerms, switches: Switches): Result<OrderTerms, Refusal> {
  if (quoteOf(terms.market) !== "KRW" && !switches.foreignMarketConsent)
    return refuse(400, "thirdparty_agreement_required", "마켓 이용 동의가 필요합니다.");
  const amounts = checkAmounts(step, terms, switches);
  if (!amounts.ok) return amounts;
  if (terms.type !== "price" && terms.type !== "market") return ok(terms);
  const depth = visibleDepth(step, terms.side);
  const tooDeep = terms.volume ? terms.volume.gt(depth.volume) : terms.price!.gt(depth.funds);
  return tooDeep ? refuse(400, switches.tooDeepName, "호가창의 잔량보다 큰 주문입니다.") : ok(terms);
}

function checkAmounts(step: MatchingStep, terms: OrderTerms, switches: Switches): Result<OrderTerms, Refusal> {
  const { market, side, type, price, volume } = terms;
  const quote = quoteOf(market);
  if (type === "limit" && !isOnTick(quote, price!))
    return refuse(400, `invalid_price_${side}`, "주문 가격 단위를 잘못 입력하셨습니다.");
  if (volume && !volume.round(VOLUME_DECIMALS, Big.roundDown).eq(volume))
    return refuse(400, `invalid_volume_${side}`, "주문 수량은 소수점 여덟째 자리까지 입력할 수 있습니다.");
  const total = totalOf(step, terms, switches);
  if (total.lt(MINIMUM_TOTAL[quote]))
    return refuse(400, `under_min_total_${side}`, `최소 주문 금액은 ${MINIMUM_TOTAL[quote]} ${quote}입니다.`);
  return total.gt(LARGEST_TOTAL[quote])
    ? refuse(400, `over_krw_funds_${side}`, `최대 주문 금액은 ${LARGEST_TOTAL[quote]} ${quote}입니다.`)
    : ok(terms);
}

/** Order total in the quote currency. A market or best ask has no price of its own: it is worth what the book says. */
function totalOf(step: MatchingStep, { side, price, volume }: OrderTerms, switches: Switches): Big {
  if (volume === null) return price!;
  if (price !== null) return price.times(volume);
  if (switches.marketAskTotal === "best-bid") return volume.times(bestCounter(step, side)?.price ?? 0);
  let total = new Big(0);
  let left = volume;
  for (const counter of countersOf(step, side)) {
    const part = counter.size.lt(left) ? counter.size : left;
    total = total.plus(part.times(counter.price));
    left = left.minus(part);
    if (left.eq(0)) break;
  }
  return total;
}
