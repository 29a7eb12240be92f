import { createRandom, hashOf } from "../../emulator/market/random.ts";
import type { FaultPlan, FaultRule } from "../../emulator/faults/fault-plan.ts";
import { SECOND_MS } from "../../domain/units.ts";
import type { HandlerWeather } from "./deployment.ts";
import type { LineWeather } from "./exchange-line.ts";
import type { DatabaseWeather } from "./isolate.ts";

type Changing<Shape> = { -readonly [Name in keyof Shape]: Shape[Name] };
/** Chances of one minute's run of the scheduled handler; what is left is on time. */
export type CronWeather = { readonly missing: number; readonly twice: number; readonly late: number };
/** Chances that a call to the alarm is lost, and that a ring is lost, late or doubled. */
export type AlarmWeather = {
  readonly unheard: number;
  readonly missing: number;
  readonly late: number;
  readonly twice: number;
};
/** Chances that what goes between browser and relay is lost. */
export type DeviceWeather = { readonly lostThere: number; readonly lostBack: number };

/** Everything that goes wrong in one run; `over` ends it. Each seed draws its own. */
export type Storm = {
  readonly line: Changing<LineWeather>;
  readonly database: Changing<DatabaseWeather>;
  readonly handlers: Changing<HandlerWeather>;
  readonly crons: Changing<CronWeather>;
  readonly alarms: Changing<AlarmWeather>;
  readonly devices: Changing<DeviceWeather>;
  readonly plan: FaultPlan;
  /** An order may arrive so late that the relay has given it up; it must still be found. */
  readonly veryLate: boolean;
  /** Clocks of the machines are off by at most this, from the first to the last minute. */
  readonly skewMs: number;
  over(): void;
};

/** Within this a request that was given up still arrives in an ordinary storm. Source: upbit-api 7, "POST time-out". */
const LATEST_MS = 30 * SECOND_MS;
const VERY_LATE_MS = [90 * SECOND_MS, 240 * SECOND_MS] as const;
const LONGEST_LAG_MS = 20 * SECOND_MS;
const LONGEST_LATENCY_MS = 7 * SECOND_MS;
const MOST_SKEW_MS = 1_500;

export function drawStorm(seed: number): Storm {
  const random = createRandom(hashOf(seed, "storm"));
  /** Most seeds know a fault in earnest or not at all: all of them at once hide each other. */
  const upTo = (most: number) => (random() < 0.45 ? 0 : random() * most);
  const calm = random() < 0.1;
  const veryLate = !calm && random() < 0.08;
  const part = (most: number) => (calm ? 0 : upTo(most));
  const line = { lostThere: part(0.06), lostBack: part(0.08) };
  const database = { failsBefore: part(0.03), losesAnswer: part(0.04), slow: part(0.03) };
  const handlers = {
    dies: part(0.25),
    latestDeathMs: Math.floor(500 + random() * 9_500),
    forgets: part(0.3),
    skewMs: Math.floor(part(MOST_SKEW_MS)),
  };
  const crons = { missing: part(0.3), twice: part(0.5), late: part(0.3) };
  const devices = { lostThere: part(0.05), lostBack: part(0.1) };
  const plan = { seed: hashOf(seed, "faults"), rules: calm ? [] : rulesOf(upTo, veryLate) };
  const alarms = { unheard: part(0.3), missing: part(0.3), late: part(0.5), twice: part(0.5) };
  const over = () => {
    for (const weather of [line, database, handlers, crons, alarms, devices])
      for (const name of Object.keys(weather)) Object.assign(weather, { [name]: 0 });
  };
  return { line, database, handlers, crons, alarms, devices, plan, veryLate, skewMs: handlers.skewMs, over };
}

type Match = FaultRule["match"];
const ORDERS: Match = { method: "POST", path: "/v1/orders" };
const LOOK_UPS: Match = { method: "GET", path: "/v1/order" };
const CANCELS: Match = { method: "DELETE", path: "/v1/order" };

function rulesOf(upTo: (most: number) => number, veryLate: boolean): FaultRule[] {
  const rule = (match: Match, most: number, effect: FaultRule["effect"]): FaultRule => ({
    match,
    probability: upTo(most),
    skip: 0,
    clock: "market",
    effect,
  });
  const lateMs: [number, number] = veryLate ? [...VERY_LATE_MS] : [SECOND_MS, LATEST_MS];
  return [
    rule(ORDERS, 0.15, { kind: "accepted-late", lateMs, meanwhile: "timeout" }),
    rule(ORDERS, 0.1, { kind: "accepted-late", lateMs, meanwhile: "error" }),
    rule(ORDERS, 0.15, { kind: "timeout", accepted: true }),
    rule(ORDERS, 0.1, { kind: "timeout", accepted: false }),
    rule(ORDERS, 0.1, { kind: "reset", accepted: true }),
    rule(ORDERS, 0.1, { kind: "reset", accepted: false }),
    rule(ORDERS, 0.1, { kind: "error", accepted: true, status: 502 }),
    rule(ORDERS, 0.1, { kind: "error", accepted: false, status: 500 }),
    rule(ORDERS, 0.1, { kind: "order-burst" }),
    rule(ORDERS, 0.1, { kind: "limit", status: 429 }),
    rule(ORDERS, 0.02, { kind: "limit", status: 418, blockMs: 8 * SECOND_MS }),
    rule(ORDERS, 0.2, { kind: "latency", delayMs: [0, LONGEST_LATENCY_MS] }),
    rule(LOOK_UPS, 0.5, { kind: "lagging-lookups", lagMs: [500, LONGEST_LAG_MS] }),
    rule(LOOK_UPS, 0.2, { kind: "timeout", accepted: false }),
    rule(LOOK_UPS, 0.1, { kind: "error", accepted: false, status: 503 }),
    rule(LOOK_UPS, 0.1, { kind: "limit", status: 429 }),
    rule(CANCELS, 0.15, { kind: "timeout", accepted: true }),
    rule(CANCELS, 0.1, { kind: "timeout", accepted: false }),
    rule(CANCELS, 0.1, { kind: "error", accepted: false, status: 500 }),
    rule({ path: "/v1/accounts" }, 0.1, { kind: "error", accepted: false, status: 500 }),
    rule({ method: "GET" }, 0.05, { kind: "latency", delayMs: [0, LONGEST_LATENCY_MS] }),
    rule({ group: "ticker" }, 0.1, { kind: "limit", status: 429 }),
  ].filter(({ probability }) => probability > 0);
}
