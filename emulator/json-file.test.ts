import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { readAccountsFile } from "./accounts/accounts-file.ts";
import { loadFaultPlan } from "./faults/fault-plan.ts";
import { epochMs } from "../domain/units.ts";
import { readJsonFile } from "./json-file.ts";
import { loadState } from "./state.ts";

const folder = mkdtempSync(join(tmpdir(), "json-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, "given.json");
const placeOf = (text: string) => {
  writeFileSync(file, text);
  const read = readJsonFile(file);
  return read.ok ? "" : /^.*given\.json:(\d+:\d+): [^\n]+$/.exec(read.fault)?.[1];
};

describe("a file of JSON that is broken", () => {
  it.each([
    ['{\n  "a": 1,\n}', "3:1"],
    ['{"a":x}', "1:6"],
    ["[1,\n2", "2:2"],
    ["", "1:1"],
    ['{"a":1}\n{"b":2}', "2:1"],
    ['["a\nb"]', "1:2"],
    ['["\\x"]', "1:2"],
    ['{"a" 1}', "1:6"],
    ["{1:2}", "1:2"],
    ["[1 2]", "1:4"],
    ["[01]", "1:3"],
    ["[1}", "1:3"],
    ["]", "1:1"],
  ])("%j is named with line and column %s", (text, place) => {
    expect(placeOf(text)).toBe(place);
  });

  it("is broken nowhere before the place where it was cut off", () => {
    fc.assert(
      fc.property(fc.json(), fc.nat(), (json, cut) => {
        const text = `[${json}]`;
        const kept = text.slice(0, cut % text.length);
        expect(placeOf(text)).toBe("");
        expect(placeOf(kept)).toMatch(/^\d+:\d+$/);
      }),
    );
  });

  it.each<[string, () => unknown]>([
    ["accounts", () => readAccountsFile(file, { seed: 1, nowMs: epochMs(0) })],
    ["faults", () => loadFaultPlan(file)],
    ["state", () => loadState(file)],
  ])("is named so for --%s", (_, load) => {
    writeFileSync(file, '{\n  "rules": [,]\n}');
    expect(load()).toMatchObject({ ok: false, fault: expect.stringMatching(/given\.json:2:13: cannot be read: /) });
  });
});
