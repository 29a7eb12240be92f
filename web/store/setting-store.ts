import * as v from "valibot";
import { isMarketCode, MarketCodeSchema } from "../../domain/market-code.ts";
import { assert } from "../../domain/assert.ts";
import type { ObservatorDatabase } from "./database.ts";
import { BACKEND_CHOICES, type SettingValues } from "./tables.ts";

const FIRST_MARKET = "KRW-BTC";
assert(isMarketCode(FIRST_MARKET), "the first market is a market code");

/** What holds before anyone chose. The most traded market; thirty days are enough to train on and come in about a
 *  minute through the relay; Korea's language and colours. */
export const DEFAULT_SETTINGS: SettingValues = {
  market: FIRST_MARKET,
  alsoCollect: [],
  backend: "auto",
  historyDays: 30,
  language: "ko",
  theme: "system",
  palette: "korean",
};

/** One subscription holds many more; the relay's day pages for each are what takes time. */
export const MOST_COLLECTED = 10;

/** A year of minutes: what the store was measured with. */
export const MOST_HISTORY_DAYS = 365;

const SCHEMAS = {
  market: MarketCodeSchema,
  alsoCollect: v.pipe(v.array(MarketCodeSchema), v.maxLength(MOST_COLLECTED)),
  backend: v.picklist(BACKEND_CHOICES),
  historyDays: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MOST_HISTORY_DAYS)),
  language: v.picklist(["ko", "en"]),
  theme: v.picklist(["system", "light", "dark"]),
  palette: v.picklist(["korean", "global", "colour-blind"]),
} satisfies Record<keyof SettingValues, v.GenericSchema>;

/** Every setting; one that is missing or no longer readable has its default. */
export async function readSettings(db: ObservatorDatabase): Promise<SettingValues> {
  const rows = await db.settings.toArray();
  const readable = rows.filter((row) => row.name in SCHEMAS && v.is(SCHEMAS[row.name], row.value));
  return Object.assign({}, DEFAULT_SETTINGS, Object.fromEntries(readable.map((row) => [row.name, row.value])));
}

export async function writeSetting<Name extends keyof SettingValues>(
  db: ObservatorDatabase,
  name: Name,
  value: SettingValues[Name],
): Promise<void> {
  assert(v.is(SCHEMAS[name], value), `not a value of the setting ${name}`);
  await db.settings.put({ name, value });
}
