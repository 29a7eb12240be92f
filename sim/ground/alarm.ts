import type { Outside } from "../../relay/outside.ts";
import type { AlarmWeather } from "./storm.ts";
import type { VirtualLoop } from "./virtual-loop.ts";

/** How long a call to the alarm takes. */
const LONGEST_CALL_MS = 40;
const LATEST_MS = 45_000;
/** A ring that is repeated although it was over. */
const LATEST_AGAIN_MS = 3_000;

/** The deployment's alarm in a storm: it may not hear, not ring, ring late or again. Otherwise it rings once, at the
 *  earliest time that it was asked for since it last rang. Source: Cloudflare Durable Objects, "Alarms". */
export function createAlarm(loop: VirtualLoop, weather: AlarmWeather, ring: () => void): NonNullable<Outside["alarm"]> {
  let setMs = Infinity;
  return {
    wakeBy: async (wallMs) => {
      await loop.sleep(loop.between(0, LONGEST_CALL_MS));
      // The words of any connection that broke.
      if (loop.chance(weather.unheard)) throw new Error("ALARM_ERROR: Network connection lost.");
      if (wallMs >= setMs) return;
      setMs = wallMs;
      const lateMs = loop.chance(weather.late) ? loop.between(0, LATEST_MS) : 0;
      loop.at(wallMs + lateMs, () => {
        // An earlier one was asked for after this one, and rang.
        if (setMs !== wallMs) return;
        setMs = Infinity;
        if (loop.chance(weather.missing)) return;
        ring();
        if (loop.chance(weather.twice)) loop.at(loop.now() + loop.between(0, LATEST_AGAIN_MS), ring);
      });
    },
  };
}
