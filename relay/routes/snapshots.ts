import { isMarketCode, type MarketCode } from "../../domain/market-code.ts";
import { ok, type Result } from "../../domain/result.ts";
import { MOST_MARKETS, type OrderBooksAnswer, type TickersAnswer, type TradesAnswer } from "../../domain/wire.ts";
import { refuse, type RelayFault } from "../faults.ts";
import { answer } from "../http/answer.ts";
import type { Call, Route } from "../http/route.ts";
import { countCaller, audienceOf } from "../market/market-access.ts";
import { snapshots, type SnapshotKind, type Snapshots } from "../market/snapshot.ts";
import { ORDER_BOOKS, TICKERS, TRADES } from "../market/snapshot-kinds.ts";

export const ticker: Route = {
  method: "GET",
  path: "/api/ticker",
  access: "anyone",
  async handle(call) {
    const found = await ask(call, TICKERS, listed(call));
    return found.ok
      ? answer<TickersAnswer>({ tickers: [...found.value.values], askedAtMs: found.value.askedAtMs })
      : found;
  },
};

export const orderBook: Route = {
  method: "GET",
  path: "/api/orderbook",
  access: "anyone",
  async handle(call) {
    const found = await ask(call, ORDER_BOOKS, listed(call));
    return found.ok
      ? answer<OrderBooksAnswer>({ books: [...found.value.values], askedAtMs: found.value.askedAtMs })
      : found;
  },
};

export const trades: Route = {
  method: "GET",
  path: "/api/trades",
  access: "anyone",
  async handle(call) {
    const market = new URL(call.request.url).searchParams.get("market") ?? "";
    if (!isMarketCode(market)) return refuse("bad-input", "Not a market code.", "market");
    const found = await ask(call, TRADES, ok([market]));
    if (!found.ok) return found;
    const { values, askedAtMs } = found.value;
    return answer<TradesAnswer>({ market, trades: [...values[0]!], askedAtMs });
  },
};

async function ask<Value>(
  call: Call,
  kind: SnapshotKind<Value>,
  markets: Result<readonly MarketCode[], RelayFault>,
): Promise<Result<Snapshots<Value>, RelayFault>> {
  if (!markets.ok) return markets;
  const counted = countCaller(call.relay, call.address);
  if (!counted.ok) return counted;
  return snapshots(call.relay, kind, markets.value, () => audienceOf(call));
}

/** `markets=A,B`: each once, at most `MOST_MARKETS`. */
function listed({ request }: Call): Result<readonly MarketCode[], RelayFault> {
  const codes = new URL(request.url).searchParams.get("markets")?.split(",") ?? [];
  const markets = codes.filter(isMarketCode);
  const sound = markets.length > 0 && markets.length === codes.length && new Set(codes).size === codes.length;
  if (!sound || markets.length > MOST_MARKETS)
    return refuse("bad-input", `Needs 1 to ${MOST_MARKETS} different market codes.`, "markets");
  return ok(markets);
}
