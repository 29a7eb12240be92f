import { describe, expect, it } from "vitest";
import { Big } from "../../../domain/decimal.ts";
import { epochMs } from "../../../domain/units.ts";
import { grouped, moneyLabel, priceLabel, quantityLabel, shortLabel, typedDecimal } from "./amount.ts";
import { arrowOf, bpsLabel, percentLabel } from "./change.ts";
import {
  chartSeconds,
  durationLabel,
  fromChartSeconds,
  fromKstInput,
  kstDateTime,
  kstInputValue,
} from "./kst-label.ts";

describe("amounts on screen", () => {
  it("separates thousands and leaves decimals alone", () => {
    expect(grouped("1234567.12345678")).toBe("1,234,567.12345678");
    expect(grouped("-1000")).toBe("-1,000");
    expect(grouped("999")).toBe("999");
  });

  it("never shows more won than there are", () => {
    expect(moneyLabel("KRW", new Big("1999.99999"))).toBe("1,999");
    expect(moneyLabel("BTC", new Big("0.123456789"))).toBe("0.12345678");
  });

  it("gives a price the decimals of its own tick band", () => {
    expect(priceLabel("KRW", 58_123_000)).toBe("58,123,000");
    expect(priceLabel("KRW", 15.3)).toBe("15.3");
    expect(priceLabel("KRW", 0.5)).toBe("0.500");
  });

  it("cuts a quantity to eight decimals without needless zeros", () => {
    expect(quantityLabel(new Big("0.5"))).toBe("0.5");
    expect(quantityLabel(new Big("1234.123456789"))).toBe("1,234.12345678");
  });

  it("shortens large figures in the reader's language", () => {
    expect(shortLabel(123_400_000_000, "ko")).toBe("1,234억");
    expect(shortLabel(9302.4, "ko")).toBe("9,302");
    expect(shortLabel(99_999.9, "ko")).toBe("10만");
    expect(shortLabel(0.01234, "ko")).toBe("0.01234");
    expect(shortLabel(0, "ko")).toBe("0");
    expect(shortLabel(1_234_000_000_000, "ko")).toBe("1.234조");
    expect(shortLabel(1_500_000, "en")).toBe("1.5M");
  });

  it("reads what people type and leaves nonsense to be refused", () => {
    expect(typedDecimal("1,000,000")).toBe("1000000");
    expect(typedDecimal(" .5")).toBe("0.5");
    expect(typedDecimal("007")).toBe("7");
    expect(typedDecimal("1e9")).toBe("1e9");
  });
});

describe("changes on screen", () => {
  it("carries sign and arrow beside the colour", () => {
    expect(percentLabel(0.0123)).toBe("+1.23%");
    expect(percentLabel(-0.0123)).toBe("−1.23%");
    expect([arrowOf(1), arrowOf(-1), arrowOf(0)]).toEqual(["▲", "▼", ""]);
  });

  it("gives no sign to what rounds to nothing", () => {
    expect(percentLabel(-0.000001)).toBe("0.00%");
    expect(bpsLabel(-0.01)).toBe("0.0");
  });
});

describe("times on screen", () => {
  const instant = epochMs(Date.UTC(2026, 10, 22, 9, 5, 0));

  it("are Korea's, whatever zone the device is in", () => {
    expect(kstDateTime(instant)).toBe("2026-11-22 18:05:00");
  });

  it("go through a native input and back unchanged", () => {
    expect(kstInputValue(instant)).toBe("2026-11-22T18:05");
    expect(fromKstInput(kstInputValue(instant))).toBe(instant);
    expect(fromKstInput("2026-11-22")).toBeNull();
    expect(fromKstInput("")).toBeNull();
  });

  it("go through the chart and back unchanged", () => {
    expect(fromChartSeconds(chartSeconds(instant))).toBe(instant);
  });

  it("tell how long is left", () => {
    expect(durationLabel(65_000)).toBe("1:05");
    expect(durationLabel(3_725_000)).toBe("1:02:05");
    expect(durationLabel(-5)).toBe("0:00");
  });
});
