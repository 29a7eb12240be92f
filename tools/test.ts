import { inRoot } from "./root.ts";
import { buildProduct } from "./build.ts";
import { checkAll, runStep } from "./check.ts";
import { findChromium } from "./chromium.ts";

/** Every test: the fast loop, the relay in workerd, then the journeys through the built product in Chromium. */
process.env["CHROMIUM_PATH"] = findChromium();
checkAll();
runStep("relay tests in workerd", "vitest/vitest.mjs", "run", "--project", "relay");
const began = Date.now();
await buildProduct();
console.log(`ok   build (${((Date.now() - began) / 1000).toFixed(1)} s)`);
runStep("journeys in Chromium", "playwright/cli.js", "test", "--config", inRoot("e2e", "playwright.config.ts"));
