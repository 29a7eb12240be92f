import * as v from "valibot";
import { MarketCodeSchema } from "../../domain/market-code.ts";
import { ok, type Result } from "../../domain/result.ts";
import { UpbitMarketSchema } from "../../domain/upbit.ts";
import { MINUTE_MS } from "../../domain/units.ts";
import type { MarketEntry } from "../../domain/wire.ts";
import type { RelayFault } from "../faults.ts";
import type { Relay } from "../relay.ts";
import { askQuotation } from "./ask-quotation.ts";
import { together } from "./together.ts";

/** Markets come and go by announcement, days ahead. */
const LIFE_MS = 10 * MINUTE_MS;
const QUESTION = { group: "market", path: "/v1/market/all", parameters: [["is_details", "false"]] } as const;

/** Source: upbit-api 3.1. Codes of a form that we do not know are left out. */
export async function marketList(relay: Relay): Promise<Result<readonly MarketEntry[], RelayFault>> {
  const { memory, outside } = relay;
  if (memory.markets && outside.wallNow() - memory.markets.askedWallMs < LIFE_MS) return ok(memory.markets.entries);
  return together(relay, "markets", () => askList(relay));
}

async function askList(relay: Relay): Promise<Result<readonly MarketEntry[], RelayFault>> {
  const { memory, outside } = relay;
  const rows = await askQuotation(relay, QUESTION, v.array(UpbitMarketSchema));
  if (!rows.ok) return rows;
  const entries = rows.value.flatMap((row) => {
    const market = v.safeParse(MarketCodeSchema, row.market);
    return market.success
      ? [{ market: market.output, koreanName: row.korean_name, englishName: row.english_name }]
      : [];
  });
  memory.markets = { entries, askedWallMs: outside.wallNow() };
  return ok(entries);
}
