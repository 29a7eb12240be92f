import { assert } from "../../../domain/assert.ts";
import { kstDayOf, parseKstDay } from "../../../domain/time.ts";
import { DAY_MS, epochMs, type EpochMs } from "../../../domain/units.ts";

/** `2024-03-05` → `2024-03` */
export const monthOfDay = (kstDay: string): string => kstDay.slice(0, 7);

/** First instant of a KST day.
 *  @throws AssertionError when it is none */
export function dayStart(kstDay: string): EpochMs {
  const start = parseKstDay(kstDay);
  assert(start.ok, `not a KST day: ${kstDay}`);
  return start.value;
}

export const dayEnd = (kstDay: string): EpochMs => epochMs(dayStart(kstDay) + DAY_MS);

/** How many days a KST month has. */
export function daysInMonth(kstMonth: string): number {
  const first = dayStart(`${kstMonth}-01`);
  let days = 28;
  while (monthOfDay(kstDayOf(epochMs(first + days * DAY_MS))) === kstMonth) days += 1;
  return days;
}

/** First instant of a KST month, and of the next one. */
export function monthSpan(kstMonth: string): readonly [EpochMs, EpochMs] {
  const first = dayStart(`${kstMonth}-01`);
  return [first, epochMs(first + daysInMonth(kstMonth) * DAY_MS)];
}

/** The KST day `count` days before. */
export const daysEarlier = (kstDay: string, count: number): string =>
  kstDayOf(epochMs(dayStart(kstDay) - count * DAY_MS));
