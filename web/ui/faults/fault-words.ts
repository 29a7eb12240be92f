import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { Fault, FaultType } from "../../../domain/fault.ts";
import { MINIMUM_TOTAL } from "../../../domain/market.ts";
import { grouped } from "../format/amount.ts";

/** What a person is told about a fault: what happened and what to do now. Whether money moved follows from
 *  `moneyStill`: false where an order may be under way. Every fault type has words, or this does not compile. */
export type FaultWords = {
  readonly what: MessageDescriptor;
  readonly todo: MessageDescriptor;
  readonly moneyStill: boolean;
};

const still = (what: MessageDescriptor, todo: MessageDescriptor): FaultWords => ({ what, todo, moneyStill: true });
const unclear = (what: MessageDescriptor, todo: MessageDescriptor): FaultWords => ({ what, todo, moneyStill: false });

export const FAULT_WORDS: Readonly<Record<FaultType, FaultWords>> = {
  "bad-input": still(msg`입력한 값을 받을 수 없습니다.`, msg`표시된 값을 고친 뒤 다시 시도하세요.`),
  "name-taken": still(msg`이미 사용 중인 아이디입니다.`, msg`다른 아이디를 입력하세요.`),
  "wrong-credentials": still(msg`아이디 또는 비밀번호가 맞지 않습니다.`, msg`다시 확인하고 입력하세요.`),
  "signed-out": still(msg`로그인이 풀렸습니다.`, msg`다시 로그인하세요.`),
  "re-authentication-needed": still(msg`비밀번호를 다시 확인해야 합니다.`, msg`비밀번호를 입력한 뒤 다시 시도하세요.`),
  "account-locked": still(msg`잠긴 계정입니다.`, msg`관리자에게 문의하세요.`),
  forbidden: still(msg`이 작업을 할 권한이 없습니다.`, msg`관리자에게 문의하세요.`),
  "not-found": still(msg`찾는 항목이 없습니다.`, msg`화면을 새로 고친 뒤 다시 확인하세요.`),
  "set-up-code-wrong": still(
    msg`설정 코드가 맞지 않거나 이미 관리자가 있습니다.`,
    msg`서버를 시작할 때 표시된 코드를 확인하거나, 코드 없이 가입하세요.`,
  ),
  "sign-up-closed": still(msg`지금은 가입을 받지 않습니다.`, msg`관리자에게 문의하세요.`),
  "invitation-refused": still(
    msg`초대 코드가 필요하거나, 코드가 맞지 않거나, 이미 쓰였거나, 기한이 지났습니다.`,
    msg`관리자에게 새 초대 코드를 받으세요.`,
  ),
  "last-admin": still(
    msg`마지막 관리자이거나 자기 자신이라 바꿀 수 없습니다.`,
    msg`먼저 다른 회원을 관리자로 올리세요.`,
  ),
  "too-many-requests": still(msg`요청이 너무 많습니다.`, msg`잠시 기다린 뒤 다시 시도하세요.`),
  "origin-refused": still(msg`다른 곳에서 온 요청이라 거절했습니다.`, msg`이 앱의 주소에서 직접 열고 다시 시도하세요.`),
  "no-key": still(msg`등록된 업비트 키가 없습니다.`, msg`계정 화면에서 업비트 API 키를 등록하세요.`),
  "key-refused": still(
    msg`업비트가 이 키를 받아들이지 않았습니다.`,
    msg`Access key와 Secret key를 다시 복사해 등록하세요.`,
  ),
  "key-expired": still(msg`업비트 키가 만료되었습니다.`, msg`업비트에서 새 키를 발급받아 등록하세요.`),
  "key-can-withdraw": still(
    msg`출금 권한이 있는 키는 받지 않습니다.`,
    msg`업비트에서 출금 권한을 뺀 키를 새로 발급받으세요.`,
  ),
  "key-lacks-permission": still(
    msg`키에 필요한 권한이 없습니다.`,
    msg`자산조회, 주문조회, 주문하기 권한이 있는 키를 등록하세요.`,
  ),
  "key-withdraw-unclear": still(
    msg`이 키에 출금 권한이 있는지 업비트가 알려 주지 않았습니다.`,
    msg`업비트에서 출금 권한이 없음을 직접 확인한 뒤, 아래에 확인 문장을 입력하고 다시 등록하세요.`,
  ),
  "ip-not-allowed": still(
    msg`업비트에 등록되지 않은 IP 주소입니다.`,
    msg`업비트 API 관리에서 이 서버의 IP 주소를 허용 목록에 넣으세요.`,
  ),
  "insufficient-funds": still(msg`잔고가 부족합니다.`, msg`주문 금액이나 수량을 줄이세요. 수수료도 필요합니다.`),
  "below-minimum": still(
    msg`최소 주문 금액보다 적습니다.`,
    msg`원화 마켓은 ${grouped(MINIMUM_TOTAL.KRW)}원 이상으로 입력하세요.`,
  ),
  "above-maximum": still(msg`최대 주문 금액을 넘었습니다.`, msg`주문을 나누어 입력하세요.`),
  "off-tick": still(msg`호가 단위에 맞지 않는 가격입니다.`, msg`가격의 − 와 + 단추로 호가 단위에 맞추세요.`),
  "market-closed": still(msg`지금 거래할 수 없는 마켓입니다.`, msg`업비트 공지를 확인하세요.`),
  "order-not-found": still(msg`주문을 찾을 수 없습니다.`, msg`주문 내역을 새로 고쳐 확인하세요.`),
  "order-refused": still(msg`업비트가 주문을 거절했습니다.`, msg`주문 내용을 확인한 뒤 다시 시도하세요.`),
  "order-unknown": unclear(
    msg`주문 결과를 아직 알 수 없습니다.`,
    msg`같은 주문을 새로 넣지 말고 주문 내역을 확인하세요. 결과는 자동으로 확인됩니다.`,
  ),
  "order-not-open": still(msg`이미 체결되었거나 취소된 주문입니다.`, msg`주문 내역에서 결과를 확인하세요.`),
  "idempotency-conflict": still(
    msg`같은 이름으로 다른 주문이 이미 있습니다.`,
    msg`화면을 새로 고친 뒤 주문을 다시 입력하세요.`,
  ),
  "reservation-not-waiting": still(msg`이미 실행되었거나 취소된 예약입니다.`, msg`예약 목록에서 결과를 확인하세요.`),
  "due-time-past": still(msg`예약 시각이 이미 지났습니다.`, msg`지금보다 뒤의 시각을 고르세요.`),
  "limit-reached": still(msg`정해진 개수에 이르렀습니다.`, msg`진행 중인 것을 끝낸 뒤 다시 시도하세요.`),
  "market-not-allowed": still(
    msg`사도록 허용한 마켓이 아닙니다.`,
    msg`한도 화면에서 허용 마켓을 확인하세요. 파는 것은 언제나 됩니다.`,
  ),
  "order-too-large": still(
    msg`한 번에 살 수 있는 금액을 넘었습니다.`,
    msg`금액을 줄이세요. 한도를 높이면 24시간 뒤부터 적용됩니다.`,
  ),
  "orders-too-many": still(
    msg`허용한 주문 횟수를 다 썼습니다.`,
    msg`잠시 기다리세요. 한도를 높이면 24시간 뒤부터 적용됩니다.`,
  ),
  "daily-loss-reached": still(
    msg`오늘 허용한 손실에 이르러 더 사지 않습니다.`,
    msg`파는 것과 주문 취소는 됩니다. 한국 시각 0시에 다시 시작합니다.`,
  ),
  "exposure-reached": still(
    msg`이 앱으로 걸어 둘 수 있는 총액을 넘습니다.`,
    msg`금액을 줄이거나, 일부를 팔거나, 미체결 매수를 취소하세요. 업비트의 답을 받지 못한 매수는 20분 동안 함께 셉니다.`,
  ),
  "price-too-far": still(msg`시세보다 너무 비싸게 사게 됩니다.`, msg`가격을 시세에 가깝게 하거나 금액을 줄이세요.`),
  halted: still(
    msg`거래가 중지되어 사지 않습니다.`,
    msg`파는 것과 주문 취소는 됩니다. 한도 화면에서 중지를 풀 수 있습니다.`,
  ),
  "lease-held": still(
    msg`다른 기기가 이 마켓을 자동매매하고 있습니다.`,
    msg`그 기기에서 멈추거나, 이 기기로 넘겨받아 시작하세요.`,
  ),
  "lease-lost": still(msg`자동매매가 끝났거나 다른 기기로 넘어갔습니다.`, msg`계속하려면 이 기기에서 다시 시작하세요.`),
  "live-trading-off": still(
    msg`실제 거래소로의 주문이 꺼져 있습니다.`,
    msg`지금은 모의 거래소에서만 주문할 수 있습니다.`,
  ),
  "exchange-busy": still(msg`거래소가 요청을 잠시 받지 않습니다.`, msg`잠시 뒤 다시 시도하세요.`),
  "exchange-unreachable": still(
    msg`거래소에 연결할 수 없습니다.`,
    msg`잠시 뒤 다시 시도하세요. 계속되면 업비트 공지를 확인하세요.`,
  ),
  "exchange-answer-unreadable": unclear(
    msg`거래소의 답을 읽을 수 없습니다.`,
    msg`주문 내역과 자산을 확인한 뒤 다시 시도하세요.`,
  ),
  offline: still(msg`서버에 연결할 수 없습니다.`, msg`인터넷 연결을 확인하세요. 연결되면 다시 시도합니다.`),
  "storage-full": still(
    msg`이 브라우저의 저장 공간이 가득 찼습니다.`,
    msg`기기의 저장 공간을 비우거나, 데이터 화면에서 오래된 캔들을 정리하세요.`,
  ),
  "too-large": still(msg`보낸 내용이 너무 큽니다.`, msg`크기를 줄여 다시 시도하세요.`),
  internal: unclear(msg`서버에서 문제가 생겼습니다.`, msg`주문 내역을 확인한 뒤 잠시 뒤 다시 시도하세요.`),
};

export const MONEY_STILL: MessageDescriptor = msg`돈은 움직이지 않았습니다.`;
export const MONEY_UNCLEAR: MessageDescriptor = msg`주문이 접수되었을 수도 있습니다.`;

/** Whether money may have moved: the fault's kind has the last word. */
export const moneyWords = (fault: Pick<Fault, "type" | "kind">): MessageDescriptor =>
  fault.kind === "unknown" || !FAULT_WORDS[fault.type].moneyStill ? MONEY_UNCLEAR : MONEY_STILL;
