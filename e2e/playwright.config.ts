import { defineConfig } from "playwright/test";

/** Journeys through the built product: one after another, because each runs exchange, relay and browser on the same
 *  two cores. No retry: a journey that fails once has found something. */
export default defineConfig({
  outputDir: "../test-results",
  workers: 1,
  retries: 0,
  timeout: 300_000,
  expect: { timeout: 20_000 },
  reporter: [["list"]],
  projects: [
    { name: "app", testMatch: ["app.spec.ts", "push.spec.ts"] },
    { name: "guard rails", testMatch: "guard-rails.spec.ts" },
    { name: "live", testMatch: "live.spec.ts" },
    { name: "kill", testMatch: "kill.spec.ts" },
    { name: "data", testMatch: ["data.spec.ts", "storage.spec.ts"] },
    { name: "without WebGPU", testMatch: "journey.spec.ts", use: { webgpu: false } as object },
    { name: "WebGPU on the software adapter", testMatch: "journey.spec.ts", use: { webgpu: true } as object },
  ],
});
