import { epochMs, MINUTE_MS, type EpochMs } from "./units.ts";

/** A stretch of time, its end not included. */
export type Span = { readonly fromMs: EpochMs; readonly toMs: EpochMs };

/** Why minutes are absent from a series.
 *  - silent: the exchange's own page has no candle there, so nothing was traded
 *  - outage: no collected market has one, for so long that chance is out of the question
 *  - dropped: the source has the candle and we do not
 *  - unknown: nobody who could tell was asked yet, or there was no second market to compare a long silence with */
export const HOLE_KINDS = ["silent", "outage", "dropped", "unknown"] as const;
export type HoleKind = (typeof HOLE_KINDS)[number];
export type Hole = Span & { readonly kind: HoleKind };

/** A silence of all markets for so long is the exchange's, not theirs: single minutes do coincide, also of markets that
 *  trade often; the recorded outages took 53 and 244 minutes. */
export const SHORTEST_OUTAGE_MS = 5 * MINUTE_MS;

/** Stretches of `within` that no minute covers, oldest first.
 *  @param openTimesMs starts of the minutes at hand, oldest first */
export function missingSpans(openTimesMs: Iterable<number>, within: Span): Span[] {
  const holes: Span[] = [];
  let expectedMs: number = within.fromMs;
  for (const openTimeMs of openTimesMs) {
    if (openTimeMs < within.fromMs || openTimeMs >= within.toMs) continue;
    if (openTimeMs > expectedMs) holes.push({ fromMs: epochMs(expectedMs), toMs: epochMs(openTimeMs) });
    expectedMs = openTimeMs + MINUTE_MS;
  }
  if (expectedMs < within.toMs) holes.push({ fromMs: epochMs(expectedMs), toMs: within.toMs });
  return holes;
}

/** What both lists cover. Both oldest first and without overlaps of their own. */
export function overlaps(one: readonly Span[], other: readonly Span[]): Span[] {
  const common: Span[] = [];
  for (let left = 0, right = 0; left < one.length && right < other.length;) {
    const [a, b] = [one[left]!, other[right]!];
    const fromMs = epochMs(Math.max(a.fromMs, b.fromMs));
    const toMs = epochMs(Math.min(a.toMs, b.toMs));
    if (fromMs < toMs) common.push({ fromMs, toMs });
    if (a.toMs <= b.toMs) left += 1;
    else right += 1;
  }
  return common;
}

/** The parts of `spans` that `taken` leaves over. Both oldest first. */
export function without(spans: readonly Span[], taken: readonly Span[]): Span[] {
  return spans.flatMap((span) => {
    const left: Span[] = [];
    let fromMs = span.fromMs;
    for (const { fromMs: start, toMs: end } of overlaps([span], taken)) {
      if (start > fromMs) left.push({ fromMs, toMs: start });
      fromMs = end;
    }
    if (fromMs < span.toMs) left.push({ fromMs, toMs: span.toMs });
    return left;
  });
}

/** Spans in order, those that touch made one. */
export function joinedSpans(spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const span of spans.toSorted((one, other) => one.fromMs - other.fromMs)) {
    const last = joined.at(-1);
    if (last !== undefined && span.fromMs <= last.toMs)
      joined[joined.length - 1] = { fromMs: last.fromMs, toMs: epochMs(Math.max(last.toMs, span.toMs)) };
    else joined.push(span);
  }
  return joined;
}

/** What is known of one market's stretch of time. */
export type SeenMarket = {
  /** Stretches without a candle. */
  readonly missing: readonly Span[];
  /** What the exchange's own pages were read for. */
  readonly confirmed: readonly Span[];
};

/** Names the holes of one market, with what every other collected market shows of the same time. Rule C22.
 *  - outside what a page confirmed: unknown
 *  - all markets (two at least, each confirmed) silent together for `SHORTEST_OUTAGE_MS` or longer: outage
 *  - so long a silence where no other market is confirmed: unknown
 *  - else silent */
export function namedHoles(market: SeenMarket, others: readonly SeenMarket[]): Hole[] {
  const named: Hole[] = [];
  const name = (kind: HoleKind, spans: readonly Span[]): void => {
    for (const span of spans) named.push({ ...span, kind });
  };
  const confirmed = overlaps(market.missing, market.confirmed);
  name("unknown", without(market.missing, confirmed));
  const long = confirmed.filter(isLong);
  name("silent", without(confirmed, long));
  // Only who was confirmed for a stretch has a say in it.
  const witnessed = joinedSpans(others.flatMap((other) => overlaps(long, other.confirmed)));
  name("unknown", without(long, witnessed));
  const traded = joinedSpans(others.flatMap((other) => without(overlaps(long, other.confirmed), other.missing)));
  const together = without(witnessed, traded);
  name("outage", together.filter(isLong));
  name("silent", without(witnessed, together.filter(isLong)));
  return named.toSorted((one, other) => one.fromMs - other.fromMs);
}

const isLong = (span: Span): boolean => span.toMs - span.fromMs >= SHORTEST_OUTAGE_MS;
