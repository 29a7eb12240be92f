import type { BrowserContext } from "playwright/test";
import { expect, test as base } from "playwright/test";
import { openBrowser, untilNumber, watchForFaults } from "./browser.ts";
import { balanceOf, enterKey, lastResult, PASSWORD, signUp, submitOrder } from "./steps.ts";
import { closeAll, onEnd } from "./closing.ts";
import { freePort, freshFolder, removeFolder, startProduct } from "./running-product.ts";

/** Market minutes a minute: a candle every three seconds, a reservation for two minutes ahead in six. */
const SPEED = 20;

const test = base.extend<{ webgpu: boolean }>({ webgpu: [false, { option: true }] });

test.afterEach(closeAll);

test("from sign-up to an automatic trade on real candles", async ({ webgpu }) => {
  const [folder, profile] = [freshFolder(), freshFolder()];
  onEnd(async () => [folder, profile].forEach(removeFolder));
  let product = await startProduct(folder, await freePort(), SPEED);
  onEnd(() => product.interrupt());
  let context: BrowserContext = await openBrowser(profile, webgpu);
  onEnd(() => context.close());
  const faults = watchForFaults(context);
  let page = context.pages()[0] ?? (await context.newPage());
  const goto = page.goto.bind(page);
  page.goto = (path, options) => goto(new URL(path, product.address).href, options);

  await test.step("the product is up, its page under the strict policy", async () => {
    expect((await fetch(`${product.address}/api/health`)).status).toBe(200);
    const answer = await page.goto("/");
    const policy = answer!.headers()["content-security-policy"] ?? "";
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|\*/);
    expect(policy).toContain(
      `connect-src 'self' ${product.exchange.rest} ${product.exchange.ws.replace(/\/websocket.*/, "")}`,
    );
  });

  await test.step("sign up, be refused a second time, log in", async () => {
    await signUp(page, "trader", product.setUpCode);
    await expect(page).toHaveURL(/account/);
    await page.getByTestId("log-out").click();
    await signUp(page, "Trader", "");
    await expect(page.getByText("이미", { exact: false }).first()).toBeVisible();
    await page.goto("/log-in");
    await page.getByLabel("아이디").fill("trader");
    await page.getByLabel("비밀번호").fill("wrong password");
    await page.getByRole("button", { name: "로그인" }).click();
    await expect(page.getByRole("alert")).toBeVisible();
    await page.getByLabel("비밀번호").fill(PASSWORD);
    await page.getByRole("button", { name: "로그인" }).click();
    await expect(page).not.toHaveURL(/log-in/);
  });

  await test.step("enter the exchange key and see the assets", async () => {
    await page.goto("/account");
    await enterKey(page, product);
    expect(await balanceOf(page, "KRW")).toBe(50_000_000);
    expect(await balanceOf(page, "BTC")).toBe(0.5);
  });

  await test.step("candles are fetched, then grow; price, book and trades live", async () => {
    await page.goto("/");
    await expect(page.getByTestId("link-state")).toHaveAttribute("data-state", "live", { timeout: 30_000 });
    await untilNumber(page, "price-last", (price) => price > 1_000_000);
    await expect
      .poll(async () => Number(await page.getByTestId("orderbook").getAttribute("data-levels")))
      .toBeGreaterThan(10);
    await expect
      .poll(async () => Number(await page.getByTestId("trades-list").getAttribute("data-count")))
      .toBeGreaterThan(1);
    const chart = page.getByTestId("chart");
    await expect
      .poll(async () => Number(await chart.getAttribute("data-candles")), { timeout: 60_000 })
      .toBeGreaterThan(100);
    const opening = Number(await chart.getAttribute("data-last-ms"));
    await expect
      .poll(async () => Number(await chart.getAttribute("data-last-ms")), { timeout: 30_000 })
      .toBeGreaterThan(opening);
    await expect(page.getByTestId("backfill-state")).toHaveAttribute("data-state", "done", { timeout: 90_000 });
  });

  await test.step("buy at market, leave a limit order, cancel it, sell", async () => {
    const before = await balanceOf(page, "BTC");
    await page.goto("/");
    await page
      .getByRole("button", { name: "시장가" })
      .or(page.getByRole("radio", { name: "시장가" }))
      .first()
      .click();
    await page.getByLabel("주문 금액").fill("1000000");
    await submitOrder(page);
    await lastResult(page, /cancelled|filled/);
    expect(await balanceOf(page, "BTC")).toBeGreaterThan(before);

    await page.goto("/");
    await untilNumber(page, "price-last", (price) => price > 1_000_000);
    await page
      .getByRole("button", { name: "지정가" })
      .or(page.getByRole("radio", { name: "지정가" }))
      .first()
      .click();
    await page.getByLabel("가격", { exact: true }).fill("50000000");
    await page.getByLabel("수량").fill("0.001");
    await submitOrder(page);
    await lastResult(page, /accepted/);
    const open = page.getByTestId("open-orders");
    await expect(open.getByTestId("order-row")).toHaveCount(1);
    await open.getByTestId("cancel-order").click();
    await expect(open.getByTestId("order-row")).toHaveCount(0);

    await page.getByTestId("side-ask").click();
    await page
      .getByRole("button", { name: "시장가" })
      .or(page.getByRole("radio", { name: "시장가" }))
      .first()
      .click();
    await page.getByLabel("수량").fill("0.005");
    await submitOrder(page);
    await lastResult(page, /filled/);
    expect(await balanceOf(page, "BTC")).toBeCloseTo(before + 1_000_000 / 98_000_000 - 0.005, 2);
  });

  await test.step("train, stop, train again to the end, publish", async () => {
    await page.goto("/train");
    await page.locator("input[name=days]").fill("4");
    await page.locator("input[name=epochs]").fill("40");
    await page.getByLabel("계산 장치").selectOption(webgpu ? "webgpu" : "auto");
    await page.getByTestId("training-start").click();
    const backend = webgpu ? "webgpu" : "wasm";
    await expect(page.getByTestId("training-backend").first()).toHaveAttribute("data-backend", backend, {
      timeout: 60_000,
    });
    await page.getByTestId("training-stop").click();
    await expect(page.getByTestId("training-state").first()).toHaveAttribute("data-state", "stopped", {
      timeout: 60_000,
    });

    await page.locator("input[name=epochs]").fill("2");
    await page.getByTestId("training-start").click();
    const ended = page.getByTestId("training-state").first();
    await expect(ended).toHaveAttribute("data-state", /done|failed/, { timeout: 200_000 });
    await expect(ended).toHaveAttribute("data-state", "done");
    expect(Number(await page.getByTestId("training-metrics").getAttribute("data-windows"))).toBeGreaterThan(100);
    await expect(page.getByTestId("training-verdict")).toBeVisible();
    await expect(page.getByTestId("training-published")).toHaveAttribute("data-published", "yes");
    const cookies = (await context.cookies(product.address)).map(({ name, value }) => `${name}=${value}`).join("; ");
    const serving = await fetch(`${product.address}/api/models/serving/KRW-BTC`, { headers: { cookie: cookies } });
    const { model } = (await serving.json()) as { model: { meta: { backend: string } } | null };
    expect(model?.meta.backend).toBe(backend);
  });

  await test.step("reserve an order, close the browser, find its result", async () => {
    await page.goto("/orders");
    await page.getByTestId("tab-reserve").click();
    await page.getByLabel("주문 금액").fill("30000");
    await page.getByTestId("reservation-plus-2").click();
    await page.getByTestId("reservation-submit").click();
    await page.getByTestId("reservation-confirm").click();
    await expect(page.getByTestId("reservation-row").first()).toHaveAttribute("data-state", "waiting");
    await context.close();
    await new Promise((resolve) => setTimeout(resolve, 12_000));
    context = await openBrowser(profile, webgpu);
    faults.push(...watchForFaults(context));
    page = context.pages()[0] ?? (await context.newPage());
    await page.goto(`${product.address}/orders`);
    await page.getByTestId("tab-reserve").click();
    const row = page.getByTestId("reservation-row").first();
    await expect(row).toHaveAttribute("data-state", "done", { timeout: 30_000 });
    await expect(row).toHaveAttribute("data-order-state", /cancelled|filled/);
  });

  await test.step("trade automatically and stop", async () => {
    await page.goto(`${product.address}/auto`);
    await page.getByLabel("거래 기준").fill("0");
    await page.getByLabel("한 번에 살 금액").fill("20000");
    await page.getByTestId("auto-start").click();
    await page.getByTestId("auto-start-confirm").click();
    await expect(page.getByTestId("auto-progress")).toBeVisible({ timeout: 30_000 });
    const rows = page.getByTestId("decision-row");
    await expect.poll(() => rows.count(), { timeout: 60_000 }).toBeGreaterThan(1);
    const bought = page.locator('[data-testid="decision-row"][data-action="buy"][data-order-state]').first();
    await expect(bought).toHaveAttribute("data-order-state", /cancelled|filled/, { timeout: 120_000 });
    await page.getByTestId("auto-stop").click();
    await expect(page.getByTestId("auto-session").first()).toHaveAttribute("data-stop-reason", "user");
    const after = await rows.count();
    await page.waitForTimeout(9_000);
    expect(await rows.count()).toBe(after);
  });

  await test.step("everything is as it was after a restart", async () => {
    await context.close();
    expect(await product.interrupt()).toBe(0);
    product = await startProduct(folder, product.port, SPEED);
    context = await openBrowser(profile, webgpu);
    page = context.pages()[0] ?? (await context.newPage());
    await page.goto(`${product.address}/orders`);
    await page.getByTestId("tab-history").click();
    await expect
      .poll(async () => Number(await page.getByTestId("order-history").getAttribute("data-count")))
      .toBeGreaterThan(4);
    await page.goto(`${product.address}/account`);
    await expect(page.getByTestId("key-masked")).toBeVisible();
  });

  expect(faults).toEqual([]);
});
