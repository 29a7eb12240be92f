import { describe, expect, it } from "vitest";
import { encodeCandles } from "../domain/candle-codec/encode-candles.ts";
import { COMPLETE_HEADER } from "../domain/candle-page.ts";
import { columnsOf } from "../domain/candle.ts";
import type { MarketCode } from "../domain/market-code.ts";
import { epochMs } from "../domain/units.ts";
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
      limit: { name: "largestOrderKrw", most: 1_000_000, reached: 1_200_000 },
    };
    expect(await answering(400, problem).placeOrder(entry)).toEqual({
      ok: false,
      fault: {
        type: "insufficient-funds",
        kind: "refuse",
        detail: "The balance is too small.",
        exchangeError: "insufficient_funds_bid",
        limit: { name: "largestOrderKrw", most: 1_000_000, reached: 1_200_000 },
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

  it("give a day page as columns, and none where the block is damaged or broke off [C15]", async () => {
    const candle = {
      openTimeMs: epochMs(1_704_034_800_000),
      open: 2,
      high: 3,
      low: 1,
      close: 2.5,
      volume: 0.5,
      value: 1.2,
    };
    const block = encodeCandles(columnsOf([candle]));
    const asked = async (bytes: Uint8Array<ArrayBuffer>, complete: string) =>
      createRelayClient(async () => new Response(bytes, { headers: { [COMPLETE_HEADER]: complete } })).candleDay(
        MARKET,
        "2024-01-01",
      );
    expect(await asked(block, "yes")).toMatchObject({
      ok: true,
      value: { market: MARKET, kstDay: "2024-01-01", complete: true, openTimeMs: [candle.openTimeMs], close: [2.5] },
    });
    expect(await asked(block, "no")).toMatchObject({ value: { complete: false } });
    const damaged = block.map((byte, at) => (at === block.length - 1 ? byte ^ 1 : byte));
    expect(await asked(damaged, "yes")).toMatchObject({ ok: false, fault: { type: "internal" } });
    const broken = new ReadableStream({ start: (controller) => controller.error(new TypeError("network error")) });
    const client = createRelayClient(async () => new Response(broken));
    expect(await client.candleDay(MARKET, "2024-01-01")).toMatchObject({ fault: { type: "offline", kind: "retry" } });
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
