import { DAY_MS, HOUR_MS } from "../../domain/units.ts";

/** Activity by hour of the UTC day (0 = 09:00 in Korea): a burst at the day's turn, quiet Korean small hours. Mean 1. */
export const HOURLY = [
  1.9, 1.4, 1.1, 1, 0.9, 0.9, 0.95, 1, 1.05, 1, 1.05, 1.1, 1.15, 1.3, 1.45, 1.35, 1.1, 0.85, 0.65, 0.55, 0.5, 0.6, 0.75,
  1.1,
] as const;

export const activityAt = (ms: number): number => HOURLY[Math.floor((ms % DAY_MS) / HOUR_MS)]!;
