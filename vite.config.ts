import { fileURLToPath } from "node:url";
import { cloudflare } from "@cloudflare/vite-plugin";
import { lingui } from "@lingui/vite-plugin";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { VitePWA } from "vite-plugin-pwa";

const page = [
  react(),
  lingui({ macroTransform: true, failOnMissing: true }),
  VitePWA({
    strategies: "injectManifest",
    injectRegister: false,
    srcDir: "web",
    filename: "service-worker.ts",
    manifest: false,
    // wasm is fetched when a training needs it, not by every visitor.
    injectManifest: {
      globPatterns: ["**/*.{js,css,html,svg,png,webmanifest}"],
      maximumFileSizeToCacheInBytes: 3_000_000,
    },
  }),
];

/** One project builds page and Worker on one origin. */
export default defineConfig({
  plugins: [...page, cloudflare({ configPath: "./relay/wrangler.jsonc" })],
  resolve: { alias: { "~": fileURLToPath(new URL(".", import.meta.url)) } },
  worker: { format: "es" },
  build: { target: "es2024", assetsInlineLimit: 0, modulePreload: { polyfill: false } },
});
