import { describe, expect, it } from "vitest";
import type { MarketCode } from "../domain/market-code.ts";
import { createRelayClient } from "./relay-client.ts";

const MARKET = "KRW-BTC" as MarketCode;
const entry = {
  idempotencyKey: "0e0f6b1c-9d1c-4c57-8c1d-3a3b7f6d2a11",
  origin: "auto" as const,
  request: { kind: "market-bid" as const, market: MARKET, side: "bid" as const, total: "10000" },
};
const answering = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  createRelayClient(async () =>
    status === 304
      ? new Response(null, { status, headers })
      : new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers }),
  );
const unreachable = createRelayClient(async () => {
  throw new TypeError("fetch failed");
});

describe("a relay that does not answer", () => {
  it("leaves a read to be repeated and an order to be asked about [C12]", async () => {
    expect(await unreachable.me()).toMatchObject({ ok: false, fault: { type: "offline", kind: "retry" } });
    expect(await unreachable.placeOrder(entry)).toMatchObject({
      ok: false,
      fault: { type: "order-unknown", kind: "unknown" },
    });
  });

  it("leaves an order to be asked about also when the answer breaks off or is none of ours [C12]", async () => {
    for (const client of [answering(502, "<html>"), answering(201, "{"), answering(201, { order: {} })])
      expect(await client.placeOrder(entry)).toMatchObject({ fault: { type: "order-unknown", kind: "unknown" } });
    expect(await answering(404, "<html>").placeOrder(entry)).toMatchObject({ fault: { type: "internal" } });
    expect(await answering(200, "<html>").me()).toMatchObject({ fault: { type: "internal", kind: "stop" } });
    expect(await answering(503, "").me()).toMatchObject({ fault: { type: "internal", kind: "retry" } });
  });
});

describe("the relay's answers", () => {
  it("become values: a problem as its fault, with nothing else of the body", async () => {
    const problem = {
      type: "insufficient-funds",
      title: "Insufficient funds",
      status: 400,
      detail: "The balance is too small.",
      kind: "refuse",
      requestId: "r1",
      exchangeError: "insufficient_funds_bid",
    };
    expect(await answering(400, problem).placeOrder(entry)).toEqual({
      ok: false,
      fault: {
        type: "insufficient-funds",
        kind: "refuse",
        detail: "The balance is too small.",
        exchangeError: "insufficient_funds_bid",
      },
    });
  });

  it("without a body are done", async () => {
    const client = createRelayClient(async () => new Response(null, { status: 204 }));
    expect(await client.logOut()).toEqual({ ok: true, value: null });
  });

  it("say when the serving model is still the one at hand", async () => {
    const seen: RequestInit[] = [];
    const client = createRelayClient(async (_path, init) => {
      seen.push(init);
      return new Response(null, { status: 304 });
    });
    expect(await client.servingModel(MARKET, '"m1"')).toEqual({ ok: true, value: { changed: false } });
    expect(seen[0]?.headers).toEqual({ "if-none-match": '"m1"' });
    expect(await answering(200, { model: null }, { etag: '"none"' }).servingModel(MARKET)).toEqual({
      ok: true,
      value: { changed: true, model: null, etag: '"none"' },
    });
  });

  it("go to the one path of their route", async () => {
    const paths: string[] = [];
    const client = createRelayClient(async (path, init) => {
      paths.push(`${init.method} ${path}`);
      return new Response("{}", { status: 200 });
    });
    await client.candleDay(MARKET, "2024-01-10");
    await client.placeOrder(entry);
    await client.cancelOrder("a/b");
    expect(paths).toEqual([
      "GET /api/candles/KRW-BTC/1m/2024-01-10",
      "POST /api/orders",
      "POST /api/orders/a%2Fb/cancel",
    ]);
  });
});
