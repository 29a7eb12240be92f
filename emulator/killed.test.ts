import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, describe, expect, it } from "vitest";
import { createSigningClient, type SigningClient } from "./signing-client.ts";

const folder = mkdtempSync(join(tmpdir(), "killed-"));
afterAll(() => rmSync(folder, { recursive: true }));

type Running = SigningClient & { kill(): Promise<void> };

async function started(): Promise<Running> {
  const flags = ["--synthetic", "KRW-XRP", "--state", folder, "--json"];
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", "emulator/main.ts", ...flags], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const line = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    void gone.then(() => reject(new Error("it ended before it served")));
  });
  const told = JSON.parse(line) as Record<"rest" | "accessKey" | "secretKey", string>;
  const kill = () => {
    child.kill("SIGKILL");
    return gone;
  };
  return { ...createSigningClient(told.rest, told.accessKey, told.secretKey), kill };
}

const bid = (given: Record<string, string> = {}) => ({
  market: "KRW-XRP",
  side: "bid",
  ord_type: "limit",
  price: "2000",
  volume: "5",
  ...given,
});
const uuidOf = ({ body }: { body: unknown }) => (body as { uuid: string }).uuid;

describe("a program that is killed right after an answer", { timeout: 60_000 }, () => {
  it("has kept what it answered: orders, cancellations, balances and burnt identifiers [E7]", async () => {
    let running = await started();
    const kept = await running.call("POST", "/v1/orders", bid({ identifier: "kept" }));
    const gone = await running.call("POST", "/v1/orders", bid({ identifier: "gone" }));
    await running.call("DELETE", "/v1/order", { identifier: "gone" });
    await running.call("POST", "/v1/orders", bid({ identifier: "refused", price: "2000.5" }));
    const balances = (await running.call("GET", "/v1/accounts")).body;
    const last = await running.call("POST", "/v1/orders", bid({ identifier: "last" }));
    expect(last.status).toBe(201);
    await running.kill();

    running = await started();
    const next = await running.call("POST", "/v1/orders", bid({ identifier: "next" }));
    expect([kept, gone, last].map(uuidOf)).not.toContain(uuidOf(next));
    await running.call("DELETE", "/v1/order", { identifier: "next" });
    const found = async (identifier: string) => (await running.call("GET", "/v1/order", { identifier })).body;
    expect(await found("kept")).toMatchObject({ uuid: uuidOf(kept), state: "wait" });
    expect(await found("gone")).toMatchObject({ uuid: uuidOf(gone), state: "cancel" });
    expect(await found("last")).toMatchObject({ uuid: uuidOf(last), state: "wait" });
    for (const identifier of ["kept", "gone", "refused", "last"])
      expect((await running.call("POST", "/v1/orders", bid({ identifier }))).body).toMatchObject({
        error: { name: "duplicated_identifier" },
      });
    await running.call("DELETE", "/v1/order", { identifier: "last" });
    expect((await running.call("GET", "/v1/accounts")).body).toEqual(balances);
    await running.kill();
  });
});
