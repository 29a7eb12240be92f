import "fake-indexeddb/auto";
import { createServer, request as ask } from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Fault } from "../domain/fault.ts";
import type { MarketCode } from "../domain/market-code.ts";
import { fail } from "../domain/result.ts";
import { epochMs, MINUTE_MS, SECOND_MS } from "../domain/units.ts";
import { startEmulator } from "../emulator/start-emulator.ts";
import type { BenchLine } from "../tools/bench-line.ts";
import { startProduct } from "../tools/product.ts";
import { fillHistory, type BackfillPorts } from "../web/collect/backfill.ts";
import { ORIGIN_SPACING_MS } from "../web/collect/origin-gate.ts";
import { createRelayClient } from "../web/relay-client.ts";
import { readBackfill } from "../web/store/backfill-store.ts";
import { openDatabase } from "../web/store/database.ts";

const MARKET = "KRW-ETH" as MarketCode;
const DAYS = 365;
const PORT = 8_493;

/** A year of one-minute candles of a generated market, from the local exchange through the relay as built (`npm run
 *  build` first) into an empty store, twice: the second browser finds the pages in the relay's cache. The peer is the
 *  same year straight from the exchange: as many requests, one in ten seconds as a page may ask; counted, not waited for. */
export async function* run(): AsyncIterable<BenchLine> {
  const folder = mkdtempSync(join(tmpdir(), "observator-bench-"));
  const emulator = await startEmulator({ synthetic: [MARKET] });
  const counter = await countingFront(emulator.rest);
  const exchange = { rest: counter.address, ws: emulator.ws };
  const product = await startProduct({ port: PORT, folder, speed: 1, seed: 1, exchange });
  try {
    const cookie = await member(product.address, product.setUpCode);
    for (const which of ["the first browser", "a second browser"]) {
      const before = counter.requests();
      const tookMs = await fillYear(product.address, cookie);
      const asked = counter.requests() - before;
      console.error(`${which}: ${DAYS} pages, ${asked} requests to the exchange, ${(tookMs / SECOND_MS).toFixed(1)} s`);
      yield* lines(which, tookMs);
    }
  } finally {
    await product.stop();
    counter.close();
    await emulator.close();
    rmSync(folder, { recursive: true, force: true });
  }

  function* lines(which: string, tookMs: number): Iterable<BenchLine> {
    const directMs = counter.first() * ORIGIN_SPACING_MS;
    yield {
      bench: "backfill",
      metric: `a year of minutes, ${which}`,
      value: tookMs / MINUTE_MS,
      unit: "min",
      peer: `${counter.first()} requests straight from the exchange, one in 10 s`,
      peerValue: directMs / MINUTE_MS,
      ratio: tookMs / directMs,
    };
  }
}

/** The exchange's address with a count of the candle pages that were asked for. */
async function countingFront(target: string) {
  let count = 0;
  let first = 0;
  const server = createServer((incoming, outgoing) => {
    if (incoming.url!.startsWith("/v1/candles/")) count += 1;
    const forward = ask(target + incoming.url!, { method: incoming.method, headers: incoming.headers }, (answer) => {
      outgoing.writeHead(answer.statusCode!, answer.headers);
      answer.pipe(outgoing);
    });
    forward.on("error", () => outgoing.destroy());
    incoming.pipe(forward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => count,
    /** Of the first year: what the second one also needed. */
    first: () => (first ||= count),
    close: () => server.close(),
  };
}

/** Strangers have half of the exchange's turns: the bench asks as a member does. */
async function member(address: string, setUpCode: string): Promise<string> {
  const body = { name: "bench", displayName: "bench", salt: "0".repeat(32), verifier: "0".repeat(64), setUpCode };
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${address}/api/sign-up`, { method: "POST", headers, body: JSON.stringify(body) });
  if (answer.status !== 201) throw new Error(`the relay made no account: ${answer.status} ${await answer.text()}`);
  return answer.headers.get("set-cookie")!.split(";")[0]!;
}

async function fillYear(address: string, cookie: string): Promise<number> {
  const db = openDatabase(`year-${performance.now()}`);
  const relay = createRelayClient((path, init) =>
    fetch(address + path, { ...init, headers: { ...(init.headers as Record<string, string>), cookie } }),
  );
  const ports: BackfillPorts = {
    db,
    relay,
    exchangeDay: () => Promise.resolve(fail<Fault>({ type: "offline", kind: "retry", detail: "" })),
    marketNow: () => epochMs(Date.now()),
    wallNow: () => epochMs(Date.now()),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  };
  const began = performance.now();
  await fillHistory(ports, MARKET, DAYS, new AbortController().signal);
  const tookMs = performance.now() - began;
  const row = await readBackfill(db, MARKET);
  if (row?.daysDone !== DAYS) throw new Error(`only ${row?.daysDone} days came (${row?.fault})`);
  await db.delete();
  return tookMs;
}
