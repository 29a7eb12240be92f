import { spawn } from "node:child_process";
import { inRoot } from "../root.ts";

export type NodeCommand = {
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
};
/** Enough of what a program said last to see why it failed. */
const TAIL_CHARACTERS = 3_000;
/** Until whoever was asked to end is made to. */
const GRACE_MS = 15_000;

/** Runs a program of this project under this Node.
 *  @returns what it wrote to standard output
 *  @throws with the end of what it said when it fails */
export function runNode({ args, env = {}, signal }: NodeCommand): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", ...args], {
      cwd: inRoot(),
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const [out, all]: [string[], string[]] = [[], []];
    child.stdout.setEncoding("utf8").on("data", (part: string) => void (out.push(part), all.push(part)));
    child.stderr.setEncoding("utf8").on("data", (part: string) => void all.push(part));
    const end = () => {
      child.kill("SIGINT");
      setTimeout(() => child.kill("SIGKILL"), GRACE_MS).unref();
    };
    signal.addEventListener("abort", end, { once: true });
    child.once("error", reject);
    child.once("close", (code) => {
      signal.removeEventListener("abort", end);
      if (code === 0) resolve(out.join(""));
      else reject(new Error(`${args.join(" ")} ended with ${code}:\n${all.join("").slice(-TAIL_CHARACTERS)}`));
    });
  });
}
