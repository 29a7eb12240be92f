import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chromium } from "playwright";
import { endWith } from "./options.ts";

const KNOWN_PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

const present = (): string | undefined =>
  [process.env["CHROMIUM_PATH"] ?? "", ...KNOWN_PLACES, chromium.executablePath()].find(
    (path) => path !== "" && existsSync(path),
  );

/** The browser the tests drive: one that is here, else Playwright's own, else Debian's as root, else one sentence. */
export function findChromium(): string {
  const here = present();
  if (here) return here;
  console.error("No Chromium found: installing one …");
  const asRoot = process.platform === "linux" && process.getuid?.() === 0;
  const attempts = [
    [process.execPath, "node_modules/playwright/cli.js", "install", "chromium"],
    ...(asRoot
      ? [
          ["apt-get", "update"],
          ["apt-get", "install", "-y", "--no-install-recommends", "chromium", "fonts-noto-cjk"],
        ]
      : []),
  ];
  for (const [program, ...parameters] of attempts) {
    spawnSync(program!, parameters, { stdio: ["ignore", "ignore", "inherit"], timeout: 180_000 });
    const installed = present();
    if (installed) return installed;
  }
  return endWith(
    "The browser tests need Chromium: install it (on Debian: apt-get install chromium) or set CHROMIUM_PATH to it.",
  );
}
