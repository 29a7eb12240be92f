import { describe, expect, it } from "vitest";
import { NO_FAULTS } from "./faults/fault-plan.ts";
import { readOptions } from "./options.ts";
import { DEFAULT_SWITCHES } from "./switches.ts";

describe("the command line", () => {
  it("reads every flag", () => {
    const flags =
      "--tape a.csv,b.csv --synthetic KRW-ETH --port 9000 --seed 3 --speed 60 --from 2024-03-20T00:00:00Z --state s.json --switch limitBody=text,closeOnError=true --switch smpDefault=none --control 0 --json";
    expect(readOptions(flags.split(" "))).toEqual({
      ok: true,
      value: {
        tapes: ["a.csv", "b.csv"],
        synthetic: ["KRW-ETH"],
        port: 9000,
        seed: 3,
        speed: 60,
        fromMs: Date.UTC(2024, 2, 20),
        state: "s.json",
        accounts: null,
        faults: NO_FAULTS,
        control: 0,
        switches: { ...DEFAULT_SWITCHES, limitBody: "text", closeOnError: true, smpDefault: "none" },
        json: true,
      },
    });
  });

  it("plays a few generated markets when nothing is named", () => {
    expect(readOptions([])).toMatchObject({
      value: { synthetic: ["KRW-BTC", "KRW-ETH", "KRW-XRP"], port: 0, speed: 1 },
    });
    expect(readOptions(["--tape", "a.csv"])).toMatchObject({ value: { synthetic: [] } });
  });

  it.each([
    ["--tpae a.csv", "Unknown option '--tpae'"],
    ["--port 99999", "--port takes a whole number from 0 to 65535, not 99999"],
    ["--speed 0", "--speed takes a number above 0 and up to 600, not 0"],
    ["--seed x", "--seed takes a whole number, not x"],
    ["--from yesterday", "--from takes a time such as 2024-03-20T00:00:00Z, not yesterday"],
    ["--switch limitBody", "--switch takes name=value, not limitBody"],
    ["--switch limitBdy=text", "--switch limitBdy: no switch of this name"],
    ["--switch retryAfter=yes", '--switch retryAfter: Invalid type: Expected boolean but received "yes"'],
    ["--synthetic EUR-ETH", "--synthetic takes markets such as KRW-ETH, not EUR-ETH"],
    ["--synthetic KRW-ETH,KRW-ETH", "--synthetic names KRW-ETH twice"],
  ])("answers %s with one line", (flags, fault) => {
    expect(readOptions(flags.split(" "))).toEqual({ ok: false, fault });
  });
});
