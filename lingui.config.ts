import { defineConfig } from "@lingui/conf";
import { formatter } from "@lingui/format-po";

export default defineConfig({
  sourceLocale: "ko",
  locales: ["ko", "en"],
  catalogs: [{ path: "<rootDir>/web/ui/words/{locale}", include: ["<rootDir>/web/ui"] }],
  format: formatter({ lineNumbers: false, origins: false }),
});
