import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { AutoSessionRow, DecisionRow } from "../../store/tables.ts";
import type { BadgeTone } from "../parts/badge.tsx";

export const ACTION_WORDS: Readonly<Record<DecisionRow["action"], MessageDescriptor>> = {
  collect: msg`모으는 중`,
  hold: msg`지켜봄`,
  buy: msg`매수`,
  sell: msg`매도`,
  refused: msg`보류`,
};

export const ACTION_TONES: Readonly<Record<DecisionRow["action"], BadgeTone>> = {
  collect: "quiet",
  hold: "quiet",
  buy: "accent",
  sell: "accent",
  refused: "warn",
};

export const REASON_WORDS: Readonly<Record<DecisionRow["reason"], MessageDescriptor>> = {
  "sequence-incomplete": msg`예측에 필요한 캔들이 아직 모자랍니다.`,
  "no-model": msg`쓸 수 있는 모델이 없습니다.`,
  "below-threshold": msg`예측이 기준을 넘지 않았습니다.`,
  "already-holding": msg`이미 사서 들고 있습니다.`,
  "nothing-to-sell": msg`팔 것이 없습니다.`,
  "threshold-passed": msg`예측이 기준을 넘었습니다.`,
  "stale-data": msg`캔들이 너무 오래되어 거래하지 않았습니다.`,
  "too-many-orders": msg`오늘의 주문 한도에 이르렀습니다.`,
  "order-in-flight": msg`앞선 주문의 결과를 기다립니다.`,
  "below-minimum": msg`최소 주문 금액보다 적습니다.`,
  "relay-refused": msg`주문이 받아들여지지 않았습니다.`,
};

export const STOP_WORDS: Readonly<Record<NonNullable<AutoSessionRow["stopReason"]>, MessageDescriptor>> = {
  user: msg`직접 멈췄습니다.`,
  "app-was-closed": msg`앱이 닫혀 있어서 멈췄습니다.`,
  fault: msg`문제가 생겨 멈췄습니다.`,
};
