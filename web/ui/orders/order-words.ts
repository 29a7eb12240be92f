import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { OrderState } from "../../../domain/order.ts";
import type { Order, Reservation } from "../../../domain/wire.ts";
import type { BadgeTone } from "../parts/badge.tsx";

export const ORDER_STATE_WORDS: Readonly<Record<OrderState, MessageDescriptor>> = {
  reserved: msg`예약됨`,
  claimed: msg`실행 중`,
  sending: msg`보내는 중`,
  unknown: msg`결과 확인 중`,
  accepted: msg`미체결`,
  filled: msg`체결 완료`,
  cancelled: msg`취소됨`,
  rejected: msg`거절됨`,
  burned: msg`거절됨 (재사용 불가)`,
  expired: msg`보내지 못함`,
};

type Outcome = Pick<Order, "state" | "executedVolume"> & { readonly request: Pick<Order["request"], "kind"> | null };

/** A market buy ends as cancelled even where it bought all it could: the exchange sends the last crumbs back. So what
 *  was filled decides the word. Source: upbit-api 4.6. */
export function orderWords(order: Outcome): { readonly words: MessageDescriptor; readonly tone: BadgeTone } {
  if (order.state !== "cancelled" || order.executedVolume === "0")
    return { words: ORDER_STATE_WORDS[order.state], tone: ORDER_STATE_TONES[order.state] };
  return order.request?.kind === "market-bid" || order.request?.kind === "best-bid"
    ? { words: ORDER_STATE_WORDS.filled, tone: "good" }
    : { words: msg`일부 체결 후 취소`, tone: "quiet" };
}

export const ORDER_STATE_TONES: Readonly<Record<OrderState, BadgeTone>> = {
  reserved: "accent",
  claimed: "warn",
  sending: "warn",
  unknown: "warn",
  accepted: "accent",
  filled: "good",
  cancelled: "quiet",
  rejected: "bad",
  burned: "bad",
  expired: "bad",
};

/** What an order's owner should know of a state that is no end, or an end that is still being checked; null where the
 *  word alone says it. */
export function orderNote(
  order: Pick<Order, "state" | "settled" | "exchangeError" | "attempts">,
): MessageDescriptor | null {
  if (order.state === "sending" && order.exchangeError !== null)
    return msg`거래소가 바빠 받지 않았습니다. 같은 주문을 잠시 뒤 다시 보냅니다.`;
  if (order.state === "unknown")
    return msg`거래소의 답을 받지 못했습니다. 새 주문을 넣지 않고, 같은 주문이 들어갔는지 계속 물어보고 있습니다.`;
  if ((order.state === "burned" || order.state === "expired") && !order.settled)
    return msg`거래소에 정말 없는지 1분 동안 더 확인합니다.`;
  return order.attempts > 1 ? msg`같은 주문을 다시 보내 확인했습니다. 두 번 들어가지 않습니다.` : null;
}

export const ORIGIN_WORDS: Readonly<Record<Order["origin"], MessageDescriptor>> = {
  manual: msg`직접`,
  reserved: msg`예약`,
  auto: msg`자동`,
};

export const RESERVATION_STATE_WORDS: Readonly<Record<Reservation["state"], MessageDescriptor>> = {
  waiting: msg`대기 중`,
  claimed: msg`실행 중`,
  paused: msg`일시 중지`,
  done: msg`실행됨`,
  failed: msg`실패`,
  expired: msg`시각이 지나 실행 안 함`,
  cancelled: msg`취소됨`,
};

export const RESERVATION_STATE_TONES: Readonly<Record<Reservation["state"], BadgeTone>> = {
  waiting: "accent",
  claimed: "warn",
  paused: "quiet",
  done: "good",
  failed: "bad",
  expired: "bad",
  cancelled: "quiet",
};
