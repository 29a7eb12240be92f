import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { readTape, type Tape } from "../tapes/tape.ts";

/** Recordings made for tests. */

export const TAPE_HEADER =
  "market,candle_date_time_utc,opening_price,high_price,low_price,trade_price,candle_acc_trade_price,candle_acc_trade_volume";
export const CARRIED_TAPE = "data/upbit-KRW-BTC-1m-2024-01_2024-03.csv.gz";

/** Writes a recording into a folder of its own. */
export function writeTape(rows: readonly string[], name = "tape.csv.gz"): string {
  const file = join(mkdtempSync(join(tmpdir(), "tape-")), name);
  writeFileSync(file, gzipSync([TAPE_HEADER, ...rows].join("\n")));
  return file;
}

/** @throws Error with the fault's line */
export function tapeOf(file: string): Tape {
  const tape = readTape(file);
  if (!tape.ok) throw new Error(tape.fault);
  return tape.value;
}

/** The carried minutes from `fromMs` to before `toMs` gathered into wider candles, with values on the tick grid. */
export function gatheredRows(intervalMs: number, fromMs: number, toMs: number): string[] {
  const rows: string[] = [];
  const open = { startMs: -1, cells: [0, 0, 0, 0], units: 0n, value: 0n };
  const flush = () => {
    if (open.startMs < 0) return;
    const time = new Date(open.startMs).toISOString().slice(0, 19);
    const value = String(open.value).padStart(9, "0");
    const volume = String(open.units).padStart(9, "0");
    const point = (text: string) => `${text.slice(0, -8)}.${text.slice(-8)}`;
    rows.push(`KRW-BTC,${time},${open.cells.join(",")},${point(value)},${point(volume)}`);
  };
  for (const line of gunzipSync(readFileSync(CARRIED_TAPE)).toString("utf8").split("\n").slice(1)) {
    const cells = line.split(",");
    const ms = Date.parse(`${cells[1]}Z`);
    if (!(ms >= fromMs && ms < toMs)) continue;
    const startMs = Math.floor(ms / intervalMs) * intervalMs;
    const [first, high, low, close] = cells.slice(2, 6).map(Number) as [number, number, number, number];
    const units = BigInt(Math.round(Number(cells[7]) * 1e8));
    const value = units * BigInt((high + low) / 2 - (((high + low) / 2) % 1_000));
    if (open.startMs !== startMs) {
      flush();
      Object.assign(open, { startMs, cells: [first, high, low, close], units: 0n, value: 0n });
    }
    const [, top, bottom] = open.cells as [number, number, number, number];
    open.cells = [open.cells[0]!, Math.max(top, high), Math.min(bottom, low), close];
    open.units += units;
    open.value += value;
  }
  flush();
  return rows;
}
