import { lingui } from "@lingui/vite-plugin";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [lingui({ macroTransform: true })],
        // One copy of tfjs-core, the one that bundlers take: its gradients register themselves there.
        ssr: { resolve: { mainFields: ["module"] } },
        test: {
          name: "node",
          server: { deps: { inline: [/@tensorflow/] } },
          environment: "node",
          // A hang ends; a busy machine fails nothing.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          include: ["**/*.test.ts", "**/*.test.tsx"],
          exclude: ["node_modules/**", ".node24/**", "relay/**", "dist/**", ".cache/**"],
        },
      },
      "relay/vitest.config.{ts,mts}",
    ],
  },
});
