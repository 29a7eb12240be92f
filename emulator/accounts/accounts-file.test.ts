import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { epochMs } from "../../domain/units.ts";
import { readAccountsFile } from "./accounts-file.ts";

const folder = mkdtempSync(join(tmpdir(), "accounts-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "accounts.json");
const ORIGIN = { seed: 1, nowMs: epochMs(Date.UTC(2026, 10, 22)) };
const read = (content: unknown) => {
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return readAccountsFile(file, ORIGIN);
};
type Given = Record<string, unknown>;
const main = (given: Given = {}) => ({ name: "main", kind: "main", ...given });
const sub = (given: Given = {}) => ({ name: "bot", kind: "sub", ...given });
const keysOf = (count: number) => Array.from({ length: count }, () => ({}));
const one = (...pockets: Given[]) => ({ accounts: [{ name: "minsu", pockets }] });

describe("the accounts file", () => {
  it("opens pockets with balances, keys and reserved orders, the same from the same seed (2.1)", () => {
    const watch = [{ market: "KRW-XRP", side: "bid", price: "2500", volume: "10" }];
    const balances = { KRW: "1000.5", XRP: { balance: "3", avgBuyPrice: "3101.5" } };
    const content = one(main({ balances, keys: [{}], watch }), sub({ keys: [{}, {}] }));
    const opened = read(content);
    expect(read(content)).toEqual(opened);
    if (!opened.ok) throw new Error(opened.fault);
    const { pockets, keys, holdings } = opened.value;
    expect(pockets.map(({ owner, name, kind }) => [owner, name, kind])).toEqual([
      ["minsu", "main", "main"],
      ["minsu", "bot", "sub"],
    ]);
    expect(new Set(keys.map(({ accessKey }) => accessKey)).size).toBe(3);
    expect(keys[0]).toMatchObject({ pocketId: pockets[0]!.id, allowedIps: ["127.0.0.1"] });
    expect(keys[0]!.expireAtMs).toBe(Date.UTC(2027, 10, 22));
    expect(holdings.get(pockets[0]!.id)!.get("XRP")!.averageBuyPrice.toFixed()).toBe("3101.5");
    expect(opened.value.watch[0]).toMatchObject({ pocketId: pockets[0]!.id, entry: { type: "limit", side: "bid" } });
  });

  it.each<[string, unknown, RegExp]>([
    ["broken JSON", '{\n"accounts": [}', /accounts\.json:2:14: cannot be read: /],
    ["no account", { accounts: [] }, /accounts: at least one account/],
    ["an unknown field", one(main({ balance: {} })), /accounts\.0\.pockets\.0\.balance: /],
    ["an amount that is none", one(main({ balances: { KRW: "1e5" } })), /pockets\.0\.balances\.KRW/],
    ["two main pockets", one(main(), main({ name: "other" })), /minsu needs exactly one main pocket/],
    ["two pockets of one name", one(main(), sub({ name: "main" })), /minsu has two pockets named main/],
    [
      "a sub-pocket's key that withdraws",
      one(main(), sub({ keys: [{ permissions: ["withdraw"] }] })),
      /minsu\/bot: a key of a sub pocket cannot have the permission withdraw/,
    ],
    [
      "a main pocket's key that transfers",
      one(main({ keys: [{ permissions: ["transfer"] }] })),
      /cannot have the permission transfer/,
    ],
    ["a key without permission", one(main({ keys: [{ permissions: [] }] })), /keys\.0\.permissions: at least one/],
    ["a key without address", one(main({ keys: [{ allowedIps: [] }] })), /keys\.0\.allowedIps: at least one/],
    ["an IPv6 address", one(main({ keys: [{ allowedIps: ["::1"] }] })), /keys\.0\.allowedIps\.0: an IPv4 address/],
    ["eleven addresses", one(main({ keys: [{ allowedIps: Array(11).fill("10.0.0.1") }] })), /at most ten/],
    ["a sixth key of a sub-pocket", one(main(), sub({ keys: keysOf(6) })), /a sub pocket has at most 5 keys/],
    ["an eleventh of the main one", one(main({ keys: keysOf(11) })), /a main pocket has at most 10 keys/],
    [
      "a reserved price off the grid",
      one(main({ watch: [{ market: "KRW-XRP", side: "bid", price: "2500.5", volume: "1" }] })),
      /watch\.0: a price on the tick grid/,
    ],
  ])("is refused for %s, in one line that names it (2.1)", (_, content, line) => {
    const fault = { ok: false, fault: expect.stringMatching(line) };
    expect(read(content)).toMatchObject(fault);
    expect(read(content)).toMatchObject({
      ok: false,
      fault: expect.stringMatching(/^[^\n]*accounts\.json(:\d+:\d+)?: [^\n]+$/),
    });
  });

  it("is refused where there is none", () => {
    expect(readAccountsFile(join(folder, "none.json"), ORIGIN)).toMatchObject({
      ok: false,
      fault: expect.stringMatching(/none\.json: cannot be read: ENOENT/),
    });
  });
});
