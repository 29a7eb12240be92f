import { describe, expect, it } from "vitest";
import type { Schedule } from "../../domain/schedule.ts";
import { epochMs } from "../../domain/units.ts";
import { nextRunAfter } from "./next-run.ts";

const at = (text: string) => epochMs(Date.parse(text));
const next = (schedule: Schedule, after: string) => {
  const found = nextRunAfter(schedule, at(after));
  return found === null ? null : new Date(found + 9 * 3_600_000).toISOString().slice(0, 16);
};

describe("the next time of a reservation", () => {
  it("is by Korea's day and clock, strictly after the moment [X50]", () => {
    const daily: Schedule = { every: "day", at: "00:05" };
    expect(next(daily, "2026-11-22T15:04:59Z")).toBe("2026-11-23T00:05");
    expect(next(daily, "2026-11-22T15:05:00Z")).toBe("2026-11-24T00:05");
    expect(next({ every: "week", on: 1, at: "09:00" }, "2026-11-22T23:59:00Z")).toBe("2026-11-23T09:00");
    expect(next({ every: "week", on: 0, at: "23:00" }, "2026-11-22T14:00:00Z")).toBe("2026-11-29T23:00");
  });

  it("knows a month's last day, in leap years too [X50]", () => {
    const last: Schedule = { every: "month", on: "last", at: "12:00" };
    expect(next(last, "2028-02-01T00:00:00Z")).toBe("2028-02-29T12:00");
    expect(next(last, "2027-02-28T03:00:00Z")).toBe("2027-03-31T12:00");
    expect(next({ every: "month", on: 28, at: "00:00" }, "2026-12-28T00:00:00Z")).toBe("2027-01-28T00:00");
  });

  it("comes once for what is to happen once [X50]", () => {
    const once: Schedule = { every: "once", atMs: at("2026-11-22T03:00:00Z") };
    expect(next(once, "2026-11-22T02:59:59Z")).toBe("2026-11-22T12:00");
    expect(next(once, "2026-11-22T03:00:00Z")).toBeNull();
  });
});
