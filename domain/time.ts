import { fail, ok, type Result } from "./result.ts";
import { DAY_MS, epochMs, HOUR_MS, type EpochMs } from "./units.ts";

/** Korea has no summer time: UTC+9 all year. Rule C1. */
const KST_OFFSET_MS = 9 * HOUR_MS;

/** The only source of time. Pure rooms take the instant itself. */
export type Clock = { now(): EpochMs };

/** Market time as a line through one known point. Wall time is `speed` 1 with equal anchors. */
export type MarketClockAnchor = { readonly marketMs: EpochMs; readonly wallMs: EpochMs; readonly speed: number };

export const marketTimeAt = (anchor: MarketClockAnchor, wallMs: EpochMs): EpochMs =>
  epochMs(anchor.marketMs + Math.round((wallMs - anchor.wallMs) * anchor.speed));

/** When the market's clock will show that time, or showed it, in parts of a millisecond; a clock that stands still never
 *  will (Infinity) or always has (-Infinity). */
export const wallTimeAt = ({ marketMs, wallMs, speed }: MarketClockAnchor, atMs: number): number =>
  speed === 0 ? (atMs > marketMs ? Infinity : -Infinity) : wallMs + (atMs - marketMs) / speed;

function isoSeconds(instant: number): string {
  return new Date(instant).toISOString().slice(0, 19);
}

/** `2024-01-01T00:00:00`, UTC, no zone: the spelling of the exchange's `…_utc` fields. */
export const exchangeUtc = (instant: EpochMs): string => isoSeconds(instant);
/** `2024-01-01T09:00:00`, KST, no zone: the spelling of `candle_date_time_kst`. */
export const exchangeKst = (instant: EpochMs): string => isoSeconds(instant + KST_OFFSET_MS);
/** `2024-01-01T09:00:00+09:00`: the spelling of `created_at`. */
export const kstIso = (instant: EpochMs): string => `${exchangeKst(instant)}+09:00`;

const INSTANT = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?(Z|[+-]\d{2}:?\d{2})?$/;

/** Reads the exchange's and ISO 8601 spellings; without a zone it is UTC. Source: upbit-api 3.2. Rule C1. */
export function parseInstant(text: string): Result<EpochMs, "not-a-time"> {
  const match = INSTANT.exec(text);
  if (!match) return fail("not-a-time");
  const [, year, month, day, hour = "0", minute = "0", second = "0", fraction = "0", zone = "Z"] = match;
  const base = Date.UTC(+year!, +month! - 1, +day!, +hour, +minute, +second);
  // A part beyond its range moves the next one: only a day of the month can do so here without leaving its digits.
  if (+hour > 23 || +minute > 59 || +second > 59 || +year! < 100) return fail("not-a-time");
  if (+month! < 1 || +month! > 12 || new Date(base).getUTCDate() !== +day!) return fail("not-a-time");
  const sign = zone.startsWith("-") ? -1 : 1;
  const offsetMinutes = zone === "Z" ? 0 : sign * (+zone.slice(1, 3) * 60 + +zone.slice(-2));
  return ok(epochMs(base + Math.floor(Number(`0.${fraction}`) * 1000) - offsetMinutes * 60_000));
}

/** KST calendar day, `YYYY-MM-DD`. Pages, seals and the calendar use it. */
export const kstDayOf = (instant: EpochMs): string => exchangeKst(instant).slice(0, 10);

const KST_DAY = /^\d{4}-\d{2}-\d{2}$/;
export function parseKstDay(text: string): Result<EpochMs, "not-a-time"> {
  return KST_DAY.test(text) ? parseInstant(`${text}T00:00:00+09:00`) : fail("not-a-time");
}

/** First instant of the KST day that holds `instant`. */
export const kstDayStart = (instant: EpochMs): EpochMs =>
  epochMs(Math.floor((instant + KST_OFFSET_MS) / DAY_MS) * DAY_MS - KST_OFFSET_MS);

/** Start of the interval of `intervalMs` that holds `instant`, counted from 00:00 UTC. */
export const intervalStart = (instant: EpochMs, intervalMs: number): EpochMs =>
  epochMs(Math.floor(instant / intervalMs) * intervalMs);
