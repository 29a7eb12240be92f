import { isMarketCode } from "../../domain/market-code.ts";
import { ok } from "../../domain/result.ts";
import { refuse } from "../faults.ts";
import type { Route } from "../http/route.ts";
import { countCaller, audienceOf } from "../market/market-access.ts";
import { candlePage } from "../market/candle-page.ts";
import { sha256 } from "../web-crypto.ts";

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
    const { complete, text } = page.value;
    const json = { "Content-Type": "application/json" };
    if (!complete) return ok(new Response(text, { headers: json }));
    const headers = { "Cache-Control": FOR_EVER, ETag: `"${(await sha256(relay.outside.crypto, text)).slice(0, 32)}"` };
    if (request.headers.get("If-None-Match") === headers.ETag) return ok(new Response(null, { status: 304, headers }));
    return ok(new Response(text, { headers: { ...headers, ...json } }));
  },
};
