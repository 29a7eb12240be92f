import { describe, expect, it } from "vitest";
import { epochMs } from "../../domain/units.ts";
import { createMarketClock } from "./market-clock.ts";

const NOW = Date.UTC(2024, 0, 10);

describe("the market's clock", () => {
  const config = { loopbackExchange: false, marketClock: { marketMs: epochMs(NOW), wallMs: epochMs(NOW), speed: 1 } };
  const clockAt = () => createMarketClock(config, () => epochMs(NOW));

  it("takes the least delayed frame for the exchange's time, and no notice of what a frame's way takes [C28]", () => {
    const clock = clockAt();
    expect(clock.driftMs()).toBeNull();
    for (const delayMs of [900, 40, 300]) clock.hear(epochMs(NOW - delayMs));
    expect(clock.driftMs()).toBe(-40);
    expect(clock.exchangeNow()).toBe(NOW);
  });

  it("closes candles by the exchange's time and never judges one younger than either clock says [C28] [R2]", () => {
    const behind = clockAt();
    behind.hear(epochMs(NOW - 300_000));
    expect([behind.exchangeNow(), behind.latestNow()]).toEqual([NOW - 300_000, NOW]);
    const ahead = clockAt();
    ahead.hear(epochMs(NOW + 90_000));
    expect([ahead.exchangeNow(), ahead.latestNow()]).toEqual([NOW + 90_000, NOW + 90_000]);
    ahead.adjust(config);
    expect(ahead.driftMs()).toBeNull();
  });
});
