import { join } from "node:path";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

const here = (path: string): string => join(import.meta.dirname, path);

/** The relay's tests run in workerd, with D1 as it is on the edge. Nothing here is a secret of any deployment. */
export default defineConfig({
  plugins: [
    cloudflareTest(async () => ({
      wrangler: { configPath: here("./wrangler.jsonc") },
      miniflare: {
        bindings: {
          EXCHANGE_URL: "http://127.0.0.1:1",
          EXCHANGE_WS_URL: "ws://127.0.0.1:1/websocket/v1",
          MASTER_KEY: "11".repeat(32),
          PEPPER: "22".repeat(32),
          SET_UP_CODE: "set-up-code-of-the-tests",
          SIGN_UP: "open",
          MIGRATIONS: await readD1Migrations(here("./migrations")),
        },
      },
    })),
  ],
  test: {
    name: "relay",
    root: here("."),
    include: ["**/*.test.ts"],
    setupFiles: [here("./testing/apply-migrations.ts")],
    // A real database on a busy machine: a test that counts fifty guesses takes seconds there.
    testTimeout: 30_000,
  },
});
