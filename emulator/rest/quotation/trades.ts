import { ok, type Result } from "../../../domain/result.ts";
import { DAY_MS, type EpochMs } from "../../../domain/units.ts";
import { eachDayBack } from "../../market/candles.ts";
import type { MarketFeed } from "../../market/market-feed.ts";
import { invalidValue, typeMismatch, type Refusal } from "../../refusal.ts";
import { tradeRow } from "./quotation-rows.ts";
import type { Query } from "../request.ts";
import { askedCount, askedMarket, type QuotationHandler } from "./asked.ts";

/** Source: upbit-api 3.3, 9.16. */
export const trades: QuotationHandler = (world, query, nowMs) => {
  const feed = askedMarket(world, query.first("market"));
  if (!feed.ok) return feed;
  const count = askedCount(world, query, { usual: 1, most: world.switches.mostTrades });
  if (!count.ok) return count;
  const span = askedSpan(query, nowMs);
  if (!span.ok) return span;
  const { beforeMs, fromMs } = span.value;
  const found = feed.value.tradesBefore(beforeMs, fromMs, count.value);
  const previousClose = closeBefore(feed.value, fromMs);
  return ok(found.map((trade) => tradeRow(feed.value.market, trade, previousClose ?? found.at(-1)!.price)));
};

/** `days_ago` chooses a UTC day, `to` an instant inside it, `cursor` continues with what is older. */
function askedSpan(query: Query, nowMs: EpochMs): Result<{ fromMs: number; beforeMs: number }, Refusal> {
  const daysAgo = query.first("days_ago");
  if (daysAgo !== null && !/^-?\d+$/.test(daysAgo)) return typeMismatch();
  if (daysAgo !== null && !/^[1-7]$/.test(daysAgo)) return invalidValue();
  const fromMs = (Math.floor(nowMs / DAY_MS) - Number(daysAgo ?? 0)) * DAY_MS;
  let beforeMs = daysAgo === null ? nowMs + 1 : fromMs + DAY_MS;
  const to = query.first("to");
  if (to !== null) {
    const time = /^([01]\d|2[0-3])([0-5]\d)([0-5]\d)$/.exec(to) ?? /^([01]\d|2[0-3]):([0-5]\d):([0-5]\d)$/.exec(to);
    if (!time) return invalidValue();
    beforeMs = Math.min(beforeMs, fromMs + (Number(time[1]) * 3_600 + Number(time[2]) * 60 + Number(time[3])) * 1_000);
  }
  const cursor = query.first("cursor");
  if (cursor !== null) {
    if (!/^\d{5,20}$/.test(cursor)) return invalidValue();
    // A trade's number is its instant and four digits of its market.
    beforeMs = Math.min(beforeMs, Number(cursor.slice(0, -4)));
  }
  return ok({ fromMs, beforeMs });
}

function closeBefore(feed: MarketFeed, dayMs: number): number | null {
  let close: number | null = null;
  eachDayBack(feed, dayMs, (day) => ((close = day.close), false));
  return close;
}
