import { useLiveQuery } from "dexie-react-hooks";
import { DEFAULT_SETTINGS, readSettings, writeSetting } from "../store/setting-store.ts";
import type { SettingValues } from "../store/tables.ts";
import { database } from "./database.ts";

/** What the user chose, kept fresh across tabs. */
export const useSettings = (): SettingValues => useLiveQuery(() => readSettings(database), []) ?? DEFAULT_SETTINGS;

export const changeSetting = <Name extends keyof SettingValues>(
  name: Name,
  value: SettingValues[Name],
): Promise<void> => writeSetting(database, name, value);
