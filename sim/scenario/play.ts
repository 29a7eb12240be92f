import { MINUTE_MS, SECOND_MS } from "../../domain/units.ts";
import type { Deployment } from "../ground/deployment.ts";
import type { CronWeather } from "../ground/storm.ts";
import type { VirtualLoop } from "../ground/virtual-loop.ts";
import { changeLimits, halt, liftHalt } from "./guard-rails.ts";
import { cancelSome, look, placeManual } from "./place-orders.ts";
import { changeReservation, reserve } from "./reserve.ts";
import { runAutomatically } from "./run-automatically.ts";
import type { Trader } from "./trader.ts";

type Act = (trader: Trader, untilMs: number) => Promise<void>;
/** What people do, and how often. */
const ACTS: readonly (readonly [number, Act])[] = [
  [0.42, placeManual],
  [0.14, cancelSome],
  [0.08, look],
  [0.13, reserve],
  [0.08, changeReservation],
  [0.02, halt],
  [0.04, liftHalt],
  [0.04, changeLimits],
  [0.05, runAutomatically],
];
const LONGEST_PAUSE_MS = 24 * SECOND_MS;

/** One trader's time in the storm: one thing after another, automatic sessions beside them. */
export async function live(trader: Trader, untilMs: number): Promise<void> {
  const { loop } = trader;
  // Strict limits are hardly felt within minutes: half of the traders have narrower ones.
  if (loop.chance(0.5)) await changeLimits(trader);
  for (;;) {
    await loop.sleep(loop.between(0, LONGEST_PAUSE_MS));
    if (loop.now() >= untilMs) return;
    let draw = loop.random();
    const act = ACTS.find(([chance]) => (draw -= chance) < 0)?.[1] ?? look;
    const done = act(trader, untilMs);
    if (act !== runAutomatically) await done;
  }
}

/** When the storm is over people tidy up: what is open is cancelled. */
export async function tidyUp(trader: Trader): Promise<void> {
  const [device] = trader.devices;
  const told = await device.ask("GET /api/orders");
  const { orders = [] } = (told?.body ?? {}) as { readonly orders?: readonly { id: string; state: string }[] };
  for (const { id, state } of orders) if (state === "accepted") await device.ask(`POST /api/orders/${id}/cancel`);
}

/** The scheduled handler: each minute once, more or less. */
export function beatCrons(loop: VirtualLoop, deployment: Deployment, weather: CronWeather, untilMs: number): void {
  const run = () => void deployment.cron();
  for (let atMs = loop.now() + MINUTE_MS; atMs <= untilMs; atMs += MINUTE_MS)
    loop.at(atMs, () => {
      if (loop.chance(weather.missing)) return;
      const lateMs = loop.chance(weather.late) ? loop.between(0, 50_000) : loop.between(0, 1_000);
      loop.at(atMs + lateMs, run);
      if (loop.chance(weather.twice)) loop.at(atMs + lateMs + loop.between(0, 1_500), run);
    });
}
