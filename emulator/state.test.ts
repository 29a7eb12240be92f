import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { decimal } from "../domain/decimal.ts";
import type { MarketCode } from "../domain/market-code.ts";
import { HOUR_MS } from "../domain/units.ts";
import { readOrderEntry } from "./exchange/order-entry.ts";
import { keepChange, loadState, saveState } from "./state.ts";
import type { KeptChange } from "./state-shape.ts";
import { createWorld, type World } from "./world.ts";

const folder = mkdtempSync(join(tmpdir(), "kept-"));
afterAll(() => rmSync(folder, { recursive: true }));
const WALL_MS = Date.UTC(2026, 10, 22, 3);
const XRP = "KRW-XRP" as MarketCode;

const worldAt = (
  file: string,
  wallMs: number,
  accounts: string | null = null,
  onChange: (change: KeptChange) => void = () => undefined,
) =>
  createWorld(
    { tapes: [], synthetic: [XRP], port: 0, seed: null, speed: 1, fromMs: null, state: file, control: null, accounts },
    () => wallMs,
    onChange,
  );
function openedAt(...given: Parameters<typeof worldAt>): World {
  const made = worldAt(...given);
  if (!made.ok) throw new Error(made.fault);
  return made.value;
}
function place(world: World, body: Record<string, string>) {
  const entry = readOrderEntry(
    { market: XRP, side: "bid", ord_type: "limit", ...body },
    { markets: world.exchange.feeds, switches: world.switches },
  );
  if (!entry.ok) throw new Error(String(entry.fault.name));
  const placed = world.exchange.place(world.accounts.pockets[0]!.id, entry.value, world.clock.now());
  if (!placed.ok) throw new Error(String(placed.fault.name));
  return placed.value;
}
const topOf = (world: World) => {
  const { asks, bids } = world.exchange.bookOf(XRP, world.clock.now());
  return { ask: asks[0]!.price, bid: bids[0]!.price };
};
type Raw = { version: number; orders: Record<string, unknown>[] };
const changed = (file: string, change: (state: Raw) => void) => {
  const state = JSON.parse(readFileSync(file, "utf8")) as Raw;
  change(state);
  const other = `${file}.changed`;
  writeFileSync(other, JSON.stringify(state));
  return other;
};

