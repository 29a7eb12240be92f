import { waitUntil } from "cloudflare:workers";
import { assert } from "../../domain/assert.ts";
import { epochMs } from "../../domain/units.ts";
import type { OrderRequest } from "../../domain/order.ts";
import type { UpbitOrder } from "../../domain/upbit.ts";
import { base64Url, hex } from "../../relay/bytes.ts";
import type { Env } from "../../relay/env.ts";
import type { OrderRow } from "../../relay/orders/order-row.ts";
import { recordBatch, truthOf } from "../../relay/orders/record-order.ts";
import { intentBatch } from "../../relay/orders/write-intent.ts";
import { realOutside } from "../../relay/outside.ts";
import { createRelay, type Relay } from "../../relay/relay.ts";

/** The peer of the relay's order: its two batches, one signed forward, and nothing else. No routes, no checks of what
 *  comes in, no vault (the secret is a variable), no look at the exchange's clock, no reading back of the order. */
type BareEnv = Env & { readonly ACCESS_KEY: string; readonly SECRET_KEY: string };

const text = new TextEncoder();
const part = (value: object): string => base64Url(text.encode(JSON.stringify(value)));
const HEADER = part({ alg: "HS512", typ: "JWT" });

let ready: Promise<{ readonly relay: Relay; readonly key: CryptoKey }> | null = null;

async function start(env: BareEnv) {
  const relay = await createRelay(env, realOutside(waitUntil));
  assert(relay.ok, "the bare Worker has the relay's variables");
  const hmac = { name: "HMAC", hash: "SHA-512" };
  const key = await crypto.subtle.importKey("raw", text.encode(env.SECRET_KEY), hmac, false, ["sign"]);
  return { relay: relay.value, key };
}

async function token(accessKey: string, key: CryptoKey, body: Readonly<Record<string, string>>): Promise<string> {
  const hashed = Object.entries(body).map(([name, value]) => `${name}=${value}`);
  const digest = await crypto.subtle.digest("SHA-512", text.encode(hashed.join("&")));
  const claims = {
    access_key: accessKey,
    nonce: crypto.randomUUID(),
    query_hash: hex(new Uint8Array(digest)),
    query_hash_alg: "SHA512",
  };
  const signed = `${HEADER}.${part(claims)}`;
  return `${signed}.${base64Url(new Uint8Array(await crypto.subtle.sign("HMAC", key, text.encode(signed))))}`;
}

async function sessionHashOf(request: Request): Promise<string> {
  const session = /__Host-session=([^;]+)/.exec(request.headers.get("Cookie") ?? "")?.[1] ?? "";
  return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", text.encode(session))));
}

export default {
  async fetch(request, env) {
    const { relay, key } = await (ready ??= start(env));
    const entry: { readonly idempotencyKey: string; readonly request: OrderRequest & { readonly kind: "limit" } } =
      await request.json();
    const marketMs = epochMs(Date.now());
    const by = { sessionHash: await sessionHashOf(request) };
    const intent = { by, origin: "manual", request: entry.request, idempotencyKey: entry.idempotencyKey } as const;
    // It never asks for facts; the relay's are there for it, only their age does not count.
    const written = await env.DB.batch(intentBatch(relay, intent, { marketMs, withoutFacts: true }));
    const row = written[4]!.results[0] as OrderRow | undefined;
    if (!row) return new Response(JSON.stringify(written[0]!.results[0]), { status: 500 });
    const { market, side, volume, price } = entry.request;
    const order = {
      market,
      side,
      volume,
      price,
      ord_type: "limit",
      smp_type: "cancel_maker",
      identifier: row.identifier,
    };
    const headers = {
      Authorization: `Bearer ${await token(env.ACCESS_KEY, key, order)}`,
      "Content-Type": "application/json",
    };
    const answer = await fetch(`${env.EXCHANGE_URL}/v1/orders`, {
      method: "POST",
      headers,
      body: JSON.stringify(order),
    });
    const made: UpbitOrder = await answer.json();
    if (!answer.ok) return Response.json(made, { status: 502 });
    waitUntil(env.DB.batch(recordBatch(relay, row, { truth: truthOf(made), updatedMs: marketMs })));
    return Response.json({ order: made }, { status: 201 });
  },
} satisfies ExportedHandler<BareEnv>;
