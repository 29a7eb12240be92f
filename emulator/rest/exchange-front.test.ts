import { beforeEach, describe, expect, it } from "vitest";
import { readFaultPlan, type FaultPlan } from "../faults/fault-plan.ts";
import { playedExchange, seenOf, type PlayedExchange } from "../testing/played-exchange.ts";
import type { Outcome } from "./exchange-front.ts";

let exchange: PlayedExchange;
beforeEach(() => {
  exchange = playedExchange();
});
/** Rules as they come over the control port. */
function fault(...rules: unknown[]): void {
  const plan = readFaultPlan({ rules });
  if (!plan.ok) throw new Error(plan.fault);
  exchange.front.faults.play(plan.value satisfies FaultPlan);
}
const place = (identifier: string) => {
  const body = JSON.stringify({ market: "KRW-XRP", side: "bid", ord_type: "price", price: "10000", identifier });
  const token = exchange.bearer(`market=KRW-XRP&side=bid&ord_type=price&price=10000&identifier=${identifier}`);
  return exchange.take("POST", "/v1/orders", { body, token, headers: { "content-type": "application/json" } });
};
const lookUp = (identifier: string) =>
  exchange.take("GET", `/v1/order?identifier=${identifier}`, { token: exchange.bearer(`identifier=${identifier}`) });
const statusOf = (outcome: Outcome) => (outcome.kind === "answer" ? outcome.answer.status : outcome.kind);
const nameOf = (outcome: Outcome) => (outcome.kind === "answer" ? seenOf(outcome.answer).name : outcome.kind);
/** Whether the order came to be, asked behind the faults. */
const exists = (identifier: string) =>
  exchange.world.exchange.find(exchange.world.keys[0]!.pocketId, { identifier }) !== null;
const POST = { group: "order", method: "POST", path: "/v1/orders" };

describe("faults of requests", () => {
  it.each([
    [{ kind: "timeout", accepted: false }, "silence", false],
    [{ kind: "timeout", accepted: true }, "silence", true],
    [{ kind: "reset", accepted: false }, "reset", false],
    [{ kind: "reset", accepted: true }, "reset", true],
    [{ kind: "error", accepted: false }, 500, false],
    [{ kind: "error", accepted: true, status: 502 }, 502, true],
    [{ kind: "limit" }, 429, false],
    [{ kind: "limit", status: 418, blockMs: 5_000 }, 418, false],
    [{ kind: "order-burst" }, 429, false],
    [{ kind: "maintenance" }, 403, false],
    [{ kind: "maintenance", as: "error" }, 500, false],
    [{ kind: "maintenance", as: "timeout" }, "silence", false],
  ])("%j answers %s; the order exists: %s", (effect, status, isThere) => {
    fault({ match: POST, effect });
    expect(statusOf(place("one"))).toBe(status);
    expect(exists("one")).toBe(isThere);
  });

  it("carry an order out after its caller gave up and a lookup denied it", () => {
    fault({ match: POST, effect: { kind: "accepted-late", lateMs: [30_000, 60_000] } });
    expect(place("late").kind).toBe("silence");
    exchange.wait(29_999);
    expect(nameOf(lookUp("late"))).toBe("order_not_found");
    expect(exchange.front.nextDueMs()! - exchange.world.clock.wallNow()).toBeGreaterThan(0);
    exchange.wait(30_002);
    expect(statusOf(lookUp("late"))).toBe(200);
    expect(exchange.front.nextDueMs()).toBeNull();
  });

  it("let reads of orders lag, and nothing else", () => {
    fault({ match: { method: "GET", path: "/v1/order*" }, effect: { kind: "lagging-lookups", lagMs: 3_000 } });
    place("new");
    exchange.wait(2_999);
    expect(nameOf(lookUp("new"))).toBe("order_not_found");
    expect(exists("new")).toBe(true);
    exchange.wait(2);
    expect(statusOf(lookUp("new"))).toBe(200);
  });

  it("delay answers, not orders", () => {
    fault({ match: POST, effect: { kind: "latency", delayMs: [200, 300] } });
    const outcome = place("slow");
    expect(outcome).toMatchObject({ kind: "answer", afterMs: expect.any(Number) });
    expect(outcome.kind === "answer" && outcome.afterMs >= 200 && outcome.afterMs <= 300).toBe(true);
    expect(exists("slow")).toBe(true);
  });

  it("show an order book of before, under a new time", () => {
    const book = () => {
      exchange.wait(60_000);
      const outcome = exchange.take("GET", "/v1/orderbook?markets=KRW-XRP");
      return outcome.kind === "answer" ? (seenOf(outcome.answer).body as Record<string, unknown>[])[0]! : {};
    };
    fault({ match: { group: "orderbook" }, effect: { kind: "stale-book" }, count: 2 });
    const [first, second, third] = [book(), book(), book()];
    expect(second["orderbook_units"]).toEqual(first["orderbook_units"]);
    expect(second["timestamp"]).not.toBe(first["timestamp"]);
    expect(third["orderbook_units"]).not.toEqual(first["orderbook_units"]);
  });

  it("put the exchange's clock out by their skew, in its rows and its Date", () => {
    const read = () => {
      const outcome = exchange.take("GET", "/v1/orderbook?markets=KRW-XRP");
      if (outcome.kind !== "answer") throw new Error(outcome.kind);
      const [row] = seenOf(outcome.answer).body as { timestamp: number }[];
      return { timestamp: row!.timestamp, dateSkewMs: outcome.answer.dateSkewMs };
    };
    const right = read();
    fault({ effect: { kind: "clock-skew", skewMs: -5_000 } });
    expect(read()).toEqual({ timestamp: right.timestamp - 5_000, dateSkewMs: -5_000 });
  });

  it("block the pocket that a 418 was sent to for as long as it says (1.5)", () => {
    fault({ match: POST, effect: { kind: "limit", status: 418, blockMs: 5_000 }, count: 1 });
    expect([place("a"), place("b")].map(statusOf)).toEqual([418, 418]);
    exchange.wait(5_000);
    expect(statusOf(place("c"))).toBe(201);
  });

  it("refuse a burst under the switched status (1.4, 9.7)", () => {
    exchange.play({ stabilisationStatus: 400 });
    fault({ match: POST, effect: { kind: "order-burst" } });
    const outcome = place("one");
    expect([statusOf(outcome), nameOf(outcome)]).toEqual([400, "too_many_request_order"]);
  });
});