describe("a kept state", { timeout: 60_000 }, () => {
  it("lets open orders meet the trades of the time when nothing ran [E3]", () => {
    const file = join(folder, "missed.json");
    const first = openedAt(file, WALL_MS);
    const bid = place(first, { price: String(topOf(first).bid - 4), volume: "50", identifier: "down" });
    saveState(file, first.snapshot());

    const later = openedAt(file, WALL_MS + 24 * HOUR_MS);
    later.exchange.advance(later.clock.now());
    const order = later.exchange.find(bid.accountId, { identifier: "down" })!;
    expect(order.state).toBe("done");
    for (const { atMs, price } of order.fills) {
      expect(atMs).toBeGreaterThan(WALL_MS);
      expect(atMs).toBeLessThan(WALL_MS + 24 * HOUR_MS);
      expect(price.eq(order.price!)).toBe(true);
    }
  });

  it("goes on with the names, pockets and keys it had, and gives no name twice", () => {
    const file = join(folder, "names.json");
    const first = openedAt(file, WALL_MS);
    const one = place(first, { price: "2000", volume: "5" });
    first.accounts.addKey("demo/main", { permissions: ["view_account"] }, first.clock.now());
    first.accounts.fund("demo/main", { currency: "DOGE", amount: "7", nowMs: first.clock.now() });
    saveState(file, first.snapshot());
    const second = openedAt(file, WALL_MS);
    expect([second.accounts.pockets, second.keys]).toEqual([first.accounts.pockets, first.keys]);
    expect(place(second, { price: "2000", volume: "5" }).uuid).not.toBe(one.uuid);
    expect(second.exchange.accounts.get(one.accountId)!.get("DOGE")!.free.eq(7)).toBe(true);
  });

  it("wins over the accounts file, which adds whom it does not know", () => {
    const accounts = join(folder, "accounts.json");
    const minsu = { name: "minsu", pockets: [{ name: "main", kind: "main", balances: { KRW: "100000" }, keys: [{}] }] };
    const jiyoung = { ...minsu, name: "jiyoung" };
    writeFileSync(accounts, JSON.stringify({ accounts: [minsu] }));
    const file = join(folder, "people.json");
    const first = openedAt(file, WALL_MS, accounts);
    first.accounts.fund("minsu/main", { currency: "KRW", amount: "1", nowMs: first.clock.now() });
    saveState(file, first.snapshot());
    writeFileSync(accounts, JSON.stringify({ accounts: [minsu, jiyoung] }));
    const second = openedAt(file, WALL_MS, accounts);
    const won = second.accounts.pockets.map(({ id }) => second.exchange.accounts.get(id)!.get("KRW")!.free.toFixed());
    expect(won).toEqual(["100001", "100000"]);
    expect(second.keys).toHaveLength(2);
  });

  it.each<[string, (state: Raw) => void, RegExp]>([
    ["an order of no pocket", (state) => (state.orders[0]!["accountId"] = "x"), /damaged: there is no pocket x/],
    ["two orders of one name", (state) => state.orders.push(state.orders[0]!), /damaged: two orders have one uuid/],
    [
      "money locked by nothing",
      (state) => (state.orders = []),
      /damaged: what is locked of .* KRW is not what its open orders hold/,
    ],
    ["an unknown version", (state) => (state.version = 3), /not a state of this program: version/],
    ["a broken amount", (state) => (state.orders[0]!["locked"] = "1e5"), /orders\.0\.locked: not a plain decimal/],
  ])("with %s is refused in one line that names the file", (_, change, line) => {
    const file = join(folder, "whole.json");
    const world = openedAt(file, WALL_MS);
    place(world, { price: "2000", volume: "5" });
    saveState(file, world.snapshot());
    expect(loadState(file).ok).toBe(true);
    const damaged = worldAt(changed(file, change), WALL_MS);
    rmSync(file);
    expect(damaged).toMatchObject({ ok: false, fault: expect.stringMatching(line) });
    expect(damaged).toMatchObject({ ok: false, fault: expect.stringMatching(/^[^\n]*whole\.json\.changed: [^\n]*$/) });
  });

  it("of the first version, which knew no pockets, is read as one main pocket for each account", () => {
    const file = join(folder, "old.json");
    const key = {
      accessKey: "A".repeat(40),
      secretKey: "S".repeat(40),
      accountId: "demo",
      permissions: ["view_account"],
      allowedIps: ["127.0.0.1"],
      expireAtMs: WALL_MS + HOUR_MS,
    };
    const held = { free: "5000", locked: "0", averageBuyPrice: "0" };
    const old = {
      version: 1,
      seed: 5,
      startedFromMs: null,
      marketMs: WALL_MS,
      shiftsMs: {},
      keys: [key],
      accounts: { demo: { KRW: held } },
      identifiers: { demo: ["used"] },
      orders: [],
    };
    writeFileSync(file, JSON.stringify(old));
    const world = openedAt(file, WALL_MS);
    expect(world.keys[0]).toMatchObject({ pocketId: "demo", accessKey: key.accessKey });
    expect(world.accounts.pocketOf("demo/main")).toMatchObject({ id: "demo", kind: "main" });
    expect(world.exchange.accounts.get("demo")!.get("KRW")!.free.eq(decimal("5000"))).toBe(true);
    expect(world.snapshot()).toMatchObject({ version: 2, identifiers: { demo: ["used"] } });
  });

  const changing = (name: string) => {
    const file = join(folder, name);
    saveState(file, openedAt(file, WALL_MS).snapshot());
    const before = readFileSync(file, "utf8");
    const world = openedAt(file, WALL_MS, null, (change) => keepChange(file, change));
    const { ask } = topOf(world);
    place(world, { price: "2000", volume: "5", identifier: "one" });
    place(world, { price: String(ask + 50), volume: "30", identifier: "two" });
    world.exchange.burn(world.accounts.pockets[0]!.id, "three");
    world.accounts.addKey("demo/main", { permissions: ["view_account"] }, world.clock.now());
    world.accounts.fund("demo/main", { currency: "DOGE", amount: "7", nowMs: world.clock.now() });
    world.exchange.cancel(world.exchange.openOf(world.accounts.pockets[0]!.id)[0]!, world.clock.now());
    return { file, lines: `${file}.changes.jsonl`, before, world };
  };
  const read = (file: string) => JSON.parse(JSON.stringify(loadState(file))) as unknown;

  it("is the same from the changes beside it as from a whole writing, and may hold some of them already [E7]", () => {
    const { file, lines, before, world } = changing("lines.json");
    const fromLines = read(file);
    const changes = readFileSync(lines, "utf8");
    expect(changes.split("\n").length).toBeGreaterThan(5);
    expect(statSync(lines).mode & 0o077).toBe(0);
    saveState(file, world.snapshot());
    expect(existsSync(lines)).toBe(false);
    expect(read(file)).toEqual(fromLines);
    writeFileSync(lines, changes);
    expect(read(file)).toEqual(fromLines);
    writeFileSync(file, before);
    expect(read(file)).toEqual(fromLines);
  });

  it("leaves out a last change that was cut off, and refuses what is broken or belongs to another state [E7]", () => {
    const { file, lines } = changing("cut.json");
    const whole = readFileSync(lines, "utf8").trimEnd().split("\n");
    writeFileSync(lines, `${whole.slice(0, -1).join("\n")}\n${whole.at(-1)!.slice(0, 40)}`);
    expect(loadState(file)).toMatchObject({ ok: true, value: { changes: whole.length - 1 } });
    writeFileSync(lines, `${whole[0]}\n{"changes":\n${whole[2]}\n`);
    expect(loadState(file)).toEqual({ ok: false, fault: `${lines}:2: not a change of this program's state` });
    writeFileSync(lines, `${whole[1]}\n`);
    expect(loadState(file)).toEqual({
      ok: false,
      fault: `${lines}:1: belongs to another state: changes before it are missing`,
    });
  });
});
