import { expect, test } from "playwright/test";
import { openBrowser, untilNumber, watchForFaults } from "./browser.ts";
import { closeAll, onEnd } from "./closing.ts";
import { freePort, freshFolder, removeFolder, startProduct } from "./running-product.ts";
import { enterKey, lastResult, PASSWORD, signUp, submitOrder } from "./steps.ts";

test.afterEach(closeAll);

test("limits and the halt hold, and a reservation is made, changed, paused and taken back", async () => {
  const [folder, profile] = [freshFolder(), freshFolder()];
  onEnd(async () => [folder, profile].forEach(removeFolder));
  const product = await startProduct(folder, await freePort(), 1);
  onEnd(() => product.interrupt());
  const context = await openBrowser(profile, false);
  onEnd(() => context.close());
  const faults = watchForFaults(context);
  const page = context.pages()[0] ?? (await context.newPage());
  const goto = page.goto.bind(page);
  page.goto = (path, options) => goto(new URL(path, product.address).href, options);
  const shots = process.env["SHOTS"];
  const shoot = async (name: string) => {
    for (const width of [1440, 360]) {
      await page.setViewportSize({ width, height: width === 360 ? 780 : 900 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      if (shots) await page.screenshot({ path: `${shots}/${name}-${width}.png`, fullPage: true });
    }
    await page.setViewportSize({ width: 1440, height: 900 });
  };
  const buy = async (total: string) => {
    await page.goto("/");
    await untilNumber(page, "price-last", (price) => price > 1_000_000);
    await page.getByRole("button", { name: "시장가" }).first().click();
    await page.getByLabel("주문 금액").fill(total);
    await submitOrder(page);
  };

  await test.step("a buy above the largest is refused in words", async () => {
    await signUp(page, "careful", product.setUpCode);
    await expect(page).toHaveURL(/account/);
    await enterKey(page, product);
    await buy("1000001");
    await expect(page.getByTestId("order-result")).toHaveAttribute("data-fault", "order-too-large");
    await buy("20000");
    await lastResult(page, /cancelled|filled/);
  });

  await test.step("lowering holds at once, raising waits for a day", async () => {
    await page.goto("/limits");
    await page.getByLabel("한 번에 살 수 있는 금액").fill("10000");
    await page.getByTestId("limits-save").click();
    await expect(page.getByText("저장했습니다.")).toBeVisible();
    await buy("20000");
    await expect(page.getByTestId("order-result")).toHaveAttribute("data-fault", "order-too-large");
    await page.goto("/limits");
    await page.getByLabel("한 번에 살 수 있는 금액").fill("500000");
    await expect(page.getByTestId("limits-raises")).toBeVisible();
    await page.getByTestId("limits-save").click();
    await expect(page.getByTestId("limits")).toHaveAttribute("data-raise", "true");
    await shoot("limits");
    await page.getByTestId("limits-take-back").click();
    await expect(page.getByTestId("limits")).toHaveAttribute("data-raise", "false");
  });

  await test.step("the halt is one press away, and the password lifts it", async () => {
    await page.goto("/");
    await page.getByTestId("halt-link").click();
    await page.getByTestId("halt-own").click();
    await page.getByTestId("halt-confirm").click();
    await expect(page.getByTestId("halt")).toHaveAttribute("data-own", "true");
    await expect(page.getByTestId("halt-link")).toHaveAttribute("data-halted", "true");
    await shoot("halted");
    await buy("6000");
    await expect(page.getByTestId("order-result")).toHaveAttribute("data-fault", "halted");
    await page.goto("/limits");
    await page.getByTestId("halt-own").click();
    await page.getByLabel("비밀번호 확인").fill("not the password at all");
    await page.getByTestId("password-proof").click();
    await expect(page.getByRole("alert").first()).toBeVisible();
    await page.getByLabel("비밀번호 확인").fill(PASSWORD);
    await page.getByTestId("password-proof").click();
    await expect(page.getByTestId("halt")).toHaveAttribute("data-own", "false");
  });

  await test.step("a weekly reservation of a share is made, changed, paused, resumed and taken back", async () => {
    await page.goto("/orders");
    await page.getByTestId("tab-reserve").click();
    await page.getByRole("button", { name: "잔고의 비율" }).click();
    await page.getByLabel("비율", { exact: true }).fill("25");
    await page.getByRole("button", { name: "매주" }).click();
    await page.getByLabel("요일").selectOption("5");
    await shoot("reserve");
    await page.getByTestId("reservation-submit").click();
    if (shots) await page.screenshot({ path: `${shots}/confirm.png` });
    await page.getByTestId("reservation-confirm").click();
    const row = page.getByTestId("reservation-row").first();
    await expect(row).toHaveAttribute("data-state", "waiting");
    await expect(row).toContainText("매주 금요일 09:00 KST");
    await expect(row).toContainText("25%");
    await row.getByTestId("edit-reservation").click();
    await page.getByRole("button", { name: "매일" }).click();
    await page.getByTestId("reservation-submit").click();
    await page.getByTestId("reservation-confirm").click();
    await expect(row).toContainText("매일 09:00 KST");
    await row.getByTestId("pause-reservation").click();
    await expect(row).toHaveAttribute("data-state", "paused");
    await row.getByTestId("pause-reservation").click();
    await expect(row).toHaveAttribute("data-state", "waiting");
    await shoot("reservations");
    await row.getByTestId("cancel-reservation").click();
    await expect(row).toHaveAttribute("data-state", "cancelled");
  });

  expect(faults).toEqual([]);
});
