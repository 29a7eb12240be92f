import type { Candle } from "../../domain/candle.ts";
import { exchangeUtc } from "../../domain/time.ts";
import { epochMs, MINUTE_MS } from "../../domain/units.ts";
import { minuteOfUpbit } from "../../domain/upbit-candle.ts";
import { parseReceived } from "../../web/collect/frame.ts";
import type { BenchMessage } from "../in-chromium.ts";

/** Frames as they lie on the wire, made from recorded minutes: of each minute ten trades and ten states of the candle,
 *  as the exchange sends them. Source: upbit-api 6.5, 6.7. */
const MINUTES = 5_000;
const EACH = 10;
const ROUNDS = 7;

const post = (message: BenchMessage): void => self.postMessage(message);
const encoder = new TextEncoder();
const decoder = new TextDecoder();

function tradeText(candle: Candle, at: number): string {
  const tradeMs = candle.openTimeMs + at * 5_000;
  return `{"type":"trade","code":"KRW-BTC","timestamp":${tradeMs + 41},"trade_date":"${exchangeUtc(epochMs(tradeMs)).slice(0, 10)}","trade_time":"${exchangeUtc(epochMs(tradeMs)).slice(11)}","trade_timestamp":${tradeMs},"trade_price":${candle.close}.0,"trade_volume":${(candle.volume / EACH).toFixed(8)},"ask_bid":"${at % 2 === 0 ? "BID" : "ASK"}","prev_closing_price":${candle.open}.0,"change":"RISE","change_price":${Math.abs(candle.close - candle.open)},"sequential_id":${tradeMs}${String(at).padStart(4, "0")},"best_ask_price":${candle.high},"best_ask_size":0.18234511,"best_bid_price":${candle.low},"best_bid_size":0.41002371,"stream_type":"REALTIME"}`;
}

function candleText(candle: Candle, at: number): string {
  const time = exchangeUtc(candle.openTimeMs);
  const kst = exchangeUtc(epochMs(candle.openTimeMs + 9 * 60 * MINUTE_MS));
  const share = (at + 1) / EACH;
  return `{"type":"candle.1m","code":"KRW-BTC","candle_date_time_utc":"${time}","candle_date_time_kst":"${kst}","opening_price":${candle.open}.0,"high_price":${candle.high}.0,"low_price":${candle.low}.0,"trade_price":${candle.close}.0,"candle_acc_trade_volume":${(candle.volume * share).toFixed(8)},"candle_acc_trade_price":${(candle.volume * share * candle.close).toFixed(5)},"timestamp":${candle.openTimeMs + at * 5_000},"stream_type":"REALTIME"}`;
}

async function recordedMinutes(): Promise<Candle[]> {
  const packed = (await fetch("/candles.csv.gz")).body!;
  const text = await new Response(packed.pipeThrough(new DecompressionStream("gzip"))).text();
  const rows = text.split("\n").slice(1, MINUTES + 1);
  return rows.map((row) => {
    const [, time, open, high, low, close, , volume] = row.split(",");
    return {
      openTimeMs: epochMs(Date.parse(`${time}Z`)),
      open: Number(open),
      high: Number(high),
      low: Number(low),
      close: Number(close),
      volume: Number(volume),
      value: null,
    };
  });
}

/** Milliseconds of one pass over all frames. */
function timed(frames: readonly ArrayBuffer[], take: (frame: ArrayBuffer) => number): number {
  const began = performance.now();
  let sum = 0;
  for (const frame of frames) sum += take(frame);
  if (Number.isNaN(sum)) throw new Error("a frame was not read");
  return performance.now() - began;
}

/** What the collector does with a frame: text, JSON, every field checked, the trade's id from the text, the candle. */
function fullWay(frame: ArrayBuffer): number {
  const received = parseReceived(frame);
  if (received.kind !== "frame") return NaN;
  if (received.frame.type === "trade") return received.frame.sequentialId.length;
  if (received.frame.type !== "candle.1m") return NaN;
  const candle = minuteOfUpbit(received.frame);
  return candle.ok ? candle.value.close : NaN;
}

/** The least that anyone must do. */
const parseAlone = (frame: ArrayBuffer): number =>
  (JSON.parse(decoder.decode(frame)) as { timestamp: number }).timestamp;

const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]!;

const minutes = await recordedMinutes();
const texts = minutes.flatMap((candle) =>
  Array.from({ length: EACH }, (_, at) => [tradeText(candle, at), candleText(candle, at)]).flat(),
);
const exact = texts.filter((text) => text.startsWith('{"type":"trade"')).slice(0, 1_000);
for (const text of exact) {
  const received = parseReceived(text);
  const spelled = /"sequential_id":(\d+)/.exec(text)![1];
  if (received.kind !== "frame" || received.frame.type !== "trade" || received.frame.sequentialId !== spelled)
    throw new Error("an id lost its digits");
}
const frames = texts.map((text) => encoder.encode(text).buffer);
const ours: number[] = [];
const peers: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  // Turn about, so that neither has the warmer machine.
  if (round % 2 === 0) ours.push(timed(frames, fullWay));
  peers.push(timed(frames, parseAlone));
  if (round % 2 === 1) ours.push(timed(frames, fullWay));
}
const value = (frames.length * 1_000) / median(ours);
const peerValue = (frames.length * 1_000) / median(peers);
post({
  line: {
    bench: "live",
    metric: "frame to candle, validated, `sequential_id` exact from the text",
    value,
    unit: "frames/s",
    peer: "JSON.parse alone",
    peerValue,
    ratio: value / peerValue,
  },
});
post({ done: true });
