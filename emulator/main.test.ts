import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { mkdtempSync, existsSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "emulator-"));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...flags: string[]): ChildProcess =>
  spawn(process.execPath, ["--disable-warning=ExperimentalWarning", "emulator/main.ts", ...flags], {
    stdio: ["ignore", "pipe", "pipe"],
  });
const exitOf = (child: ChildProcess): Promise<number | null> => new Promise((resolve) => child.once("exit", resolve));
async function outputOf(child: ChildProcess): Promise<{ code: number | null; errors: string }> {
  let errors = "";
  child.stderr!.on("data", (chunk: Buffer) => (errors += chunk.toString()));
  const code = await exitOf(child);
  return { code, errors };
}

describe("the program", () => {
  it("prints its addresses as one JSON line once it serves, and ends cleanly with its state saved", async () => {
    const state = join(folder, "deep", "exchange.json");
    const child = run("--synthetic", "KRW-XRP", "--state", state, "--control", "0", "--json");
    const line = await new Promise<string>((resolve) =>
      createInterface({ input: child.stdout! }).once("line", resolve),
    );
    const told = JSON.parse(line) as Record<string, string>;
    expect(Object.keys(told)).toEqual(["rest", "ws", "accessKey", "secretKey", "control"]);
    expect((await fetch(`${told["control"]}/state`)).status).toBe(200);
    expect(told["accessKey"]).toMatch(/^[A-Za-z0-9]{40}$/);
    expect(told["ws"]).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/websocket\/v1$/);
    expect((await fetch(`${told["rest"]}/v1/market/all`)).status).toBe(200);
    const ended = exitOf(child);
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
    expect(existsSync(state)).toBe(true);
  });

  it.each([
    [["--tape", "nowhere.csv.gz"], /^nowhere\.csv\.gz: cannot be read: ENOENT[^\n]*\n$/],
    [["--speed", "fast"], /^--speed takes a number above 0 and up to 600, not fast[^\n]*\n$/],
    [["--faults", "nowhere.json"], /^nowhere\.json: cannot be read: ENOENT[^\n]*\n$/],
    [["--control", "x"], /^--control takes a whole number from 0 to 65535, not x[^\n]*\n$/],
    [["--nonsense"], /^Unknown option '--nonsense'[^\n]*\n$/],
  ])("ends %j with one line and exit 1", async (flags, line) => {
    expect(await outputOf(run(...flags))).toEqual({ code: 1, errors: expect.stringMatching(line) });
  });
});
