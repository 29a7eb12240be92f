import { describe, expect, it } from "vitest";
import { NOTICE_KINDS, type NoticeDetail } from "../domain/wire-notices.ts";
import { noticeText } from "./notice-words.ts";

const DETAILS: readonly NoticeDetail[] = [
  {},
  { market: "KRW-BTC", side: "bid", days: 7, device: "Chrome · Android", key: "ABCD…1234" },
];

describe("words of a notice", () => {
  it("are whole sentences in both languages, with facts and without", () => {
    for (const kind of NOTICE_KINDS)
      for (const language of ["ko", "en"] as const)
        for (const detail of DETAILS) {
          const { title, body } = noticeText(kind, detail, language);
          expect(`${title}${body}`).not.toMatch(/[{}]|undefined|^\s|\s\s/);
          expect(body).toMatch(/[.!]$/);
        }
  });

  it("name market and side in the reader's language", () => {
    const detail = { market: "KRW-BTC", side: "ask" };
    expect(noticeText("order-done", detail, "ko").body).toMatch(/^KRW-BTC 매도\./);
    expect(noticeText("order-done", detail, "en").body).toMatch(/^KRW-BTC sell\./);
  });
});
