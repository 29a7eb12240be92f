import { chromium, expect, type BrowserContext, type Page } from "playwright/test";

/** Switches for a browser on a machine without display or network; Trusted Types and CSP stay as they are. */
const SWITCHES = [
  "--no-sandbox",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];
const SOFTWARE_WEBGPU = ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"];

/** A browser with a profile that outlives its tabs, as a user's does. */
export async function openBrowser(profile: string, webgpu: boolean): Promise<BrowserContext> {
  const executablePath = process.env["CHROMIUM_PATH"];
  const context = await chromium.launchPersistentContext(profile, {
    ...(executablePath && { executablePath }),
    args: [...SWITCHES, ...(webgpu ? SOFTWARE_WEBGPU : [])],
    viewport: { width: 1440, height: 900 },
    locale: "ko-KR",
    timezoneId: "Asia/Seoul",
  });
  context.setDefaultTimeout(20_000);
  return context;
}

/** Collects what a page must never do: throw, break its own policy, or log an error. */
export function watchForFaults(context: BrowserContext): string[] {
  const faults: string[] = [];
  context.on("weberror", (error) => faults.push(`thrown: ${error.error().message}`));
  context.on("console", (message) => {
    // A request that the relay refuses on purpose is logged by the browser itself.
    if (message.type() === "error" && !/Failed to load resource/.test(message.text())) faults.push(message.text());
  });
  return faults;
}

/** Text of an element as a number, thousands separators dropped. */
export async function numberIn(page: Page, testId: string): Promise<number> {
  const text = await page.getByTestId(testId).first().innerText();
  return Number(/-?[\d,]+(?:\.\d+)?/.exec(text)?.[0].replaceAll(",", "") ?? NaN);
}

/** Waits until a number on the screen satisfies the condition. */
export async function untilNumber(page: Page, testId: string, condition: (value: number) => boolean): Promise<void> {
  await expect.poll(async () => condition(await numberIn(page, testId)), { timeout: 30_000 }).toBe(true);
}
