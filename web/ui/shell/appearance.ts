import type { SettingValues } from "../../store/tables.ts";

const DARK = "(prefers-color-scheme: dark)";

/** Puts theme and palette on the root element, where the tokens look for them. */
export function showAppearance({ theme, palette }: Pick<SettingValues, "theme" | "palette">): void {
  const dark = theme === "dark" || (theme === "system" && matchMedia(DARK).matches);
  Object.assign(document.documentElement.dataset, { theme: dark ? "dark" : "light", palette });
}

/** Follows the device while the theme is left to it.
 *  @returns ends the following */
export function followDevice(settings: Pick<SettingValues, "theme" | "palette">): () => void {
  showAppearance(settings);
  const query = matchMedia(DARK);
  const follow = () => showAppearance(settings);
  query.addEventListener("change", follow);
  return () => query.removeEventListener("change", follow);
}
