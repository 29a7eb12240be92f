import { spawnSync } from "node:child_process";
import { inRoot } from "./root.ts";

/** TypeScript projects; each room is checked with the globals it really has. */
export const PROJECTS = [
  "domain",
  "web/features",
  "web/trade",
  "web",
  "web/workers",
  "relay",
  "relay/testing",
  "emulator",
  "sim",
  "bench/workers",
  "tools",
  ".",
];

/** Runs a program of node_modules/.bin under this Node; ends with its exit status when it fails. */
export function runStep(name: string, script: string, ...parameters: string[]): void {
  const began = Date.now();
  const done = spawnSync(process.execPath, [inRoot("node_modules", script), ...parameters], {
    cwd: inRoot(),
    stdio: "inherit",
  });
  console.log(`${done.status === 0 ? "ok  " : "FAIL"} ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
  if (done.status !== 0) process.exit(done.status ?? 1);
}

/** The fast loop: types, lint, format, house and unit tests. */
export function checkAll(): void {
  for (const project of PROJECTS) runStep(`types of ${project}`, "typescript/bin/tsc", "-p", project);
  runStep("lint", "oxlint/bin/oxlint", "--deny-warnings");
  runStep("format", "oxfmt/bin/oxfmt", "--check");
  runStep("unit and house tests", "vitest/vitest.mjs", "run", "--project", "node");
}

if (import.meta.main) checkAll();
