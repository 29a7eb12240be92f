import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { changedSwitches, DEFAULT_SWITCHES, SwitchesSchema } from "./switches.ts";

describe("switches", () => {
  it("stand in the guide, each with its default (9)", () => {
    const rows = [
      ...readFileSync("docs/emulator.md", "utf8").matchAll(/^\| `(\w+)` \| `([^`]+)` \| .* \| (?:\d+|–).* \|$/gm),
    ];
    const written = Object.fromEntries(rows.map(([, name, value]) => [name, value]));
    expect(written).toEqual(
      Object.fromEntries(Object.entries(DEFAULT_SWITCHES).map(([name, value]) => [name, String(value)])),
    );
    expect(Object.keys(written)).toEqual(Object.keys(SwitchesSchema.entries));
  });

  it("change one by one and refuse what they do not know", () => {
    expect(changedSwitches(DEFAULT_SWITCHES, { limitBody: "text" })).toEqual({
      ok: true,
      value: { ...DEFAULT_SWITCHES, limitBody: "text" },
    });
    for (const given of [null, [], 7, { limitBody: "xml" }, { limit: 1 }])
      expect(changedSwitches(DEFAULT_SWITCHES, given).ok).toBe(false);
  });
});
