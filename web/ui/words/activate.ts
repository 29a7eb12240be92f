import { i18n } from "@lingui/core";
import type { SettingValues } from "../../store/tables.ts";
import { messages as korean } from "./ko.po";

/** English is fetched when it is wanted; Korean comes with the page. */
export async function activateLanguage(language: SettingValues["language"]): Promise<void> {
  const messages = language === "ko" ? korean : (await import("./en.po")).messages;
  i18n.loadAndActivate({ locale: language, messages });
  document.documentElement.lang = language;
}
