import { describe, expect, it } from "vitest";
import { createPrivateStreams } from "../private-streams.ts";
import { playedPockets, type Called } from "../testing/played-pockets.ts";

const bid = (given: Record<string, string> = {}) => ({
  market: "KRW-XRP",
  side: "bid",
  ord_type: "limit",
  price: "2000",
  volume: "5",
  ...given,
});
const uuidOf = (called: Called) => (called.body as { uuid: string }).uuid;

/** A little trading of every kind; the bytes of everything that was answered and told. */
function trading(): string {
  const played = playedPockets(2);
  const streams = createPrivateStreams(played.world)(played.keyOf(0), [
    { type: "myOrder", codes: null },
    { type: "myAsset" },
  ]);
  if (!streams.ok) throw new Error(streams.fault);
  const told: unknown[] = [];
  const call = (...asked: Parameters<typeof played.call>) => told.push(played.call(...asked).body);
  const inside = played.priceInside("KRW-XRP");
  call(0, "POST orders", bid({ price: inside, identifier: "a" }));
  call(1, "POST orders", bid({ side: "ask", price: inside, volume: "3" }));
  call(0, "POST orders", { market: "KRW-XRP", side: "bid", ord_type: "price", price: "10000" });
  played.wait(60_000);
  call(0, "POST orders/test", bid());
  call(0, "POST orders/cancel_and_new", {
    prev_order_identifier: "a",
    new_ord_type: "limit",
    new_price: "1900",
    new_volume: "9",
  });
  call(0, "DELETE orders/open");
  for (const endpoint of ["accounts", "orders/closed", "orders/open", "api_keys"]) call(0, `GET ${endpoint}`);
  for (const stream of streams.value) told.push(stream.next());
  return JSON.stringify(told);
}

describe("the exchange", { timeout: 60_000 }, () => {
  it("gives the same bytes to the same calls on the same seed [E2]", () => {
    const first = trading();
    expect(first.length).toBeGreaterThan(3_000);
    expect(trading()).toBe(first);
  });

  it("shows orders as they stood earlier to lookups that lag, one by one and in lists (7)", () => {
    const played = playedPockets(1);
    const { exchange, clock } = played.world;
    const pocket = played.pocketIdOf(0);
    const before = clock.now();
    played.wait(1_000);
    const uuid = uuidOf(played.call(0, "POST orders", bid({ identifier: "late" })));
    const placed = clock.now();
    played.wait(1_000);
    played.call(0, "DELETE order", { uuid });
    expect(exchange.find(pocket, { identifier: "late" }, before)).toBeNull();
    expect(exchange.find(pocket, { uuid }, placed)!.state).toBe("wait");
    expect(exchange.find(pocket, { uuid })!.state).toBe("cancel");
    expect([exchange.openOf(pocket, before), exchange.openOf(pocket)]).toEqual([[], []]);
    expect(exchange.openOf(pocket, placed).map((order) => order.uuid)).toEqual([uuid]);
    expect(exchange.ordersOf(pocket, placed)).toHaveLength(1);
    expect(exchange.ordersOf(pocket, before)).toEqual([]);
  });

  it("cancels the order itself, also when it was found as it stood earlier (4.10)", () => {
    const played = playedPockets(1);
    const { exchange, clock } = played.world;
    const uuid = uuidOf(played.call(0, "POST orders", bid()));
    const earlier = exchange.find(played.pocketIdOf(0), { uuid }, clock.now())!;
    expect(exchange.cancel(earlier, clock.now()).ok).toBe(true);
    expect(exchange.find(played.pocketIdOf(0), { uuid })!.state).toBe("cancel");
    expect(exchange.accounts.get(played.pocketIdOf(0))!.get("KRW")!.locked.toFixed()).toBe("0");
  });

  it("forgets the oldest closed orders, and never an open one nor an identifier (4.3)", () => {
    const played = playedPockets(1);
    const open = uuidOf(played.call(0, "POST orders", bid({ identifier: "open" })));
    const first = uuidOf(played.call(0, "POST orders", bid({ identifier: "first", time_in_force: "ioc" })));
    for (let at = 0; at < 5_000; at++) played.call(0, "POST orders", bid({ time_in_force: "ioc" }));
    expect(played.call(0, "GET order", { uuid: first }).error).toEqual([404, "order_not_found"]);
    expect(played.call(0, "GET order", { uuid: open }).error).toBeNull();
    expect(played.world.exchange.kept().orders).toHaveLength(5_001);
    expect(played.call(0, "POST orders", bid({ identifier: "first" })).error).toEqual([400, "duplicated_identifier"]);
  });
});
