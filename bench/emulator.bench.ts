import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { BenchLine } from "../tools/bench-line.ts";
import { startChild } from "./emulator/child.ts";
import { crowdOf, pause } from "./emulator/crowd.ts";
import { requestsPerSecond } from "./emulator/request-load.ts";

/** The local exchange against bare servers that work nothing out, in the same run. */

type Addresses = { readonly rest: string; readonly ws: string };
type Used = { readonly cpuSeconds: number; readonly marketMs: number; readonly memoryBytes: number };
type Figure = Omit<BenchLine, "bench" | "ratio">;

const line = (figure: Figure): BenchLine => ({
  bench: "emulator",
  ...figure,
  ratio: figure.value / figure.peerValue,
});
const median = (values: readonly number[], share = 0.5): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? NaN;

const TICKER = "/v1/ticker?markets=KRW-XRP";
const REST_MS = 4_000;

async function* rest(): AsyncIterable<BenchLine> {
  const exchange = await startChild<Addresses>("serve-exchange.ts", ["KRW-BTC,KRW-ETH,KRW-XRP", "1", "100000"]);
  const answer = await (await fetch(`${exchange.ready.rest}${TICKER}`)).text();
  const bare = await startChild<Addresses>("serve-bare.ts", [answer, "0", "1"]);
  const [ours, peers]: [number[], number[]] = [[], []];
  // In turns, so that a noisy minute of the machine hits both.
  for (let turn = 0; turn < 3; turn++) {
    ours.push(await requestsPerSecond(exchange.ready.rest, TICKER, REST_MS / 3));
    peers.push(await requestsPerSecond(bare.ready.rest, TICKER, REST_MS / 3));
  }
  await Promise.all([exchange.end(), bare.end()]);
  yield line({
    metric: "REST ticker",
    value: median(ours),
    unit: "requests/s",
    peer: "bare node:http, same bytes",
    peerValue: median(peers),
  });
}

const SPEED = 60;
const CROWD = { size: 200, forMs: 10_000 };
const BUSY = ["KRW-BTC", "KRW-ETH", "KRW-XRP"];

/** 200 connections on trades and order books of three markets, market time running sixtyfold. */
async function* sockets(): AsyncIterable<BenchLine> {
  const exchange = await startChild<Addresses>("serve-exchange.ts", [BUSY.join(","), String(SPEED), "20"]);
  const asked = [{ ticket: "bench" }, ...["trade", "orderbook"].map((type) => ({ type, codes: BUSY }))];
  const seen: Used[] = [];
  const note = async () => void seen.push(await exchange.ask<Used>("used"));
  const crowd = await crowdOf(exchange.ready.ws, asked, { ...CROWD, pace: 80 }, note);
  await note();
  await exchange.end();
  const [before, after] = seen as [Used, Used];
  const spent = after.cpuSeconds - before.cpuSeconds;
  const pulses = CROWD.forMs / 100;
  const perPulse = crowd.frames / CROWD.size / pulses;
  const bare = await startChild<Addresses>("serve-bare.ts", [
    "",
    String(perPulse),
    String(Math.round(crowd.bytes / crowd.frames)),
  ]);
  const bareSeen: Used[] = [];
  const bareNote = async () => void bareSeen.push(await bare.ask<Used>("used"));
  const peer = await crowdOf(bare.ready.ws, null, { ...CROWD, pace: 400 }, bareNote);
  await bareNote();
  await bare.end();
  const peerSpent = bareSeen[1]!.cpuSeconds - bareSeen[0]!.cpuSeconds;
  const seconds = CROWD.forMs / 1_000;
  const against = { peer: "bare ws, same frames in the same rhythm" };
  yield line({
    metric: "frames delivered to 200 connections",
    value: crowd.frames / seconds,
    unit: "frames/s",
    ...against,
    peerValue: peer.frames / seconds,
  });
  yield line({
    metric: "frames delivered per CPU second",
    value: crowd.frames / spent,
    unit: "frames/s",
    ...against,
    peerValue: peer.frames / peerSpent,
  });
  const late = delaysOf(crowd.first, { marketMs: before.marketMs, speed: SPEED });
  const onTime = late.filter((ms) => ms <= 200).length / late.length;
  yield line({ metric: "frames out within 200 ms", value: onTime, unit: "share", peer: "all of them", peerValue: 1 });
}

