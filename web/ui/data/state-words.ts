import { msg } from "@lingui/core/macro";
import type { MessageDescriptor } from "@lingui/core";
import type { HoleKind } from "../../../domain/candle-holes.ts";
import type { DayState } from "./day-coverage.ts";

/** Each state has a colour, a mark and words: none of them stands alone. */
export const STATE_WORDS: Readonly<Record<DayState, MessageDescriptor>> = {
  sealed: msg`완전`,
  outage: msg`거래소 멈춤 있음`,
  holes: msg`빈 곳 있음`,
  partial: msg`일부`,
  unchecked: msg`확인 전`,
  open: msg`오늘`,
  none: msg`비어 있음`,
};
export const STATE_MARKS: Readonly<Record<DayState, string>> = {
  sealed: "✓",
  outage: "△",
  holes: "!",
  partial: "◐",
  unchecked: "?",
  open: "●",
  none: "",
};

export const HOLE_WORDS: Readonly<Record<HoleKind | "unseen", { name: MessageDescriptor; why: MessageDescriptor }>> = {
  silent: { name: msg`거래 없음`, why: msg`거래소에도 캔들이 없습니다. 채울 것이 없습니다.` },
  outage: { name: msg`거래소 멈춤`, why: msg`모으는 모든 마켓이 함께 5분 이상 멈췄습니다.` },
  dropped: { name: msg`놓침`, why: msg`거래소에는 있는데 여기에는 없습니다.` },
  unknown: { name: msg`이유 모름`, why: msg`확인해 주는 페이지나 비교할 다른 마켓이 없습니다.` },
  unseen: { name: msg`받지 않음`, why: msg`아직 받거나 듣지 않은 시간입니다.` },
};
