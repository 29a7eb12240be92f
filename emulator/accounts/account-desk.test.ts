import { beforeAll, describe, expect, it } from "vitest";
import { playedPockets, type PlayedPockets } from "../testing/played-pockets.ts";

let played: PlayedPockets;
beforeAll(() => {
  played = playedPockets(2);
}, 60_000);

describe("the account desk", () => {
  it("adds a key to a pocket by name, under the rules of its kind (2.1)", () => {
    const { accounts, clock } = played.world;
    const added = accounts.addKey("account-1/main", { permissions: ["view_account", "withdraw"] }, clock.now());
    if (!added.ok) throw new Error(added.fault);
    expect(accounts.keyOf(added.value.accessKey)).toMatchObject({ pocketId: played.pocketIdOf(1) });
    expect(accounts.keys).toContain(added.value);
    expect(accounts.addKey("account-1/main", added.value, clock.now()).ok).toBe(false);
    const { accessKey } = added.value;
    for (const [given, line] of [
      [{ permissions: ["fly"] }, /^permissions\.0: /],
      [{ permissions: ["transfer"] }, /cannot have the permission transfer/],
      [{ accessKey }, /is taken/],
    ] as const)
      expect(accounts.addKey("account-1/main", given, clock.now())).toMatchObject({
        ok: false,
        fault: expect.stringMatching(line),
      });
    expect(accounts.addKey("nobody/main", {}, clock.now())).toEqual({ ok: false, fault: "no pocket nobody/main" });
  });

  it("ends a key and changes its addresses, for whoever looks the key up (2.1)", () => {
    const { accounts, clock } = played.world;
    const { accessKey } = played.keyOf(0);
    accounts.setAllowedIps(accessKey, ["203.0.113.9"]);
    accounts.expireKey(accessKey, clock.now());
    expect(played.world.keys.find((key) => key.accessKey === accessKey)).toMatchObject({
      allowedIps: ["203.0.113.9"],
      expireAtMs: clock.now(),
    });
    expect(accounts.setAllowedIps(accessKey, ["::1"])).toEqual({ ok: false, fault: "0: an IPv4 address" });
    expect(accounts.expireKey("nobody", clock.now()).ok).toBe(false);
  });

  it("puts money into a pocket, to the digit, and tells its streams (4.1, 6.9)", () => {
    const { accounts, clock, exchange } = played.world;
    const from = exchange.journal.next();
    expect(accounts.fund("account-1/main", { currency: "DOGE", amount: "0.00000001", nowMs: clock.now() }).ok).toBe(
      true,
    );
    expect(played.call(1, "GET accounts").body).toContainEqual(
      expect.objectContaining({ currency: "DOGE", balance: "0.00000001", locked: "0" }),
    );
    expect(exchange.journal.since(from)).toMatchObject([{ about: "assets", accountId: played.pocketIdOf(1) }]);
    expect(accounts.fund("account-1/main", { currency: "KRW", amount: "-1", nowMs: clock.now() }).ok).toBe(false);
    expect(accounts.fund("account-1/main", { currency: "won", amount: "1", nowMs: clock.now() }).ok).toBe(false);
  });

  it("writes down an order that its owner reserved elsewhere, tying nothing up (4.3, 4.8)", () => {
    const { accounts, clock } = played.world;
    const given = { market: "KRW-XRP", side: "bid", price: "2500", volume: "10" };
    const before = played.call(1, "GET accounts").body;
    const made = accounts.addWatch("account-1/main", given, clock.now());
    const [row] = played.call(1, "GET orders/open", { state: "watch" }).body as Record<string, string>[];
    expect(made).toMatchObject({ ok: true, value: { uuid: row!["uuid"] } });
    expect(row).toMatchObject({ state: "watch", price: "2500", volume: "10", locked: "0" });
    expect(played.call(1, "GET accounts").body).toEqual(before);
    for (const part of [{ price: "2500.5" }, { market: "KRW-NONE" }, { volume: "0" }, { side: "buy" }])
      expect(accounts.addWatch("account-1/main", { ...given, ...part }, clock.now()).ok).toBe(false);
  });
});
