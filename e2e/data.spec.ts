import { expect, test } from "playwright/test";
import { openBrowser, watchForFaults } from "./browser.ts";
import { closeAll, onEnd } from "./closing.ts";
import { freePort, freshFolder, removeFolder, startProduct } from "./running-product.ts";

test.afterEach(closeAll);

test("the data screen shows what is kept and missing, and its wishes are carried out", async () => {
  const [folder, profile] = [freshFolder(), freshFolder()];
  onEnd(async () => [folder, profile].forEach(removeFolder));
  const product = await startProduct(folder, await freePort(), 1);
  onEnd(() => product.interrupt());
  const context = await openBrowser(profile, false);
  onEnd(() => context.close());
  const faults = watchForFaults(context);
  const page = context.pages()[0] ?? (await context.newPage());

  await page.goto(product.address);
  await page.getByRole("link", { name: "데이터" }).click();
  await expect(page.getByTestId("collector-way")).toHaveAttribute("data-state", "live");

  // A finished day arrives, is sealed, and says what it holds.
  const sealed = page.getByTestId("coverage-calendar").locator("button[data-state=sealed]");
  await expect(sealed.first()).toBeVisible({ timeout: 60_000 });
  await sealed.first().click();
  const detail = page.getByTestId("day-detail");
  const have = async () => Number(await detail.getAttribute("data-have"));
  expect(await have()).toBeGreaterThan(1400);
  await expect(detail).toContainText("봉인");
  await expect
    .poll(async () => Number(await page.getByTestId("data-bytes").getAttribute("data-bytes")))
    .toBeGreaterThan(10_000);

  // The same day in candles of an hour.
  await page.getByTestId("coverage-interval").selectOption("3600000");
  await expect.poll(have).toBe(24);

  // History stops where the user says so, and goes on.
  const history = page.getByTestId("history");
  await page.getByTestId("history-switch").click();
  await expect(history).toHaveAttribute("data-state", "stopped");
  await page.getByTestId("history-switch").click();
  await expect(history).toHaveAttribute("data-state", "running");

  // Repair holds the days against the exchange.
  await page.getByTestId("repair-start").click();
  await expect(page.getByTestId("repair")).toHaveAttribute("data-state", "done", { timeout: 60_000 });

  // A second market is collected beside the first, until it is no longer wanted.
  await page.getByTestId("collect-add").selectOption({ index: 1 });
  await expect
    .poll(async () => Number(await page.getByTestId("data-sealed").getAttribute("data-days")), { timeout: 60_000 })
    .toBeGreaterThan(0);
  await page.getByTestId("collect-stop").click();
  await expect(page.getByTestId("collect-stop")).toBeHidden();

  await page.setViewportSize({ width: 360, height: 780 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  expect(faults).toEqual([]);
});
