import { bytesOfBase64 } from "../bytes.ts";

/** What becomes of one request: it is answered as told, its answer is lost after it took effect, or it never arrives. */
type Fate = { readonly status: number; readonly body: unknown } | "answer-lost" | "never-arrives";
export type Seen = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Record<string, string> | null;
  readonly headers: Headers;
};
export type FakeOrder = Record<string, unknown> & { identifier: string; state: string };
type Reply = { readonly status: number; readonly body: unknown };

const refused = (status: number, name: string | number): Reply => ({ status, body: { error: { name, message: "" } } });

/** As much of the exchange as the relay talks to, in memory, with every request remembered and any of them spoiled on
 *  demand. It knows nothing of the relay's code. */
export class FakeExchange {
  readonly seen: Seen[] = [];
  readonly orders = new Map<string, FakeOrder>();
  /** `METHOD path` of requests to come and their fate, first in, first out. */
  readonly #fates = new Map<string, Fate[]>();
  /** Answers given instead of the built-in ones until they are taken back. */
  readonly replies = new Map<string, (seen: Seen) => Reply>();
  /** What the fixed-address hop does with a request that comes its way. */
  hop: "passes" | "is-busy" | "refuses" | "is-something-else" = "passes";
  expireAt = "2030-01-01T00:00:00+09:00";

  spoil(request: string, ...fates: Fate[]): void {
    this.#fates.set(request, [...(this.#fates.get(request) ?? []), ...fates]);
  }

  /** Nothing is spoiled any more. */
  calm(): void {
    this.#fates.clear();
  }

  /** Takes back what was still to be spoiled. */
  forgive(request: string): void {
    this.#fates.delete(request);
  }

  requests(request: string): Seen[] {
    return this.seen.filter(({ method, path }) => `${method} ${path}` === request);
  }

  async fetch(address: string, init: RequestInit): Promise<Response> {
    const url = new URL(address);
    const body = typeof init.body === "string" ? (JSON.parse(init.body) as Record<string, string>) : null;
    const headers = new Headers(init.headers);
    if (!headers.has("X-Egress-To")) return this.#answer(url, init.method ?? "GET", { headers, body });
    if (this.hop === "is-busy") return new Response(null, { status: 429, headers: { "X-Egress": "not-sent" } });
    if (this.hop === "refuses") return new Response(null, { status: 403, headers: { "X-Egress": "not-sent" } });
    const answer = await this.#answer(url, init.method ?? "GET", { headers, body });
    if (this.hop === "passes") answer.headers.set("X-Egress", "passed");
    return answer;
  }

  async #answer(url: URL, method: string, { headers, body }: Pick<Seen, "headers" | "body">): Promise<Response> {
    const seen: Seen = { method, path: url.pathname, query: url.searchParams, body, headers };
    this.seen.push(seen);
    const request = `${seen.method} ${seen.path}`;
    const fate = this.#fates.get(request)?.shift();
    if (fate === "never-arrives") throw new TypeError("network connection lost");
    if (typeof fate === "object") return answerOf(fate);
    const reply = this.replies.get(request)?.(seen) ?? this.#reply(request, seen);
    if (fate === "answer-lost") throw new DOMException("timed out", "TimeoutError");
    return answerOf(reply);
  }

  #reply(request: string, { query, body, headers }: Seen): Reply {
    switch (request) {
      case "GET /v1/accounts":
        return { status: 200, body: [account("KRW", "1000000")] };
      case "GET /v1/ticker":
        return { status: 200, body: (query.get("markets") ?? "").split(",").map(tickerOf) };
      case "GET /v1/orderbook":
        return { status: 200, body: (query.get("markets") ?? "").split(",").map(bookOf) };
      case "GET /v1/orders/chance":
        return { status: 200, body: chanceOf(query.get("market") ?? "") };
      case "POST /v1/orders/test":
        return refused(400, "insufficient_funds_bid");
      case "DELETE /v1/withdraws/coin":
        return refused(401, "out_of_scope");
      case "GET /v1/api_keys":
        return { status: 200, body: [{ access_key: accessKeyOf(headers), expire_at: this.expireAt }] };
      case "POST /v1/orders":
        return this.#place(body ?? {});
      case "GET /v1/order":
        return this.#found(query, (order) => order);
      case "DELETE /v1/order":
        return this.#found(query, (order) => {
          const before = { ...order };
          order.state = "cancel";
          return before;
        });
      default:
        return refused(404, 404);
    }
  }

  #place(body: Record<string, string>): Reply {
    const identifier = body["identifier"] ?? "";
    if (this.orders.has(identifier)) return refused(400, "duplicated_identifier");
    const order: FakeOrder = {
      market: body["market"],
      uuid: crypto.randomUUID(),
      side: body["side"],
      ord_type: body["ord_type"],
      price: body["price"],
      volume: body["volume"],
      state: "wait",
      created_at: "2026-11-22T12:00:00+09:00",
      executed_volume: "0",
      paid_fee: "0",
      locked: "0",
      trades_count: 0,
      identifier,
    };
    this.orders.set(identifier, order);
    const answer = { status: 201, body: { ...order } };
    if (body["ord_type"] !== "limit") fill(order, { volume: "0.001", funds: "9999.5", paidFee: "4.99975" });
    return answer;
  }

  #found(query: URLSearchParams, use: (order: FakeOrder) => unknown): Reply {
    const order = this.orders.get(query.get("identifier") ?? "");
    return order ? { status: 200, body: use(order) } : refused(404, "order_not_found");
  }
}

