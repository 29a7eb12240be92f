import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { FaultType } from "../../../domain/fault.ts";
import type { ActivityEntry } from "../../../domain/wire.ts";
import { FAULT_WORDS } from "../faults/fault-words.ts";

/** Plain words for the rows of the trail. A row that has none yet shows its own name. */
const EVENT_WORDS: Readonly<Record<string, MessageDescriptor>> = {
  "signed-up": msg`가입했습니다`,
  "set-up-code-refused": msg`틀린 설정 코드`,
  "invitation-refused": msg`틀린 초대 코드`,
  "logged-in": msg`로그인했습니다`,
  "log-in-refused": msg`로그인 시도가 거절되었습니다`,
  "logged-out": msg`로그아웃했습니다`,
  "re-authenticated": msg`비밀번호를 다시 확인했습니다`,
  "re-authentication-refused": msg`비밀번호 확인이 거절되었습니다`,
  "session-ended": msg`한 기기에서 로그아웃했습니다`,
  "sessions-ended": msg`모든 기기에서 로그아웃했습니다`,
  "password-changed": msg`비밀번호를 바꿨습니다`,
  "account-deleted": msg`계정을 삭제했습니다`,
  "account-locked": msg`계정을 잠갔습니다`,
  "account-unlocked": msg`계정 잠금을 풀었습니다`,
  "role-changed": msg`회원 권한을 바꿨습니다`,
  "invitation-made": msg`초대 코드를 만들었습니다`,
  "invitation-withdrawn": msg`초대 코드를 거뒀습니다`,
  "key-stored": msg`업비트 키를 등록했습니다`,
  "key-refused": msg`업비트 키 등록이 거절되었습니다`,
  "key-deleted": msg`업비트 키를 삭제했습니다`,
  "key-rewrapped": msg`키의 암호화를 새 마스터 키로 바꿨습니다`,
  "withdraw-unclear-accepted": msg`출금 권한이 없음을 직접 확인했습니다`,
  "push-added": msg`푸시 알림을 켰습니다`,
  "push-removed": msg`푸시 알림을 껐습니다`,
  "limits-changed": msg`한도를 바꿨습니다`,
  "limits-set": msg`한도를 바꿨습니다`,
  halted: msg`거래를 멈췄습니다`,
  "halt-lifted": msg`거래 멈춤을 풀었습니다`,
  "auto-started": msg`자동매매를 시작했습니다`,
  "auto-ended": msg`자동매매가 끝났습니다`,
  "model-published": msg`모델을 배포했습니다`,
  "order-reserved": msg`예약 주문이 준비되었습니다`,
  "order-claimed": msg`예약 주문을 실행합니다`,
  "order-sent-again": msg`같은 주문을 같은 이름으로 다시 보냈습니다`,
  "order-sending": msg`주문을 보냅니다`,
  "order-unknown": msg`주문 결과를 확인하는 중입니다`,
  "order-accepted": msg`주문이 접수되었습니다`,
  "order-filled": msg`주문이 체결되었습니다`,
  "order-cancelled": msg`주문이 취소되었습니다`,
  "order-rejected": msg`주문이 거절되었습니다`,
  "order-burned": msg`주문이 거절되었습니다`,
  "order-expired": msg`주문을 보내지 못했습니다`,
  "reservation-active": msg`예약이 켜졌습니다`,
  "reservation-ended": msg`예약이 모두 끝났습니다`,
  "reservation-waiting": msg`주문을 예약했습니다`,
  "reservation-claimed": msg`예약 주문을 실행합니다`,
  "reservation-done": msg`예약 주문을 보냈습니다`,
  "reservation-failed": msg`예약 주문을 보내지 못했습니다`,
  "reservation-expired": msg`예약 시각이 지나 실행하지 않았습니다`,
  "reservation-paused": msg`예약을 잠시 멈췄습니다`,
  "reservation-edited": msg`예약을 고쳤거나 다음 시각으로 옮겼습니다`,
  "reservation-cancelled": msg`예약을 취소했습니다`,
};

/** What happened, in plain words; null where there are none yet. A market buy ends at the exchange as cancelled although
 *  it was filled (upbit-api 7), and a run that was never sent is no order. */
export function eventWords({ event, trade }: ActivityEntry): MessageDescriptor | null {
  if (event === "order-cancelled" && trade !== null && Number(trade.executedVolume) > 0)
    return msg`주문이 체결되었고, 남은 금액은 취소되었습니다`;
  if (event === "order-cancelled" && trade?.sent === false) return msg`예약 실행이 취소되었습니다`;
  return EVENT_WORDS[event] ?? null;
}

/** Words for a detail of a row; null where it speaks for itself. */
export function detailWords(detail: string): MessageDescriptor | null {
  const rewrapped = /^(\d+) of (\d+)$/.exec(detail);
  if (rewrapped !== null) return msg`전체 ${rewrapped[2]!}개 중 ${rewrapped[1]!}개`;
  return ACTION_WORDS[detail] ?? (isFaultType(detail) ? FAULT_WORDS[detail].what : null);
}

const isFaultType = (text: string): text is FaultType => Object.hasOwn(FAULT_WORDS, text);

/** Words for what an admin did to a member, and for where an order came from. */
const ACTION_WORDS: Readonly<Record<string, MessageDescriptor>> = {
  promote: msg`관리자로 올림`,
  demote: msg`회원으로 내림`,
  lock: msg`잠금`,
  unlock: msg`잠금 해제`,
  member: msg`회원`,
  admin: msg`관리자`,
  manual: msg`직접`,
  reserved: msg`예약`,
  auto: msg`자동`,
  stopped: msg`사용자가 멈춤`,
  halted: msg`거래가 멈춰 있음`,
  silent: msg`기기와 연락이 끊김`,
  "taken-over": msg`다른 기기가 넘겨받음`,
};
