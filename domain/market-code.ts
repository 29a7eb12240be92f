import * as v from "valibot";
import type { Branded } from "./units.ts";

/** `QUOTE-BASE`, upper case, e.g. `KRW-BTC`. Source: upbit-api 1.2. */
export type MarketCode = Branded<string, "MarketCode">;
const MARKET_CODE = /^(?:KRW|BTC|USDT)-[A-Z0-9]{1,16}$/;

export const isMarketCode = (text: string): text is MarketCode => MARKET_CODE.test(text);
export const MarketCodeSchema = v.pipe(
  v.string(),
  v.regex(MARKET_CODE),
  v.transform((text) => text as MarketCode),
);
