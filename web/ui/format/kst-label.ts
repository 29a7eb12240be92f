import { exchangeKst, parseInstant } from "../../../domain/time.ts";
import { epochMs, HOUR_MS, SECOND_MS, type EpochMs } from "../../../domain/units.ts";

/** `2026-11-22 18:05:09` in Korea, whatever zone the device is in. */
export const kstDateTime = (instant: EpochMs): string => exchangeKst(instant).replace("T", " ");
/** `11-22 18:05` */
export const kstShort = (instant: EpochMs): string => kstDateTime(instant).slice(5, 16);
/** `18:05:09` */
export const kstTime = (instant: EpochMs): string => exchangeKst(instant).slice(11);

/** Value of a native date-and-time input, KST, seconds kept only where they are not zero. */
export const kstInputValue = (instant: EpochMs): string => exchangeKst(instant).replace(/:00$/, "");
/** The instant a native date-and-time input names, read as KST, or null while it is incomplete. */
export function fromKstInput(value: string): EpochMs | null {
  const parsed = parseInstant(`${value}+09:00`);
  return parsed.ok && value.includes("T") ? parsed.value : null;
}

/** Seconds for a chart that thinks in UTC: shifted so that its days begin where Korea's do. */
export const chartSeconds = (instant: number): number => (instant + 9 * HOUR_MS) / SECOND_MS;
export const fromChartSeconds = (seconds: number): EpochMs => epochMs(seconds * SECOND_MS - 9 * HOUR_MS);

/** `1:05` or `1:02:05`: time left. */
export function durationLabel(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / SECOND_MS));
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
  const tail = `${String(minutes).padStart(hours > 0 ? 2 : 1, "0")}:${String(rest).padStart(2, "0")}`;
  return hours > 0 ? `${hours}:${tail}` : tail;
}
