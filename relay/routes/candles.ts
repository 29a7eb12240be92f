import { CANDLE_PAGE_TYPE, COMPLETE_HEADER } from "../../domain/candle-page.ts";
import { isMarketCode } from "../../domain/market-code.ts";
import { ok } from "../../domain/result.ts";
import { refuse } from "../faults.ts";
import type { Route } from "../http/route.ts";
import { candlePage } from "../market/candle-page.ts";
import { sha256 } from "../web-crypto.ts";
import { audienceOf, countCaller } from "../market/market-access.ts";

/** A finished day never changes: it is asked for once in a browser's life. */
const FOR_EVER = "public, max-age=31536000, immutable";

export const candles: Route = {
  method: "GET",
  path: "/api/candles/:market/1m/:kstDay",
  access: "anyone",
  async handle(call) {
    const { relay, request, params, address } = call;
    const counted = countCaller(relay, address);
    if (!counted.ok) return counted;
    const market = params["market"] ?? "";
    if (!isMarketCode(market)) return refuse("bad-input", "Not a market code.", "market");
    const page = await candlePage(relay, { market, kstDay: params["kstDay"] ?? "" }, () => audienceOf(call));
    if (!page.ok) return page;
    const { complete, block } = page.value;
    const headers = new Headers({ "Content-Type": CANDLE_PAGE_TYPE, [COMPLETE_HEADER]: complete ? "yes" : "no" });
    if (!complete) return ok(new Response(block, { headers }));
    const etag = `"${(await sha256(relay.outside.crypto, block)).slice(0, 32)}"`;
    headers.set("Cache-Control", FOR_EVER);
    headers.set("ETag", etag);
    return request.headers.get("If-None-Match") === etag
      ? ok(new Response(null, { status: 304, headers }))
      : ok(new Response(block, { headers }));
  },
};
