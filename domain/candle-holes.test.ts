import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joinedSpans, missingSpans, namedHoles, overlaps, without, type Span } from "./candle-holes.ts";
import { epochMs, MINUTE_MS } from "./units.ts";

const START = Date.UTC(2024, 0, 10);
const span = (from: number, to: number): Span => ({
  fromMs: epochMs(START + from * MINUTE_MS),
  toMs: epochMs(START + to * MINUTE_MS),
});
const times = (minutes: readonly number[]) => minutes.map((minute) => START + minute * MINUTE_MS);

describe("spans", () => {
  const set = fc
    .uniqueArray(fc.integer({ min: 0, max: 59 }), { maxLength: 60 })
    .map((all) => all.toSorted((a, b) => a - b));
  const spansOf = (minutes: readonly number[]) => joinedSpans(minutes.map((minute) => span(minute, minute + 1)));
  const minutesOf = (spans: readonly Span[]) =>
    spans.flatMap(({ fromMs, toMs }) =>
      Array.from({ length: (toMs - fromMs) / MINUTE_MS }, (_, at) => (fromMs - START) / MINUTE_MS + at),
    );

  it("of missing minutes are exactly the minutes that are not there [C21]", () => {
    fc.assert(
      fc.property(set, (present) => {
        const missing = minutesOf(missingSpans(times(present), span(0, 60)));
        expect(missing).toEqual(Array.from({ length: 60 }, (_, at) => at).filter((at) => !present.includes(at)));
      }),
    );
  });

  it("are cut and met as sets of minutes are [C21]", () => {
    fc.assert(
      fc.property(set, set, (one, other) => {
        expect(minutesOf(overlaps(spansOf(one), spansOf(other)))).toEqual(one.filter((at) => other.includes(at)));
        expect(minutesOf(without(spansOf(one), spansOf(other)))).toEqual(one.filter((at) => !other.includes(at)));
      }),
    );
  });
});

describe("a hole", () => {
  const day = [span(0, 60)];

  it("is silent where the exchange's page has no candle, unknown where none was read [C22]", () => {
    const market = { missing: [span(3, 4), span(40, 41)], confirmed: [span(0, 30)] };
    expect(namedHoles(market, [])).toEqual([
      { ...span(3, 4), kind: "silent" },
      { ...span(40, 41), kind: "unknown" },
    ]);
  });

  it("is an outage where every market is silent together for long; with one market alone it is unknown [C22]", () => {
    const market = { missing: [span(10, 30)], confirmed: day };
    const silentToo = { missing: [span(5, 25)], confirmed: day };
    expect(namedHoles(market, [])).toEqual([{ ...span(10, 30), kind: "unknown" }]);
    expect(namedHoles(market, [silentToo])).toEqual([
      { ...span(10, 25), kind: "outage" },
      { ...span(25, 30), kind: "silent" },
    ]);
    const traded = { missing: [], confirmed: day };
    expect(namedHoles(market, [silentToo, traded])).toEqual([{ ...span(10, 30), kind: "silent" }]);
  });

  it("that is short is silence even when others are silent in the same minutes [C22]", () => {
    const market = { missing: [span(10, 14)], confirmed: day };
    expect(namedHoles(market, [market])).toEqual([{ ...span(10, 14), kind: "silent" }]);
  });

  it("stays unknown where the other market was not read [C22]", () => {
    const market = { missing: [span(10, 30)], confirmed: day };
    expect(namedHoles(market, [{ missing: day, confirmed: [span(0, 20)] }])).toEqual([
      { ...span(10, 20), kind: "outage" },
      { ...span(20, 30), kind: "unknown" },
    ]);
  });
});
