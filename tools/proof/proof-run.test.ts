import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { inRoot } from "../root.ts";
import { progressFile } from "./progress-file.ts";
import { durationText, runProof, type Proof } from "./proof-run.ts";
import { withResult } from "./results-table.ts";
import { runNode } from "./run-node.ts";

const folder = mkdtempSync(join(tmpdir(), "observator-proof-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
const newPath = () => join(folder, "deep", `${++files}.json`);
const silent = { nowMs: () => 0, tell: () => undefined, signal: new AbortController().signal };

function counting(slices: number, onSlice: (slice: number) => void = () => undefined) {
  const ran: number[] = [];
  const proof: Proof = {
    name: "counting",
    shows: "",
    slices,
    atOnce: 1,
    run: async (slice) => {
      ran.push(slice);
      onSlice(slice);
      return { units: 10 };
    },
    inWords: () => "",
  };
  return { proof, ran };
}

describe("a long run", () => {
  it("goes on where it was stopped, and has all figures in the end", async () => {
    const path = newPath();
    const stopping = new AbortController();
    const first = counting(5, (slice) => slice === 1 && stopping.abort());
    const stopped = await runProof(first.proof, { ...silent, shelf: progressFile(path, "a"), signal: stopping.signal });
    expect([stopped.kind, first.ran]).toEqual(["stopped", [0, 1]]);
    const second = counting(5);
    const held = await runProof(second.proof, { ...silent, shelf: progressFile(path, "a") });
    expect([held.kind, second.ran]).toEqual(["holds", [2, 3, 4]]);
    expect(Object.keys(held.progress.done)).toHaveLength(5);
  });

  it("begins anew at another commit, and on a damaged file", async () => {
    const path = newPath();
    await runProof(counting(2).proof, { ...silent, shelf: progressFile(path, "a") });
    const other = counting(2);
    await runProof(other.proof, { ...silent, shelf: progressFile(path, "b") });
    expect(other.ran).toEqual([0, 1]);
    writeFileSync(path, "{");
    expect(progressFile(path, "b").read()).toEqual({ commit: "b", spentMs: 0, done: {} });
  });

  it("ends at the slice that fails and tries it again the next time", async () => {
    const shelf = progressFile(newPath(), "a");
    const fails = counting(3, (slice) => {
      if (slice === 1) throw new Error("it does not hold");
    });
    expect(await runProof(fails.proof, { ...silent, shelf })).toMatchObject({
      kind: "fails",
      slice: 1,
      why: "it does not hold",
    });
    const again = counting(3);
    await runProof(again.proof, { ...silent, shelf });
    expect(again.ran).toEqual([1, 2]);
  });

  it("adds up the time of its sessions and tells what is left", async () => {
    const shelf = progressFile(newPath(), "a");
    const told: string[] = [];
    let nowMs = 0;
    const slow = counting(4, () => void (nowMs += 60_000));
    const stopping = new AbortController();
    const tell = (line: string) => {
      told.push(line);
      if (told.length === 2) stopping.abort();
    };
    await runProof(slow.proof, { shelf, tell, nowMs: () => nowMs, signal: stopping.signal });
    const held = await runProof(slow.proof, { shelf, tell, nowMs: () => nowMs, signal: silent.signal });
    expect(held.progress.spentMs).toBe(240_000);
    expect(told[1]).toBe("counting: 2 of 4, about 2 min left");
    expect(told[3]).toBe("counting: 4 of 4");
  });

  it("fails with what the program said, and ends it when it is stopped", async () => {
    const { signal } = new AbortController();
    await expect(runNode({ args: ["-e", "console.error('seed 7'); process.exit(3)"], signal })).rejects.toThrow(
      /ended with 3:[^]*seed 7/,
    );
    const stopping = new AbortController();
    const endless = runNode({ args: ["-e", "setInterval(() => {}, 1000)"], signal: stopping.signal });
    setTimeout(() => stopping.abort(), 500);
    await expect(endless).rejects.toThrow("ended with");
  });
});

describe("the table of results", () => {
  const row = { name: "kill", shows: "s", result: "a | b", commit: "abc", day: "2026-11-22", took: "3 min" };
  it("keeps one row a proof and the text around it", () => {
    const text = readFileSync(inRoot("docs", "proof.md"), "utf8");
    const once = withResult(text, row);
    const twice = withResult(withResult(once, { ...row, name: "zebra" }), { ...row, result: "new" });
    expect(once).toContain("| kill | s | a / b | abc | 2026-11-22 | 3 min |\n");
    expect(twice.match(/^\| kill \|/gm)).toHaveLength(1);
    expect(twice).toMatch(/\| kill \| s \| new \|[^\n]*\n(\|[^\n]*\n)*\| zebra \|[^\n]*\n\n/);
    expect(twice.slice(0, 80)).toBe(text.slice(0, 80));
    expect(twice.slice(-200)).toBe(text.slice(-200));
  });

  it("says how long something takes in words", () => {
    expect([40_400, 99_000, 180_000, 7_500_000].map(durationText)).toEqual(["40 s", "99 s", "3 min", "2 h 5 min"]);
  });
});
