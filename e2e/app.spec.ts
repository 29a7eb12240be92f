import { readFileSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "playwright/test";
import { openBrowser, watchForFaults } from "./browser.ts";
import { closeAll, onEnd } from "./closing.ts";
import { freePort, freshFolder, removeFolder, startProduct } from "./running-product.ts";

test.afterEach(closeAll);

/** A fresh product and a fresh browser, both closed after the test. */
async function openApp() {
  const [folder, profile] = [freshFolder(), freshFolder()];
  onEnd(async () => [folder, profile].forEach(removeFolder));
  const product = await startProduct(folder, await freePort(), 1);
  onEnd(() => product.interrupt());
  const context = await openBrowser(profile, false);
  onEnd(() => context.close());
  return { product, context };
}

test("installs as an app and opens without a network", async () => {
  const { product, context } = await openApp();
  const faults = watchForFaults(context);
  const page = context.pages()[0] ?? (await context.newPage());
  await page.goto(product.address);
  await page.evaluate(async () => (await navigator.serviceWorker.ready).active !== null);
  const protocol = await context.newCDPSession(page);
  const { errors } = await protocol.send("Page.getAppManifest");
  expect(errors).toEqual([]);
  const { installabilityErrors } = await protocol.send("Page.getInstallabilityErrors");
  expect(installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito")).toEqual([]);

  await page.reload();
  await expect(page.getByRole("navigation").first()).toBeVisible();
  expect(faults).toEqual([]);
  // The server itself is gone, not only the browser's switch: nothing can answer.
  await product.interrupt();
  await page.reload();
  await expect(page.getByRole("navigation").first()).toBeVisible();
});

/** Scripts and styles that the first screen waits for, compressed; chart library and the Korean words of every screen
 *  (12 KiB) included, the worker's own file not. */
const FIRST_LOAD_KIB = 262;

test("loads its first screen within the budget", async () => {
  const { product, context } = await openApp();
  const page = context.pages()[0] ?? (await context.newPage());
  const needed = new Map<string, Promise<number>>();
  page.on("response", (answer) => {
    const path = new URL(answer.url()).pathname;
    if (/\.(js|css)$/.test(path) && !path.includes(".worker-"))
      needed.set(
        path,
        answer.body().then((body) => gzipSync(body).length),
      );
  });
  await page.goto(product.address);
  await expect(page.getByTestId("chart")).toBeVisible();
  const bytes = (await Promise.all(needed.values())).reduce((sum, length) => sum + length, 0);
  console.log(`first load: ${(bytes / 1024).toFixed(1)} KiB gzip in ${needed.size} files`);
  expect(needed.size).toBeGreaterThan(3);
  expect(bytes / 1024).toBeLessThan(FIRST_LOAD_KIB);
});

test("keeps its secrets from everyone but their owner, and says which port is busy", async () => {
  const folder = freshFolder();
  onEnd(async () => removeFolder(folder));
  const port = await freePort();
  const product = await startProduct(folder, port, 1);
  onEnd(() => product.interrupt());
  const path = join(folder, "secrets.json");
  expect(statSync(path).mode & 0o077).toBe(0);
  const secrets = Object.values(JSON.parse(readFileSync(path, "utf8")) as Record<string, string>);
  expect(secrets).toHaveLength(6);
  expect(await product.interrupt()).toBe(0);

  const squatter = createServer();
  await new Promise<void>((resolve) => squatter.listen(port, "127.0.0.1", resolve));
  onEnd(async () => squatter.close());
  const flags = ["tools/start.ts", "--built", "--port", String(port), "--data", folder];
  const refused = spawnSync(process.execPath, flags, {
    cwd: join(import.meta.dirname, ".."),
    encoding: "utf8",
    timeout: 30_000,
  });
  expect(refused.status).toBe(1);
  expect(refused.stderr.trim()).toBe(`Port ${port} is in use: end what runs there, or choose another with --port N.`);
});
