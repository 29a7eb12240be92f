import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { SECOND_MS } from "../../domain/units.ts";

/** The built relay in workerd with its database in a folder, in a process group of its own. */
export type RelayProcess = {
  readonly address: string;
  /** SIGKILL to all of it at once, workerd too: nobody gets to finish a sentence. */
  kill(): Promise<void>;
};
export type RelayPlace = {
  readonly folder: string;
  readonly port: number;
  readonly exchange: { readonly rest: string; readonly ws: string };
};

export async function startRelay({ folder, port, exchange }: RelayPlace): Promise<RelayProcess> {
  const flags = ["--built", "--json", "--port", port, "--data", folder];
  const exchangeFlags = ["--exchange", exchange.rest, "--exchange-ws", exchange.ws];
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", "tools/start.ts", ...flags.map(String), ...exchangeFlags],
    { cwd: join(import.meta.dirname, "..", ".."), stdio: ["ignore", "pipe", "ignore"], detached: true },
  );
  // A group of its own would outlive whoever ends this process.
  process.once("exit", () => void killGroup(child));
  const { address } = await firstLine(child);
  return { address, kill: () => killGroup(child) };
}

function firstLine(child: ChildProcess): Promise<{ readonly address: string }> {
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the relay ended with ${code} before it was ready`)));
    createInterface({ input: child.stdout! }).once("line", (line) => resolve(JSON.parse(line) as { address: string }));
  });
}

async function killGroup(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  process.kill(-child.pid!, "SIGKILL");
  await gone;
}

/** The cron of a local deployment, and an impatient one: `count` of them side by side, whatever happens to the relay.
 *  @returns how to end it */
export function pokeCron(address: () => string, count: number): () => Promise<void> {
  const ending = new AbortController();
  const one = async () => {
    while (!ending.signal.aborted) {
      const url = `${address()}/cdn-cgi/handler/scheduled?cron=*+*+*+*+*&time=${Date.now()}`;
      // Refused and broken connections are what this is about.
      await fetch(url, { signal: AbortSignal.timeout(60 * SECOND_MS) }).then(
        (answer) => answer.text(),
        () => null,
      );
      await pause(200);
    }
  };
  const all = Array.from({ length: count }, one);
  return async () => {
    ending.abort();
    await Promise.all(all);
  };
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
