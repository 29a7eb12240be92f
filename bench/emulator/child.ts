import { fork, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { once } from "node:events";

/** A part of the benchmark in a process of its own, so that who serves and who asks do not share a thread. */
export type Child<Ready> = {
  readonly ready: Ready;
  readonly startMs: number;
  /** Sends a question and gives its answer. */
  ask<Answer>(question: string): Promise<Answer>;
  end(): Promise<void>;
};

/** @param file beside this one; its first message says that it is ready */
export async function startChild<Ready>(
  file: string,
  args: readonly string[] = [],
  execArgv: readonly string[] = [],
): Promise<Child<Ready>> {
  const began = performance.now();
  const child: ChildProcess = fork(join(import.meta.dirname, file), [...args], {
    execArgv: ["--disable-warning=ExperimentalWarning", ...execArgv],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const first = (await Promise.race([once(child, "message"), once(child, "exit").then(failed)])) as [Ready];
  return {
    ready: first[0],
    startMs: performance.now() - began,
    ask: async <Answer>(question: string) => {
      child.send(question);
      const [answer] = (await once(child, "message")) as [Answer];
      return answer;
    },
    end: async () => {
      if (child.exitCode !== null) return;
      const gone = once(child, "exit");
      child.kill();
      await gone;
    },
  };
}

function failed(): never {
  throw new Error("a part of the benchmark ended before it was ready");
}

/** CPU time of this process so far, seconds. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
