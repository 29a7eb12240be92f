import type { MarketCode } from "../../domain/market-code.ts";
import { epochMs, DAY_MS, MINUTE_MS } from "../../domain/units.ts";
import { createStreams } from "../../emulator/socket/socket-streams.ts";
import { createChannels } from "../../emulator/socket/channels.ts";
import type { Subscription } from "../../emulator/socket/socket-request.ts";
import { createWorld } from "../../emulator/world.ts";

/** Child: a month of market time in process, minute by minute, every stream of three markets followed. Tells the heap
 *  after the first day and after the last. */
const MARKETS = ["KRW-BTC", "KRW-ETH", "KRW-XRP"] as MarketCode[];
const DAYS = 30;
const PULSES_A_MINUTE = 1;
let wallMs = Date.UTC(2026, 9, 1);
const made = createWorld(
  {
    tapes: [],
    synthetic: MARKETS,
    port: 0,
    seed: 1,
    speed: 1,
    fromMs: epochMs(wallMs),
    state: null,
    control: null,
  },
  () => wallMs,
  () => undefined,
);
if (!made.ok) throw new Error(made.fault);
const world = made.value;
const makeStreams = createStreams(world);
const channels = createChannels((subscription) => makeStreams([subscription])[0]!);
let frames = 0;
const listener = { deliver: () => (frames += 1) };
for (const code of MARKETS)
  for (const type of ["ticker", "trade", "orderbook", "candle"] as const) {
    const terms = { type, code, depth: 30, level: 0, intervalMs: MINUTE_MS, snapshot: true, realtime: true };
    channels.join(listener, terms satisfies Subscription, "DEFAULT");
  }
const heap = () => {
  globalThis.gc!();
  return process.memoryUsage().heapUsed;
};
let firstBytes = 0;
for (let pulse = 1; pulse <= (DAYS * DAY_MS * PULSES_A_MINUTE) / MINUTE_MS; pulse++) {
  wallMs += MINUTE_MS / PULSES_A_MINUTE;
  world.exchange.advance(world.clock.now());
  channels.pulse();
  if (pulse === (DAY_MS * PULSES_A_MINUTE) / MINUTE_MS) firstBytes = heap();
}
process.send!({ firstBytes, lastBytes: heap(), frames });
process.on("message", () => undefined);
// It ends with the benchmark, also when that failed.
process.once("disconnect", () => process.exit());
