import { Cron } from "croner";
import type { Schedule } from "../../domain/schedule.ts";
import { epochMs, type EpochMs } from "../../domain/units.ts";

/** The first time after `afterMs`, null when there is none. Korea's days, whatever machine this runs on. */
export function nextRunAfter(schedule: Schedule, afterMs: EpochMs): EpochMs | null {
  if (schedule.every === "once") return schedule.atMs > afterMs ? schedule.atMs : null;
  const next = new Cron(cronOf(schedule), { timezone: "Asia/Seoul" }).nextRun(new Date(afterMs));
  return next && epochMs(next.getTime());
}

function cronOf(schedule: Exclude<Schedule, { every: "once" }>): string {
  const [hour, minute] = schedule.at.split(":").map(Number);
  if (schedule.every === "day") return `${minute} ${hour} * * *`;
  if (schedule.every === "week") return `${minute} ${hour} * * ${schedule.on}`;
  return `${minute} ${hour} ${schedule.on === "last" ? "L" : schedule.on} * *`;
}
