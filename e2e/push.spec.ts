import { readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "playwright/test";
import { openBrowser, watchForFaults } from "./browser.ts";
import { closeAll, onEnd } from "./closing.ts";
import { startPushService } from "./push-service.ts";
import { freePort, freshFolder, removeFolder, startProduct } from "./running-product.ts";
import { enterKey, PASSWORD, signUp } from "./steps.ts";

test.afterEach(closeAll);

/** As if every password had been given long ago: the relay's own clock cannot be moved from here. */
function ageSessions(folder: string): void {
  const place = join(folder, "relay", "v3", "d1", "miniflare-D1DatabaseObject");
  for (const name of readdirSync(place).filter((file) => file.endsWith(".sqlite") && file !== "metadata.sqlite")) {
    const db = new DatabaseSync(join(place, name), { timeout: 10_000 });
    db.exec("UPDATE sessions SET confirmed_wall_ms = 0");
    db.close();
  }
}

test("a push message reaches its device, readable there only, and is shown by the service worker [X30]", async () => {
  const [folder, profile] = [freshFolder(), freshFolder()];
  onEnd(async () => [folder, profile].forEach(removeFolder));
  const product = await startProduct(folder, await freePort(), 1);
  onEnd(() => product.interrupt());
  const context = await openBrowser(profile, false);
  onEnd(() => context.close());
  await context.grantPermissions(["notifications"], { origin: product.address });
  const faults = watchForFaults(context);
  const page = context.pages()[0] ?? (await context.newPage());
  const goto = page.goto.bind(page);
  page.goto = (path, options) => goto(new URL(path, product.address).href, options);
  await signUp(page, "trader", product.setUpCode);
  await expect(page).toHaveURL(/account/);

  const deployment = (await (await fetch(`${product.address}/api/deployment`)).json()) as { vapidPublicKey: string };
  const service = await startPushService(deployment.vapidPublicKey);
  onEnd(() => service.close());
  const { endpoint, p256dh, auth } = service;
  const put = (body: object) =>
    page.evaluate(async (entry) => {
      const headers = { "content-type": "application/json" };
      return (await fetch("/api/push", { method: "PUT", headers, body: JSON.stringify(entry) })).status;
    }, body);
  expect(await put({ endpoint: "https://evil.example/push", p256dh, auth, language: "ko" })).toBe(400);
  expect(await put({ endpoint, p256dh, auth, language: "ko" })).toBe(204);

  // A log-in from a browser that nobody knows is something to be told about.
  const other = await openBrowser(freshFolder(), false);
  onEnd(() => other.close());
  const second = await other.newPage();
  await second.goto(`${product.address}/log-in`);
  await second.getByLabel("아이디").fill("trader");
  await second.getByLabel("비밀번호").fill(PASSWORD);
  await second.getByRole("button", { name: "로그인" }).click();
  await expect.poll(() => service.messages.length, { timeout: 90_000 }).toBe(1);
  expect(service.refusals).toEqual([]);
  const message = service.messages[0]!;
  expect(JSON.parse(message)).toMatchObject({ kind: "new-device", language: "ko" });

  // What the push service opened is handed to the service worker, as the browser's own push client would.
  await page.reload();
  await page.evaluate(async () => (await navigator.serviceWorker.ready).active !== null);
  const protocol = await context.newCDPSession(page);
  const registered = new Promise<string>((resolve) => {
    protocol.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      if (registrations[0]) resolve(registrations[0].registrationId);
    });
  });
  await protocol.send("ServiceWorker.enable");
  const registrationId = await registered;
  await protocol.send("ServiceWorker.deliverPushMessage", { origin: product.address, registrationId, data: message });
  const shown = () =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      return (await registration.getNotifications()).map(({ title }) => title);
    });
  await expect.poll(shown).toEqual(["새 기기에서 로그인했습니다"]);
  await expect(page.getByTestId("notices").locator("[data-kind=new-device]")).toBeVisible();
  expect(faults).toEqual([]);
});

test("the account's screens work on a phone, and the password is asked for before a key is stored late [X22]", async () => {
  const [folder, profile] = [freshFolder(), freshFolder()];
  onEnd(async () => [folder, profile].forEach(removeFolder));
  const product = await startProduct(folder, await freePort(), 1);
  onEnd(() => product.interrupt());
  const context = await openBrowser(profile, false);
  onEnd(() => context.close());
  const faults = watchForFaults(context);
  const page = context.pages()[0] ?? (await context.newPage());
  await page.setViewportSize({ width: 360, height: 740 });
  const goto = page.goto.bind(page);
  page.goto = (path, options) => goto(new URL(path, product.address).href, options);
  await signUp(page, "trader", product.setUpCode);
  await expect(page).toHaveURL(/account/);
  ageSessions(folder);
  const entering = enterKey(page, product);
  await page.getByRole("alertdialog").getByLabel("비밀번호 확인").fill(PASSWORD);
  await page.getByTestId("password-proof").click();
  await entering;
  for (const path of ["/account", "/account/security", "/account/activity", "/members"]) {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await page.waitForTimeout(300);
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect([path, overflow]).toEqual([path, 0]);
  }
  await page.getByTestId("invite").click();
  await expect(page.getByTestId("invitation-code")).toHaveText(/^[A-Z2-9]{4}(-[A-Z2-9]{4}){3}$/);
  await page.getByTestId("verify-audit").click();
  await expect(page.getByTestId("operation-told")).toContainText("온전합니다");
  await page.goto("/account/activity");
  await expect(page.locator("[data-event=key-stored]")).toBeVisible();
  await expect(page.locator("[data-event=re-authenticated]")).toBeVisible();
  expect(faults).toEqual([]);
});