describe("rules", () => {
  const reset = { kind: "reset", accepted: false };
  it("fit by group, method, path, pocket and market", () => {
    const pocket = exchange.world.keys[0]!.pocketId;
    for (const match of [{ pocket }, { market: "KRW-XRP" }, { path: "/v1/ord*" }, { method: "POST" }, {}]) {
      fault({ match, effect: reset });
      expect(statusOf(place("x"))).toBe("reset");
    }
    for (const match of [{ pocket: "other" }, { market: "KRW-BTC" }, { path: "/v1/ord" }, { type: "trade" }]) {
      fault({ match, effect: reset });
      exchange.wait(1_000);
      expect(statusOf(place(`y-${JSON.stringify(match).length}`))).not.toBe("reset");
    }
  });

  it("let some pass, happen so many times, and only within their span", () => {
    const seen = (rule: object) => {
      fault({ effect: reset, ...rule });
      return Array.from({ length: 5 }, () => {
        exchange.wait(1_000);
        return exchange.take("GET", "/v1/market/all").kind === "reset";
      });
    };
    expect(seen({ skip: 1, count: 2 })).toEqual([false, true, true, false, false]);
    const at = (ms: number) => new Date(exchange.world.clock.now() + ms).toISOString();
    expect(seen({ from: at(2_000), until: at(4_000) })).toEqual([false, true, true, false, false]);
    expect(seen({ from: at(2_000), clock: "wall" })).toEqual([false, true, true, true, true]);
  });

  it("draw the same faults for the same seed, and write down each", () => {
    const run = (seed: number) => {
      const plan = readFaultPlan({ seed, rules: [{ name: "half", probability: 0.5, effect: reset }] });
      if (plan.ok) exchange.front.faults.play(plan.value);
      return Array.from({ length: 40 }, () => {
        exchange.wait(1_000);
        return exchange.take("GET", "/v1/market/all").kind;
      });
    };
    const first = run(7);
    expect(run(7)).toEqual(first);
    expect(run(8)).not.toEqual(first);
    const share = first.filter((kind) => kind === "reset").length / 40;
    expect(share).toBeGreaterThan(0.2);
    expect(share).toBeLessThan(0.8);
    expect(exchange.front.faults.log().at(-1)).toMatchObject({ rule: "half", kind: "reset", path: "/v1/market/all" });
  });

  it.each([
    [{ rules: [{ effect: { kind: "nonsense" } }] }, /^rules\.0\.effect\.kind: /],
    [{ rules: [{ effect: reset, probability: 2 }] }, /^rules\.0\.probability: /],
    [{ rules: [{ effect: { kind: "latency", delayMs: [9, 1] } }] }, /^rules\.0\.effect\.delayMs: /],
    [{ rules: [{ effect: reset, from: "noon" }] }, /^rules\.0\.from: not a time/],
    [{ rule: [] }, /^rules?: /],
    [null, /^the plan: /],
  ])("are refused in one line that names the place: %j", (plan, line) => {
    expect(readFaultPlan(plan)).toMatchObject({ ok: false, fault: expect.stringMatching(line) });
  });
});
