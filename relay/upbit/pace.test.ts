import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { SECOND_MS } from "../../domain/units.ts";
import { World } from "../testing/world.ts";
import {
  holdPace,
  orderPace,
  otherPace,
  quotationPace,
  takeTurn,
  turnStatement,
  waitOfTurn,
  type Pace,
} from "./pace.ts";

describe("pace", () => {
  let world: World;
  beforeEach(async () => {
    world = await World.make();
    await env.DB.prepare("DELETE FROM paces").run();
  });
  const turn = async (pace: Pace): Promise<number> => {
    const given = await turnStatement(world.relay, pace).first<{ until_wall_ms: number }>();
    return world.nowMs + waitOfTurn(world.relay, pace, given!.until_wall_ms);
  };

  it.each([
    [orderPace("a"), 12],
    [otherPace("a"), 30],
    [quotationPace("candle"), 10],
  ])("lets no second hold more than the exchange's quota, however many isolates ask: %o [X35]", async (pace, quota) => {
    const moments: number[] = [];
    // Quiet, then all at once, then one by one: two relays on one database.
    for (const passMs of [0, 5_000, 300, 20, 20, 900]) {
      world.pass(passMs);
      for (let count = 0; count < quota; count += 1) moments.push(await turn(pace));
    }
    for (const from of moments) {
      const within = moments.filter((at) => at >= from && at < from + SECOND_MS).length;
      expect(within).toBeLessThanOrEqual(quota);
    }
    expect(moments[0]).toBe(moments[pace.burst - 1]);
  });

  it("keeps one person's turns apart from another's and from what is no order [X35]", async () => {
    for (let count = 0; count < 50; count += 1) await turn(orderPace("a"));
    expect(await turn(orderPace("b"))).toBe(world.nowMs);
    expect(await turn(otherPace("a"))).toBe(world.nowMs);
  });

  it("gives no turn before the end of a wait that the exchange asked for [X35]", async () => {
    const untilMs = world.nowMs + 3 * SECOND_MS;
    await holdPace(world.relay, orderPace("a"), 3 * SECOND_MS);
    expect(await turn(orderPace("a"))).toBeGreaterThanOrEqual(untilMs);
  });

  it("sends nobody who waited while the exchange closed, and tells how long it is closed [X17]", async () => {
    const pace = quotationPace("candle");
    for (let count = 0; count < 26; count += 1) await turn(pace);
    const waiting = takeTurn(world.relay, pace);
    await holdPace(world.relay, pace, 60 * SECOND_MS);
    const told = await waiting;
    expect(told).toMatchObject({ ok: false, fault: { type: "exchange-busy", kind: "retry" } });
    expect(told.ok ? 0 : told.fault.retryAfterMs).toBeGreaterThan(50 * SECOND_MS);
  });
});
