import { lingui } from "@lingui/vite-plugin";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      {
        plugins: [lingui({ macroTransform: true })],
        test: {
          name: "node",
          environment: "node",
          include: ["**/*.test.ts", "**/*.test.tsx"],
          exclude: ["node_modules/**", ".node24/**", "relay/**", "dist/**", ".cache/**"],
        },
      },
      "relay/vitest.config.{ts,mts}",
    ],
  },
});
