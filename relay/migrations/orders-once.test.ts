import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";

/** The migrations up to the one under test, on a database that has rows already. */
describe("the ledger of orders", () => {
  it("takes over orders and reservations that were made before, each with its run", async () => {
    // Empty: triggers first, then tables, those that point to others before these.
    const { results } = await env.DB.prepare(
      `SELECT type, name FROM sqlite_master WHERE type IN ('table', 'trigger') AND name NOT LIKE 'sqlite%'
       AND name NOT LIKE '\\_%' ESCAPE '\\' ORDER BY type = 'table', rowid DESC`,
    ).all<{ readonly type: string; readonly name: string }>();
    for (const { type, name } of results) await env.DB.prepare(`DROP ${type} ${name}`).run();
    const upTo = env.MIGRATIONS.findIndex(({ queries }) => queries.some((query) => query.includes("orders_next")));
    const run = async (from: number, to: number) => {
      for (const { queries } of env.MIGRATIONS.slice(from, to))
        await env.DB.batch(queries.map((query) => env.DB.prepare(query)));
    };
    await run(0, upTo);
    const user =
      "INSERT INTO users (id, name, display_name, role, created_wall_ms) VALUES ('u', 'u', 'u', 'member', 1)";
    const order = (id: string, key: string, state: string) =>
      `INSERT INTO orders (id, user_id, key_id, identifier, idempotency_key, origin, kind, market, side, total, state,
         created_market_ms, updated_market_ms, created_wall_ms, updated_wall_ms)
       VALUES ('${id}', 'u', 'k', 'obs-${id}', '${key}', 'reserved', 'market-bid', 'KRW-BTC', 'bid', '9000', '${state}', 5, 5, 5, 5)`;
    const reservation = (id: string, state: string, orderId: string | null, failure: string | null) =>
      `INSERT INTO reservations (id, user_id, idempotency_key, kind, market, side, total, due_market_ms, state, order_id,
         failure, created_market_ms, updated_wall_ms)
       VALUES ('${id}', 'u', '${id}', 'market-bid', 'KRW-BTC', 'bid', '9000', 7, '${state}',
         ${orderId ? `'${orderId}'` : "NULL"}, ${failure ? `'${failure}'` : "NULL"}, 3, 3)`;
    const before = [
      user,
      order("o1", "reservation:done", "unknown"),
      order("o2", "by-hand", "filled"),
      reservation("done", "done", "o1", null),
      reservation("waits", "waiting", null, null),
      reservation("held", "claimed", null, null),
      reservation("failed", "failed", null, "no-key"),
      reservation("gone", "cancelled", null, null),
    ];
    await env.DB.batch(before.map((sql) => env.DB.prepare(sql)));
    await run(upTo, env.MIGRATIONS.length);

    const orders = await env.DB.prepare(
      "SELECT reservation_id, state, attempts, refusal, due_market_ms FROM orders ORDER BY reservation_id",
    ).all();
    expect(orders.results).toEqual([
      { reservation_id: null, state: "filled", attempts: 1, refusal: null, due_market_ms: null },
      { reservation_id: "done", state: "unknown", attempts: 1, refusal: null, due_market_ms: 7 },
      { reservation_id: "failed", state: "rejected", attempts: 0, refusal: "no-key", due_market_ms: 7 },
      { reservation_id: "gone", state: "cancelled", attempts: 0, refusal: null, due_market_ms: 7 },
      { reservation_id: "held", state: "reserved", attempts: 0, refusal: null, due_market_ms: 7 },
      { reservation_id: "waits", state: "reserved", attempts: 0, refusal: null, due_market_ms: 7 },
    ]);
    const reservations = await env.DB.prepare("SELECT id, state, schedule FROM reservations ORDER BY id").all();
    expect(reservations.results.map((row) => [row["id"], row["state"]])).toEqual([
      ["done", "ended"],
      ["failed", "ended"],
      ["gone", "cancelled"],
      ["held", "active"],
      ["waits", "active"],
    ]);
    expect(reservations.results[0]!["schedule"]).toBe('{"every":"once","atMs":7}');
    expect((await env.DB.prepare("PRAGMA foreign_key_check").all()).results).toEqual([]);
  });
});