type Arrivals = Awaited<ReturnType<typeof crowdOf>>["first"];
/** How much later than the quickest frame each came, milliseconds of wall time, after its making. */
function delaysOf(first: Arrivals, { speed }: { marketMs: number; speed: number }): number[] {
  const offsets = first.map(({ arrivedMs, frame }) => arrivedMs - Number(frame["timestamp"]) / speed);
  const quickest = offsets.reduce((least, offset) => Math.min(least, offset), Infinity);
  return offsets.map((offset) => offset - quickest);
}

const TAPE = "data/upbit-KRW-BTC-1m-2024-01_2024-03.csv.gz";

/** From nothing to the first answer with 131,000 recorded minutes. */
async function* tapeStart(): AsyncIterable<BenchLine> {
  const root = join(import.meta.dirname, "..");
  const timed = (act: () => void): number => {
    const began = performance.now();
    act();
    return performance.now() - began;
  };
  const node = (...args: string[]) =>
    execFileSync(process.execPath, ["--disable-warning=ExperimentalWarning", ...args], { cwd: root });
  const start = `const{startEmulator}=await import("./emulator/start-emulator.ts");
    const e=await startEmulator({tapes:["${TAPE}"]});
    const a=await fetch(e.rest+"/v1/ticker?markets=KRW-BTC");if(a.status!==200)process.exit(1);await e.close();`;
  const read = `const{gunzipSync}=await import("node:zlib"),{readFileSync}=await import("node:fs");
    gunzipSync(readFileSync("${TAPE}")).toString().split("\\n").map((l)=>l.split(",").map(Number));`;
  const ours = [0, 1, 2].map(() => timed(() => node("--input-type=module", "-e", start)));
  const peers = [0, 1, 2].map(() => timed(() => node("--input-type=module", "-e", read)));
  yield line({
    metric: "start with a tape of 131,000 rows",
    value: median(ours),
    unit: "ms",
    peer: "node reading the same file",
    peerValue: median(peers),
  });
}

const TEN = "BTC,ETH,XRP,SOL,DOGE,ADA,AAA,BBB,CCC,DDD".split(",").map((base) => `KRW-${base}`);
const FAST = 600;

/** Ten markets, a day of one-minute candles in 144 seconds. */
async function* tenMarkets(): AsyncIterable<BenchLine> {
  const exchange = await startChild<Addresses>("serve-exchange.ts", [TEN.join(","), String(FAST), "1"]);
  const asked = [{ ticket: "bench" }, ...["candle.1m", "ticker"].map((type) => ({ type, codes: TEN }))];
  const seen: Used[] = [];
  const note = async () => void seen.push(await exchange.ask<Used>("used"));
  const crowd = await crowdOf(exchange.ready.ws, asked, { size: 1, forMs: 144_000, pace: 80 }, note);
  await note();
  await exchange.end();
  const tickers = crowd.first.filter(({ frame }) => frame["type"] === "ticker");
  const late = delaysOf(tickers, { marketMs: seen[0]!.marketMs, speed: FAST });
  const [from, to] = [seen[0]!.marketMs, seen[1]!.marketMs];
  const minutes = new Set(
    crowd.first.flatMap(({ frame }) =>
      frame["type"] === "candle.1m" && frame["code"] === "KRW-BTC" ? [frame["candle_date_time_utc"]] : [],
    ),
  ).size;
  const against = { peer: "no lag at all", peerValue: 100 };
  yield line({
    metric: "ten markets at speed 600, lag of the slowest percent",
    value: median(late, 0.99),
    unit: "ms",
    ...against,
    peer: "one pulse",
  });
  yield line({
    metric: "ten markets at speed 600, minutes of KRW-BTC told",
    value: minutes,
    unit: "candles",
    peer: "minutes that passed",
    peerValue: Math.round((to - from) / 60_000),
  });
}

async function* month(): AsyncIterable<BenchLine> {
  const child = await startChild<{ firstBytes: number; lastBytes: number }>("live-a-month.ts", [], ["--expose-gc"]);
  const { firstBytes, lastBytes } = child.ready;
  await child.end();
  yield line({
    metric: "heap after an emulated month",
    value: lastBytes / 2 ** 20,
    unit: "MiB",
    peer: "after its first day",
    peerValue: firstBytes / 2 ** 20,
  });
}

export async function* run(): AsyncIterable<BenchLine> {
  for (const part of [rest, sockets, tapeStart, month, tenMarkets]) {
    yield* part();
    await pause(500);
  }
}
