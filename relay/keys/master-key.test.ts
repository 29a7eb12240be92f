import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { realOutside } from "../outside.ts";
import { createRelay } from "../relay.ts";
import { rowsOf, World } from "../testing/world.ts";
import { readKey, signerOfRow } from "./key-row.ts";
import { rewrapKeys } from "./rewrap-keys.ts";

const [OLD, NEW] = ["11".repeat(32), "44".repeat(32)];

/** The same database under other master keys, as after a new deployment. */
async function relayWith(keys: Record<string, string | undefined>) {
  const relay = await createRelay(
    { ...env, ...keys },
    realOutside(() => undefined),
  );
  if (!relay.ok) throw new Error(relay.fault);
  return relay.value;
}

describe("changing the master key", () => {
  it("opens keys of both versions while they are wrapped anew, and needs only the new one after [K6]", async () => {
    const world = await World.make();
    const people = [await world.trader("one"), await world.trader("two"), await world.trader("three")];
    const both = await relayWith({ MASTER_KEYS: `2:${NEW}` });
    const opens = async (relay: typeof both, id: string) => (await signerOfRow(relay, (await readKey(relay, id))!)).ok;
    for (const { id } of people) expect(await opens(both, id)).toBe(true);
    expect(await rewrapKeys(both)).toEqual({ rewrapped: 3, remaining: 0 });
    expect(await rewrapKeys(both)).toEqual({ rewrapped: 0, remaining: 0 });
    const after = await relayWith({ MASTER_KEY: undefined, MASTER_KEYS: `2:${NEW}` });
    const before = await relayWith({});
    for (const { id } of people) {
      expect(await opens(both, id)).toBe(true);
      expect(await opens(after, id)).toBe(true);
      expect(await opens(before, id)).toBe(false);
    }
    expect(await rowsOf("SELECT DISTINCT master_version FROM trading_keys")).toEqual([{ master_version: 2 }]);
  });

  it("leaves a key alone whose master key is not at hand, and says that it remains [K6]", async () => {
    const world = await World.make();
    const person = await world.trader("one");
    const without = await relayWith({ MASTER_KEY: undefined, MASTER_KEYS: `3:${NEW}` });
    expect(await rewrapKeys(without)).toEqual({ rewrapped: 0, remaining: 1 });
    expect((await person.ask("GET /api/assets")).status).toBe(200);
  });

  it.each([
    { MASTER_KEYS: `1:${NEW}` },
    { MASTER_KEYS: `2:${NEW},2:${OLD}` },
    { MASTER_KEYS: "2:short" },
    { MASTER_KEYS: NEW },
    { MASTER_KEY: undefined, MASTER_KEYS: "" },
  ])("refuses to start with versions that cannot be told apart or are no keys: %j [K6]", async (keys) => {
    const relay = await createRelay(
      { ...env, ...keys },
      realOutside(() => undefined),
    );
    expect(relay.ok ? "" : relay.fault).toContain("MASTER_KEY");
    expect(JSON.stringify(relay)).not.toContain(NEW);
  });
});
