import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test, type Page } from "playwright/test";
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

  await filesInAndOut(page);

  await page.setViewportSize({ width: 360, height: 780 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  expect(faults).toEqual([]);
});

const HEADER =
  "market,candle_date_time_utc,opening_price,high_price,low_price,trade_price,candle_acc_trade_price,candle_acc_trade_volume";
/** A minute of New Year's Day 2024 (KST), as a candle file has it. */
const minuteOf = (minute: number, close = 56_900_000) => {
  const time = new Date(Date.UTC(2023, 11, 31, 15) + minute * 60_000).toISOString().slice(0, 19);
  return `KRW-BTC,${time},56900000,57000000,56800000,${close},,0.5`;
};

/** A broken file is refused with its line, a sound one is taken, what is too old is shown before it goes. */
async function filesInAndOut(page: Page): Promise<void> {
  const give = (name: string, lines: readonly string[]) =>
    page
      .getByTestId("import-file")
      .setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(`${lines.join("\n")}\n`) });
  await give("broken.csv", [HEADER, minuteOf(0), minuteOf(1, 99_000_000)]);
  await expect(page.getByTestId("import-fault")).toHaveAttribute("data-line", "3");
  await give("sound.csv", [HEADER, ...Array.from({ length: 10 }, (_, minute) => minuteOf(minute))]);
  await expect(page.getByTestId("import-done")).toHaveAttribute("data-days", "1");
  const earlier = page.getByRole("button", { name: "이전 달 더 보기" });
  await expect(earlier).toBeVisible();

  const downloading = page.waitForEvent("download");
  await page.getByTestId("export").click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe("upbit-KRW-BTC-1m.csv.gz");
  const lines = gunzipSync(readFileSync(await download.path()))
    .toString("utf8")
    .trim()
    .split("\n");
  expect(lines.slice(0, 2)).toEqual([HEADER, minuteOf(0)]);
  const rows = Number(await page.getByTestId("export-done").getAttribute("data-rows"));
  expect(rows).toBe(lines.length - 1);

  const keep = page.getByLabel("KRW-BTC 보관");
  await keep.selectOption("365");
  await expect(page.getByTestId("retention-preview")).toHaveAttribute("data-days", "1");
  await page.getByTestId("retention-confirm").click();
  await expect(keep).toHaveValue("365");
  // The worker takes it away, and the calendar begins with what is left.
  await expect(earlier).toBeHidden();
}
