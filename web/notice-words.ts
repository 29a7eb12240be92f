import type { NoticeDetail, NoticeKind } from "../domain/wire-notices.ts";

/** What a notice says, on the screen and on a locked phone: one table for both, because the service worker has no
 *  catalogue of words. `{about}` is the market and side, other braces are the notice's facts. */
export type NoticeLanguage = "ko" | "en";
type Words = { readonly title: string; readonly body: string };
const words = (title: string, body: string): Words => ({ title, body });

const NOTICE_WORDS: Readonly<Record<NoticeKind, Readonly<Record<NoticeLanguage, Words>>>> = {
  "order-done": {
    ko: words("주문이 끝났습니다", "{about} 주문 내역에서 체결 결과를 확인하세요."),
    en: words("Order finished", "{about} See the fills under Orders."),
  },
  "order-refused": {
    ko: words("주문이 거절되었습니다", "{about} 돈은 움직이지 않았습니다. 주문 내역에서 이유를 확인하세요."),
    en: words("Order refused", "{about} No money moved. See why under Orders."),
  },
  "order-unknown": {
    ko: words("주문 결과를 확인하고 있습니다", "{about} 같은 주문을 새로 넣지 마세요. 결과는 자동으로 확인됩니다."),
    en: words("Order result being checked", "{about} Do not send it again; the result is looked up for you."),
  },
  "order-delayed": {
    ko: words("주문이 늦어지고 있습니다", "{about} 거래소가 바빠 유효 시간 안에서 다시 시도합니다."),
    en: words("Order delayed", "{about} The exchange is busy; it is tried again while the order is valid."),
  },
  "order-late": {
    ko: words(
      "늦게 도착한 주문이 있습니다",
      "{about} 보내지 못한 것으로 알렸던 주문이 거래소에 있습니다. 주문 내역을 확인하세요.",
    ),
    en: words(
      "An order arrived late",
      "{about} An order reported as not sent is at the exchange after all. See Orders.",
    ),
  },
  "reservation-done": {
    ko: words("예약 주문을 보냈습니다", "{about} 예약 목록에서 결과를 확인하세요."),
    en: words("Reserved order sent", "{about} See the result under Reservations."),
  },
  "reservation-failed": {
    ko: words("예약 주문을 보내지 못했습니다", "{about} 예약 목록에서 이유를 확인하세요."),
    en: words("Reserved order failed", "{about} See why under Reservations."),
  },
  "reservation-expired": {
    ko: words("예약 시각이 지나 실행하지 않았습니다", "{about} 늦은 주문은 보내지 않습니다."),
    en: words("Reservation expired", "{about} Its time had passed, so nothing was sent."),
  },
  "auto-ended": {
    ko: words("자동매매가 끝났습니다", "{about} 자동매매 화면에서 기록을 확인하세요."),
    en: words("Automatic trading ended", "{about} See the record under Auto."),
  },
  halted: {
    ko: words("거래를 멈췄습니다", "새로 사거나 늘리는 주문은 나가지 않습니다. 보유분 매도와 취소는 됩니다."),
    en: words(
      "Trading halted",
      "Nothing that opens or enlarges a position goes out. Selling and cancelling still work.",
    ),
  },
  "halt-lifted": {
    ko: words("거래 멈춤을 풀었습니다", "주문을 다시 보낼 수 있습니다."),
    en: words("Halt lifted", "Orders go out again."),
  },
  "limits-raised": {
    ko: words("한도를 높였습니다", "직접 하지 않았다면 비밀번호를 바꾸고 모든 기기에서 로그아웃하세요."),
    en: words("Limits raised", "If this was not you, change the password and log out everywhere."),
  },
  "key-stored": {
    ko: words("업비트 키를 등록했습니다", "{key} 직접 하지 않았다면 키를 삭제하고 비밀번호를 바꾸세요."),
    en: words("Upbit key stored", "{key} If this was not you, delete it and change the password."),
  },
  "key-deleted": {
    ko: words("업비트 키를 삭제했습니다", "예약 주문과 자동매매가 더는 주문을 보내지 못합니다."),
    en: words("Upbit key deleted", "Reservations and automatic trading can send nothing any more."),
  },
  "key-expiring": {
    ko: words("업비트 키가 {days}일 안에 만료됩니다", "업비트에서 새 키를 발급받아 계정 화면에 등록하세요."),
    en: words("Upbit key ends within {days} day(s)", "Get a new key at Upbit and store it under Account."),
  },
  "key-expired": {
    ko: words("업비트 키가 만료되었습니다", "새 키를 등록할 때까지 주문을 보낼 수 없습니다."),
    en: words("Upbit key expired", "No order can be sent until a new key is stored."),
  },
  "new-device": {
    ko: words("새 기기에서 로그인했습니다", "{device} 직접 하지 않았다면 비밀번호를 바꾸세요."),
    en: words("Log-in from a new device", "{device} If this was not you, change the password."),
  },
  "sessions-ended": {
    ko: words("로그인이 종료되었습니다", "다시 로그인하세요."),
    en: words("Sessions ended", "Log in again."),
  },
  "password-changed": {
    ko: words(
      "비밀번호를 바꿨습니다",
      "다른 기기에서는 모두 로그아웃되었습니다. 직접 하지 않았다면 관리자에게 알리세요.",
    ),
    en: words("Password changed", "All other devices were logged out. If this was not you, tell an admin."),
  },
  "role-changed": {
    ko: words("회원 권한이 바뀌었습니다", "계정 화면에서 확인하세요."),
    en: words("Your role changed", "See Account."),
  },
};

const SIDES: Readonly<Record<string, Readonly<Record<NoticeLanguage, string>>>> = {
  bid: { ko: "매수", en: "buy" },
  ask: { ko: "매도", en: "sell" },
};

/** False for a kind that a newer relay knows and this build does not. */
export const hasWords = (kind: string): kind is NoticeKind => Object.hasOwn(NOTICE_WORDS, kind);

/** Title and body of a notice; a fact that is not there leaves no gap. */
export function noticeText(kind: NoticeKind, detail: NoticeDetail, language: NoticeLanguage): Words {
  const side = SIDES[String(detail["side"])]?.[language];
  const about = [detail["market"], side].filter((part) => part !== undefined).join(" ");
  const facts: NoticeDetail = { ...detail, about: about === "" ? "" : `${about}.` };
  const filled = (text: string) =>
    text
      .replace(/\{(\w+)\}/g, (_whole, name: string) => String(facts[name] ?? ""))
      .replace(/\s+/g, " ")
      .trim();
  const { title, body } = NOTICE_WORDS[kind][language];
  return { title: filled(title), body: filled(body) };
}

/** Where a press on the message leads. */
export function noticeScreen(kind: NoticeKind): string {
  if (kind.startsWith("order-") || kind.startsWith("reservation-")) return "/orders";
  return kind === "auto-ended" ? "/auto" : "/account";
}
