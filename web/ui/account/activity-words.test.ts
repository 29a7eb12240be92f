import { describe, expect, it } from "vitest";
import type { MarketCode } from "../../../domain/market-code.ts";
import { epochMs } from "../../../domain/units.ts";
import type { ActivityEntry } from "../../../domain/wire.ts";
import { messages as korean } from "../words/ko.po";
import { detailWords, eventWords } from "./activity-words.ts";

const entry = (event: string, trade: Partial<NonNullable<ActivityEntry["trade"]>> | null): ActivityEntry => ({
  id: 1,
  atMs: epochMs(0),
  event,
  subject: "an order",
  detail: null,
  address: null,
  result: "done",
  by: "self",
  trade: trade && { market: "KRW-BTC" as MarketCode, side: "bid", executedVolume: "0", sent: true, ...trade },
});
const said = (one: ActivityEntry) => String(korean[eventWords(one)?.id ?? ""]);

describe("words of the activity", () => {
  it("call a market buy filled, although the exchange ends it as cancelled (7)", () => {
    expect(said(entry("order-cancelled", { executedVolume: "0.001" }))).toContain("체결되었고");
    expect(said(entry("order-cancelled", {}))).toBe("주문이 취소되었습니다");
    expect(said(entry("order-cancelled", { sent: false }))).toBe("예약 실행이 취소되었습니다");
  });

  it("name refusals and other details, and leave what speaks for itself", () => {
    expect(korean[detailWords("key-can-withdraw")!.id]).toBeTruthy();
    expect(detailWords("0 of 3")?.values).toEqual({ 0: "3", 1: "0" });
    expect(detailWords("Chromium on Linux")).toBeNull();
    expect(eventWords(entry("something-new", null))).toBeNull();
  });
});
