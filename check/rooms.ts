/** The import table as data: which room may import which. What is not listed is forbidden. A new arrow needs a record
 *  in docs/decisions. */
export const ROOMS = {
  domain: { folder: "domain", mayImport: [], packages: ["big.js", "valibot"] },
  features: { folder: "web/features", mayImport: ["domain"], packages: [] },
  trade: { folder: "web/trade", mayImport: ["domain"], packages: ["big.js"] },
  model: {
    folder: "web/model",
    mayImport: ["features", "domain"],
    packages: [
      "@tensorflow/tfjs-core",
      "@tensorflow/tfjs-backend-cpu",
      "@tensorflow/tfjs-backend-wasm",
      "@tensorflow/tfjs-backend-webgpu",
    ],
  },
  store: { folder: "web/store", mayImport: ["domain"], packages: ["dexie", "valibot"] },
  "relay-client": { folder: "web/relay-client.ts", mayImport: ["domain"], packages: ["valibot"] },
  collect: { folder: "web/collect", mayImport: ["store", "relay-client", "domain"], packages: ["valibot"] },
  "workers-protocol": {
    folder: "web/workers/protocol.ts",
    mayImport: ["domain"],
    packages: ["valibot"],
  },
  "workers-link": {
    // It names the workers' files by address only (`?worker&url`); their code stays out of the page.
    folder: "web/workers/link.ts",
    mayImport: ["workers-protocol", "workers", "domain"],
    packages: [],
  },
  workers: {
    folder: "web/workers",
    mayImport: [
      "workers-protocol",
      "workers-link",
      "store",
      "collect",
      "features",
      "model",
      "trade",
      "relay-client",
      "domain",
    ],
    packages: ["dexie"],
  },
  ui: {
    folder: "web/ui",
    mayImport: ["store", "workers-protocol", "workers-link", "relay-client", "notice-words", "domain"],
    packages: [
      "react",
      "react-dom",
      "@tanstack/react-query",
      "@base-ui/react",
      "wouter",
      "dexie",
      "dexie-react-hooks",
      "lightweight-charts",
      "@lingui/core",
      "@lingui/react",
      "hash-wasm",
      "workbox-window",
      "valibot",
      "big.js",
    ],
  },
  // Decision 0009.
  "notice-words": { folder: "web/notice-words.ts", mayImport: ["domain"], packages: [] },
  "service-worker": {
    folder: "web/service-worker.ts",
    mayImport: ["notice-words", "domain"],
    packages: ["workbox-precaching", "workbox-routing", "workbox-strategies"],
  },
  relay: {
    folder: "relay",
    mayImport: ["domain"],
    packages: ["@block65/webcrypto-web-push", "croner", "hono", "jose", "valibot", "cloudflare:workers"],
  },
  // Tells Vitest how to run the relay's tests in workerd; no code of the product.
  "relay-tests": { folder: "relay/vitest.config.ts", mayImport: [], packages: "any" },
  emulator: { folder: "emulator", mayImport: ["domain"], packages: ["ws", "valibot", "node:"] },
  // Drives the real relay against the real exchange engine; neither of them knows of it.
  sim: { folder: "sim", mayImport: ["relay", "emulator", "domain"], packages: ["valibot", "node:"] },
  tools: {
    folder: "tools",
    mayImport: [
      "domain",
      "features",
      "trade",
      "model",
      "store",
      "collect",
      "workers-protocol",
      "relay-client",
      "relay",
      "emulator",
      "bench",
      "check",
    ],
    packages: "any",
  },
  bench: {
    folder: "bench",
    mayImport: [
      "domain",
      "features",
      "trade",
      "model",
      "store",
      "collect",
      "workers",
      "relay-client",
      "relay",
      "emulator",
      "tools",
    ],
    packages: "any",
  },
  check: { folder: "check", mayImport: [], packages: "any" },
  e2e: { folder: "e2e", mayImport: ["domain"], packages: ["playwright", "node:"] },
} as const satisfies Record<string, Room>;

export type Room = {
  /** Folder, or single file, from the project's root; the longest match names a file's room. */
  readonly folder: string;
  readonly mayImport: readonly string[];
  /** npm packages (`node:` for Node's own); tests may also use vitest, fast-check and fake-indexeddb's kind. */
  readonly packages: readonly string[] | "any";
};

/** What every room's test files may use beside its own table row. */
export const TEST_PACKAGES = ["vitest", "fast-check", "cloudflare:test", "fake-indexeddb", "ccxt", "node:"];
