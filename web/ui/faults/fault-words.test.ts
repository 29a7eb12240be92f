import { describe, expect, it } from "vitest";
import { FAULT_TYPES } from "../../../domain/fault.ts";
import { messages as korean } from "../words/ko.po";
import { messages as english } from "../words/en.po";
import { FAULT_WORDS, MONEY_STILL, MONEY_UNCLEAR, moneyWords } from "./fault-words.ts";

describe("words for faults", () => {
  it("exist for every fault type in Korean and in English", () => {
    for (const type of FAULT_TYPES) {
      const { what, todo } = FAULT_WORDS[type];
      for (const { id } of [what, todo]) {
        expect(korean[id], `${type} in Korean`).toBeTruthy();
        expect(english[id], `${type} in English`).toBeTruthy();
        expect(english[id], `${type} is translated`).not.toEqual(korean[id]);
      }
    }
  });

  it("say that an order may be under way whenever the outcome is unknown", () => {
    expect(moneyWords({ type: "order-unknown", kind: "unknown" })).toBe(MONEY_UNCLEAR);
    expect(moneyWords({ type: "exchange-unreachable", kind: "unknown" })).toBe(MONEY_UNCLEAR);
    expect(moneyWords({ type: "insufficient-funds", kind: "refuse" })).toBe(MONEY_STILL);
  });
});
