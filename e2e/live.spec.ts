import { expect, test, type BrowserContext, type Page } from "playwright/test";
import { openBrowser, untilNumber, watchForFaults } from "./browser.ts";
import { closeAll, onEnd } from "./closing.ts";
import {
  freePort,
  freshFolder,
  removeFolder,
  startExchange,
  startProduct,
  type RunningExchange,
} from "./running-product.ts";

test.afterEach(closeAll);

/** A fresh product and a fresh browser, both closed after the test. */
async function openApp(exchange?: RunningExchange): Promise<{ address: string; context: BrowserContext }> {
  const [folder, profile] = [freshFolder(), freshFolder()];
  onEnd(async () => [folder, profile].forEach(removeFolder));
  const product = await startProduct(folder, await freePort(), 1, exchange);
  onEnd(() => product.interrupt());
  const context = await openBrowser(profile, false);
  onEnd(() => context.close());
  return { address: product.address, context };
}

const stateOf = (page: Page, state: RegExp, timeout = 30_000) =>
  expect(page.getByTestId("link-state")).toHaveAttribute("data-state", state, { timeout });
const hasPrice = (page: Page) => untilNumber(page, "price-last", (price) => price > 1_000_000);
/** Tabs of this browser that lead or wait to lead. */
const leaders = (page: Page) =>
  page.evaluate(async () => {
    const { held = [], pending = [] } = await navigator.locks.query();
    const named = (locks: LockInfo[]) => locks.filter(({ name }) => name === "observator-live").length;
    return { held: named(held), pending: named(pending) };
  });

test("a reload within ten seconds shows prices by polling at once, then the socket takes over", async () => {
  const { address, context } = await openApp();
  const faults = watchForFaults(context);
  const page = context.pages()[0] ?? (await context.newPage());
  await page.goto(address);
  await stateOf(page, /live/);
  await hasPrice(page);
  await page.reload();
  await stateOf(page, /polling/);
  await hasPrice(page);
  const trades = page.getByTestId("trades-list");
  await expect.poll(async () => Number(await trades.getAttribute("data-count"))).toBeGreaterThan(5);
  await stateOf(page, /live/);
  await hasPrice(page);
  expect(faults).toEqual([]);
});

test("one tab leads; another takes over when it is closed or crashes", async () => {
  const { address, context } = await openApp();
  const first = context.pages()[0] ?? (await context.newPage());
  await first.goto(address);
  await stateOf(first, /live/);
  const second = await context.newPage();
  await second.goto(address);
  await hasPrice(second);
  await expect.poll(() => leaders(second)).toEqual({ held: 1, pending: 1 });

  await first.goto("chrome://crash").catch(() => null);
  await expect.poll(() => leaders(second)).toEqual({ held: 1, pending: 0 });
  await stateOf(second, /polling|live/);
  await hasPrice(second);
  const chart = second.getByTestId("chart");
  await expect.poll(async () => Number(await chart.getAttribute("data-candles"))).toBeGreaterThan(100);

  const third = await context.newPage();
  await third.goto(address);
  await expect.poll(() => leaders(third)).toEqual({ held: 1, pending: 1 });
  await second.close();
  await expect.poll(() => leaders(third)).toEqual({ held: 1, pending: 0 });
  await stateOf(third, /live/);
  await hasPrice(third);
});

test("where the exchange counts messages too, prices come by polling until the subscription's turn", async () => {
  const tape = "data/upbit-KRW-BTC-1m-2024-01_2024-03.csv.gz";
  const exchange = await startExchange("--tape", tape, "--switch", "originRule=and-messages");
  onEnd(() => exchange.stop());
  const { address, context } = await openApp(exchange);
  const page = context.pages()[0] ?? (await context.newPage());
  await page.goto(address);
  await stateOf(page, /polling/);
  await hasPrice(page);
  await stateOf(page, /live/, 60_000);
});
