import { createHash, createHmac, randomUUID } from "node:crypto";
import type { Ask } from "./asker.ts";
import type { ExchangeAccess } from "./same-workerd.ts";

/** The same order on its three ways: through the relay, through the bare Worker, straight to the exchange. */
export type Way = (entry: OrderEntry, cookie: string) => Promise<void>;
export type OrderEntry = { readonly idempotencyKey: string; readonly origin: "manual"; readonly request: LimitOrder };
type LimitOrder = {
  readonly kind: "limit";
  readonly market: string;
  readonly side: "bid" | "ask";
  readonly price: string;
  readonly volume: string;
};

const MARKET = "KRW-XRP";

/** Makes orders that rest far from the market: every second one a buy while `buys` are wanted. */
export async function orderMaker(ask: Ask, rest: string): Promise<(side: "bid" | "ask") => OrderEntry> {
  const ticker = JSON.parse((await ask(`${rest}/v1/ticker?markets=${MARKET}`)).text) as [{ trade_price: number }];
  const last = ticker[0].trade_price;
  // Two digits: on any tick grid.
  const price = { bid: Number((last * 0.7).toPrecision(2)), ask: Number((last * 1.5).toPrecision(2)) };
  return (side) => ({
    idempotencyKey: randomUUID(),
    origin: "manual",
    request: {
      kind: "limit",
      market: MARKET,
      side,
      price: String(price[side]),
      volume: String(Math.ceil(8_000 / price[side])),
    },
  });
}

export function throughWorker(ask: Ask, address: string): Way {
  return async (entry, cookie) => {
    const { status, text } = await ask(`${address}/api/orders`, {
      method: "POST",
      headers: { Cookie: cookie },
      body: entry,
    });
    if (status !== 201) throw new Error(`an order was answered with ${status}: ${text}`);
  };
}

/** Source: upbit-api 2.2, 2.3. */
export function straight(ask: Ask, { rest, accessKey, secretKey }: ExchangeAccess): Way {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const header = part({ alg: "HS512", typ: "JWT" });
  return async ({ request: { market, side, price, volume }, idempotencyKey }) => {
    const body = {
      market,
      side,
      volume,
      price,
      ord_type: "limit",
      smp_type: "cancel_maker",
      identifier: idempotencyKey,
    };
    const hashed = Object.entries(body).map(([name, value]) => `${name}=${value}`);
    const hash = createHash("sha512").update(hashed.join("&")).digest("hex");
    const claims = { access_key: accessKey, nonce: randomUUID(), query_hash: hash, query_hash_alg: "SHA512" };
    const signed = `${header}.${part(claims)}`;
    const token = `${signed}.${createHmac("sha512", secretKey).update(signed).digest("base64url")}`;
    const headers = { Authorization: `Bearer ${token}` };
    const { status, text } = await ask(`${rest}/v1/orders`, { method: "POST", headers, body });
    if (status !== 201) throw new Error(`an order straight to the exchange was answered with ${status}: ${text}`);
  };
}

/** Accounts with a key, because limits and turns are each member's own. All of them trade in one pocket.
 *  @returns their cookies */
export async function membersWithKey(ask: Ask, relay: string, count: number, { accessKey, secretKey }: ExchangeAccess) {
  const cookies: string[] = [];
  for (let at = 0; at < count; at++) {
    const name = `bench${at}`;
    const body = { name, displayName: name, salt: "0".repeat(32), verifier: "0".repeat(64) };
    const joined = await ask(`${relay}/api/sign-up`, { method: "POST", body });
    const cookie = [joined.headers["set-cookie"] ?? []]
      .flat()
      .map((one) => one.split(";")[0])
      .join("; ");
    const stored = await ask(`${relay}/api/key`, {
      method: "PUT",
      headers: { Cookie: cookie },
      body: { accessKey, secretKey },
    });
    if (stored.status !== 200) throw new Error(`no account or no key: ${joined.text} ${stored.text}`);
    cookies.push(cookie);
  }
  return cookies;
}
