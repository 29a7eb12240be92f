import type { MarketCode } from "../../../domain/market-code.ts";
import { ok, type Result } from "../../../domain/result.ts";
import type { EpochMs } from "../../../domain/units.ts";
import type { MarketFeed } from "../../market/market-feed.ts";
import { marketStateOf } from "../../market/market-state.ts";
import { codeNotFound, invalidValue, missingParameter, typeMismatch, type Refusal } from "../../refusal.ts";
import type { World } from "../../world.ts";
import type { Query } from "../request.ts";

/** What a quotation endpoint reads from its query and answers. Source: upbit-api 3. */
export type QuotationHandler = (world: World, query: Query, nowMs: EpochMs) => Result<unknown, Refusal>;

export function askedMarket(world: World, code: string | null): Result<MarketFeed, Refusal> {
  if (code === null) return missingParameter();
  const feed = world.exchange.feeds.get(code as MarketCode);
  return feed && marketStateOf(world, feed.market).state !== "DELISTED" ? ok(feed) : codeNotFound();
}

/** A comma list; one unknown code fails the whole call. Source: upbit-api 1.4. */
export function askedMarkets(world: World, codes: string | null): Result<MarketFeed[], Refusal> {
  if (codes === null) return missingParameter();
  const feeds: MarketFeed[] = [];
  for (const code of codes.split(",")) {
    const feed = askedMarket(world, code);
    if (!feed.ok) return feed;
    feeds.push(feed.value);
  }
  return ok(feeds);
}

/** @param usual what an absent `count` means */
export function askedCount(
  { switches }: World,
  query: Query,
  { usual, most }: { readonly usual: number; readonly most: number },
): Result<number, Refusal> {
  const text = query.first("count");
  if (text === null) return ok(usual);
  if (!/^-?\d{1,15}$/.test(text)) return typeMismatch();
  const count = Number(text);
  if (count === 0 && switches.countZero === "one") return ok(1);
  if (count > most && switches.countAboveMost === "cut") return ok(most);
  return count >= 1 && count <= most ? ok(count) : invalidValue();
}

/** A boolean that may be absent. */
export function askedFlag(query: Query, name: string): Result<boolean, Refusal> {
  const text = query.first(name);
  if (text === null || text === "false") return ok(false);
  return text === "true" ? ok(true) : typeMismatch();
}
