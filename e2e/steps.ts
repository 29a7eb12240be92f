import { expect, type Page } from "playwright/test";
import type { RunningProduct } from "./running-product.ts";

export const PASSWORD = "호랑이 열두 마리 1234";

export async function signUp(page: Page, name: string, setUpCode: string): Promise<void> {
  await page.goto("/sign-up");
  await page.getByLabel("아이디").fill(name);
  await page.getByLabel("표시 이름").fill("첫 사용자");
  await page.getByLabel("비밀번호").fill(PASSWORD);
  await page.getByLabel("설정 코드").fill(setUpCode);
  await page.getByRole("button", { name: "가입하기" }).click();
}

export async function enterKey(page: Page, { demoKey }: RunningProduct): Promise<void> {
  await page.getByLabel("Access key").fill(demoKey.accessKey);
  await page.getByLabel("Secret key").fill(demoKey.secretKey);
  await page.getByTestId("key-submit").click();
  await expect(page.getByTestId("key-masked")).toContainText(demoKey.accessKey.slice(0, 4));
  await expect(page.getByTestId("key-masked")).not.toContainText(demoKey.accessKey);
}

/** Balance shown for a currency, exact text. */
export async function balanceOf(page: Page, currency: string): Promise<number> {
  await page.goto("/assets");
  const row = page.getByTestId(`asset-${currency}`);
  await expect(row).toBeVisible();
  return Number(await row.getAttribute("data-balance"));
}

export const lastResult = (page: Page, state: RegExp) =>
  expect(page.getByTestId("order-result")).toHaveAttribute("data-state", state);

export async function submitOrder(page: Page): Promise<void> {
  await page.getByTestId("order-submit").click();
  await page.getByTestId("order-confirm").click();
}
