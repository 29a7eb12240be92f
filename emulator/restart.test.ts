import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { MarketCode } from "../domain/market-code.ts";
import { DAY_MS, epochMs, HOUR_MS, MINUTE_MS } from "../domain/units.ts";
import { candlesBefore } from "./market/candles.ts";
import { createSigningClient } from "./signing-client.ts";
import { startEmulator, startEmulatorChecked } from "./start-emulator.ts";

const folder = mkdtempSync(join(tmpdir(), "state-"));
afterAll(() => rmSync(folder, { recursive: true }));
const TAPE = "data/upbit-KRW-BTC-1m-2024-01_2024-03.csv.gz";
const BTC = "KRW-BTC" as MarketCode;
const WALL_MS = Date.UTC(2026, 10, 22, 18, 47, 11);
const terms = (name: string) => ({
  tapes: [TAPE],
  synthetic: ["KRW-XRP" as MarketCode],
  seed: 5,
  state: join(folder, name),
});

describe("a second start", { timeout: 60_000 }, () => {
  it("finds key, accounts, open orders and burnt identifiers as they were, and the same candles", async () => {
    const bid = {
      market: "KRW-BTC",
      side: "bid",
      ord_type: "limit",
      price: "50000000",
      volume: "0.00012345",
      identifier: "kept",
    };
    const first = await startEmulator(terms("a.json"), () => WALL_MS);
    const client = createSigningClient(first.rest, first.accessKey, first.secretKey);
    await client.call("POST", "/v1/orders", { market: "KRW-BTC", side: "bid", ord_type: "price", price: "10000" });
    await client.call("POST", "/v1/orders", bid);
    const seen = async (asking: typeof client) => [
      (await asking.call("GET", "/v1/accounts")).body,
      (await asking.call("GET", "/v1/order", { identifier: "kept" })).body,
    ];
    const before = await seen(client);
    const bars = candles(first, WALL_MS);
    await first.close();

    const later = WALL_MS + 3 * DAY_MS;
    const second = await startEmulator(terms("a.json"), () => later);
    expect([second.accessKey, second.secretKey]).toEqual([first.accessKey, first.secretKey]);
    expect(second.world.clock.now()).toBe(later);
    expect(candles(second, WALL_MS)).toEqual(bars);
    const again = createSigningClient(second.rest, second.accessKey, second.secretKey);
    expect(await seen(again)).toEqual(before);
    expect((await again.call("POST", "/v1/orders", bid)).body).toMatchObject({
      error: { name: "duplicated_identifier" },
    });
    expect((await again.call("DELETE", "/v1/order", { identifier: "kept" })).status).toBe(200);
    await second.close();
    expect(statSync(join(folder, "a.json")).mode & 0o077).toBe(0);
  });

  it("never goes back in market time, nor leaves the time it was begun at", async () => {
    let wallMs = WALL_MS;
    const fast = await startEmulator({ ...terms("b.json"), speed: 600 }, () => wallMs);
    wallMs += 60_000;
    const reached = fast.world.clock.now();
    expect(reached).toBe(WALL_MS + 10 * HOUR_MS);
    await fast.close();
    const slow = await startEmulator(terms("b.json"), () => wallMs);
    expect(slow.world.clock.now()).toBe(reached);
    await slow.close();

    const fromMs = epochMs(Date.UTC(2024, 2, 20));
    const past = await startEmulator({ ...terms("c.json"), fromMs }, () => wallMs);
    wallMs += HOUR_MS;
    await past.close();
    const resumed = await startEmulator(terms("c.json"), () => wallMs + DAY_MS);
    expect(resumed.world.clock.now()).toBe(fromMs + HOUR_MS);
    await resumed.close();
  }, 60_000);

  it("writes changes soon after they happen, not only at the end", async () => {
    const running = await startEmulator(terms("d.json"), () => WALL_MS);
    const client = createSigningClient(running.rest, running.accessKey, running.secretKey);
    await client.call("POST", "/v1/orders", {
      market: "KRW-BTC",
      side: "bid",
      ord_type: "price",
      price: "10000",
      identifier: "soon",
    });
    await expect.poll(() => readFileSync(join(folder, "d.json"), "utf8"), { timeout: 3_000 }).toContain('"soon"');
    await running.close();
  });

  it.each([
    ["a broken file", "{", { seed: 5 }, /broken\.json:1:2: cannot be read/],
    ["a foreign file", "{}", { seed: 5 }, /broken\.json: not a state of this program: version/],
  ])("refuses %s in one line that names it", async (_, content, given, line) => {
    writeFileSync(join(folder, "broken.json"), content);
    const started = await startEmulatorChecked({ ...terms("broken.json"), ...given }, () => WALL_MS);
    expect(started).toMatchObject({ ok: false, fault: expect.stringMatching(line) });
  });

  it("refuses another seed over a kept state, whose candles it would contradict", async () => {
    const started = await startEmulatorChecked({ ...terms("a.json"), seed: 6 }, () => WALL_MS);
    expect(started).toMatchObject({ ok: false, fault: expect.stringContaining("was begun with --seed 5") });
  });

  const candles = (emulator: Awaited<ReturnType<typeof startEmulator>>, beforeMs: number) =>
    [BTC, "KRW-XRP" as MarketCode].flatMap((market) =>
      candlesBefore(emulator.world.exchange.feeds.get(market)!, {
        intervalMs: MINUTE_MS,
        beforeMs: beforeMs - MINUTE_MS,
        nowMs: beforeMs,
        count: 50,
      }),
    );
});
