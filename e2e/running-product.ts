import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

export type RunningProduct = {
  readonly address: string;
  readonly setUpCode: string;
  readonly exchange: { readonly rest: string; readonly ws: string };
  readonly demoKey: { readonly accessKey: string; readonly secretKey: string };
  readonly folder: string;
  readonly port: number;
  /** Ends it as Ctrl-C does; resolves with the exit status once every part has ended. */
  interrupt(): Promise<number | null>;
};

export const freshFolder = (): string => mkdtempSync(join(tmpdir(), "observator-"));
export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true });

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}

/** Runs the built product by the start script, as a user does. `speed`: market minutes a minute.
 *  @param exchange another exchange than the embedded one */
export async function startProduct(
  folder: string,
  port: number,
  speed: number,
  exchange?: RunningExchange,
): Promise<RunningProduct> {
  const other = exchange === undefined ? [] : ["--exchange", exchange.rest, "--exchange-ws", exchange.ws];
  const flags = ["--built", "--json", "--port", port, "--data", folder, "--speed", speed, ...other].map(String);
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", "tools/start.ts", ...flags], {
    cwd: join(import.meta.dirname, ".."),
    stdio: ["ignore", "pipe", "inherit"],
  });
  const told = await firstLine(child);
  return { ...told, folder, port, interrupt: () => interrupt(child) };
}

type Told = Pick<RunningProduct, "address" | "setUpCode" | "exchange" | "demoKey">;

function firstLine(child: ChildProcess): Promise<Told> {
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the product ended with ${code} before it was ready`)));
    createInterface({ input: child.stdout! }).once("line", (line) => resolve(JSON.parse(line) as Told));
  });
}

function interrupt(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => {
    child.once("exit", (code) => resolve(code));
    child.kill("SIGINT");
  });
}

export type RunningExchange = {
  readonly rest: string;
  readonly ws: string;
  readonly control: string;
  stop(): Promise<number | null>;
};

/** Runs the local exchange by itself, with the flags given. */
export async function startExchange(...flags: readonly string[]): Promise<RunningExchange> {
  const parameters = ["--disable-warning=ExperimentalWarning", "emulator/main.ts", "--json", ...flags];
  const child = spawn(process.execPath, parameters, {
    cwd: join(import.meta.dirname, ".."),
    stdio: ["ignore", "pipe", "inherit"],
  });
  const told = await firstLine(child);
  const { rest, ws, control } = told as unknown as RunningExchange;
  return { rest, ws, control, stop: () => interrupt(child) };
}
