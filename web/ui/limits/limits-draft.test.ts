import { describe, expect, it } from "vitest";
import { STRICT_LIMITS } from "../../../domain/limits.ts";
import { draftOf, raisedIn, readDraft, type LimitsDraft } from "./limits-draft.ts";

const DRAFT = draftOf(STRICT_LIMITS);
const wrongIn = (change: Partial<LimitsDraft>) => [...readDraft({ ...DRAFT, ...change }).wrong];

describe("the form of limits", () => {
  it("stands for the limits it was made of", () => {
    expect(readDraft(DRAFT).limits).toEqual(STRICT_LIMITS);
    expect(readDraft({ ...DRAFT, markets: " btc, KRW-eth  btc" }).limits?.markets).toEqual(["KRW-BTC", "KRW-ETH"]);
  });

  it("marks the field that is wrong and no other", () => {
    expect(wrongIn({ largestOrderKrw: "abc" })).toEqual(["largestOrderKrw"]);
    expect(wrongIn({ ordersPerMinute: "61", dailyLossKrw: "1.5" }).toSorted()).toEqual([
      "dailyLossKrw",
      "ordersPerMinute",
    ]);
    expect(wrongIn({ markets: "BTC, ???" })).toEqual(["markets"]);
  });

  it("takes an empty field for no figure, not for nothing", () => {
    expect(wrongIn({ exposureKrw: "" })).toEqual(["exposureKrw"]);
    expect(wrongIn({ exposureKrw: "0" })).toEqual([]);
  });

  it("tells what a raise makes looser", () => {
    const raised = { ...STRICT_LIMITS, largestOrderKrw: 2_000_000, ordersPerDay: 1, markets: ["KRW-BTC", "KRW-ADA"] };
    expect(raisedIn(STRICT_LIMITS, raised as typeof STRICT_LIMITS)).toEqual({
      figures: ["largestOrderKrw"],
      markets: ["KRW-ADA"],
    });
  });
});