/** Fills an order the way a market order ends: sells are done, buys are cancelled with their residue. */
export function fill(order: FakeOrder, { volume, funds, paidFee }: Record<"volume" | "funds" | "paidFee", string>) {
  order.state = order["ord_type"] === "price" ? "cancel" : "done";
  order["executed_volume"] = volume;
  order["paid_fee"] = paidFee;
  order["trades_count"] = 1;
  order["trades"] = [
    { uuid: crypto.randomUUID(), price: "9999500", volume, funds, created_at: "2026-11-22T12:00:00+09:00" },
  ];
}

const answerOf = ({ status, body }: Reply): Response =>
  new Response(typeof body === "string" ? body : JSON.stringify(body), { status });

const account = (currency: string, balance: string) => ({
  currency,
  balance,
  locked: "0",
  avg_buy_price: "0",
  avg_buy_price_modified: false,
  unit_currency: "KRW",
});

/** Last trade at 100 million won, asks from there upwards: a coin a level, half a percent between. */
const tickerOf = (market: string) => ({
  market,
  trade_price: 100_000_000,
  signed_change_rate: 0,
  signed_change_price: 0,
  high_price: 100_000_000,
  low_price: 100_000_000,
  acc_trade_price_24h: 1,
  acc_trade_volume_24h: 1,
  trade_timestamp: 1,
  timestamp: 1,
});
const bookOf = (market: string) => ({
  market,
  timestamp: 1,
  orderbook_units: Array.from({ length: 30 }, (_, place) => ({
    ask_price: 100_000_000 + place * 500_000,
    bid_price: 99_900_000 - place * 500_000,
    ask_size: 1,
    bid_size: 1,
  })),
});

const chanceOf = (market: string) => ({
  bid_fee: "0.0005",
  ask_fee: "0.0005",
  market: {
    id: market,
    bid: { currency: "KRW", min_total: "5000" },
    ask: { currency: "BTC", min_total: "5000" },
    max_total: "1000000000",
    state: "active",
  },
  bid_account: account("KRW", "1000000"),
  ask_account: account("BTC", "0.5"),
});

/** Claims of the token that a request carries. */
export function claimsOf(headers: Headers): Record<string, string> {
  const payload = headers.get("Authorization")?.split(".")[1] ?? "";
  const padded = payload
    .replaceAll("-", "+")
    .replaceAll("_", "/")
    .padEnd(Math.ceil(payload.length / 4) * 4, "=");
  return JSON.parse(new TextDecoder().decode(bytesOfBase64(padded) ?? new Uint8Array())) as Record<string, string>;
}
const accessKeyOf = (headers: Headers): string => claimsOf(headers)["access_key"] ?? "";
