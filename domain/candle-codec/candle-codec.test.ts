import { readFileSync } from "node:fs";
import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CANDLE_COLUMNS, emptyColumns, type CandleColumns } from "../candle.ts";
import { contentChecksum } from "./content-checksum.ts";
import { decodeCandles } from "./decode-candles.ts";
import { codeLengths, decodePlane, encodePlane } from "./huffman.ts";
import { encodeCandles } from "./encode-candles.ts";

/** Bit by bit, NaN aside: no equality of numbers tells a negative zero apart. */
function sameBits(one: CandleColumns, other: CandleColumns): boolean {
  return CANDLE_COLUMNS.every(
    (name) =>
      one[name].length === other[name].length && one[name].every((value, row) => Object.is(value, other[name][row])),
  );
}

function decoded(bytes: Uint8Array): CandleColumns {
  const result = decodeCandles(bytes);
  if (!result.ok) throw new Error(result.fault.detail);
  return result.value;
}

const comesBack = (columns: CandleColumns): boolean => sameBits(decoded(encodeCandles(columns)), columns);

/** The recorded quarter, read as plainly as can be. The value column is empty in the file. */
function recorded(): CandleColumns {
  const lines = gunzipSync(readFileSync("data/upbit-KRW-BTC-1m-2024-01_2024-03.csv.gz")).toString("utf8").split("\n");
  const rows = lines.slice(1).filter((line) => line !== "");
  const columns = emptyColumns(rows.length);
  rows.forEach((line, row) => {
    const cells = line.split(",");
    columns.openTimeMs[row] = Date.parse(`${cells[1]}Z`);
    (["open", "high", "low", "close"] as const).forEach((name, at) => (columns[name][row] = Number(cells[at + 2])));
    columns.value[row] = cells[6] === "" ? NaN : Number(cells[6]);
    columns.volume[row] = Number(cells[7]);
  });
  return columns;
}

/** One candle on a market's grid: whole ticks, eight decimals, value at five decimals near price × volume or unknown. */
const candle = fc.record({
  minutes: fc.oneof({ weight: 9, arbitrary: fc.constant(1) }, fc.integer({ min: 1, max: 500_000 })),
  low: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 200_000 }) }, fc.integer({ min: 1, max: 2 ** 36 })),
  body: fc.tuple(fc.integer({ min: 0, max: 900 }), fc.integer({ min: 0, max: 900 })),
  above: fc.integer({ min: 0, max: 900 }),
  volume: fc.oneof(fc.integer({ min: 0, max: 100_000 }), fc.integer({ min: 0, max: 2 ** 45 })),
  noise: fc.integer({ min: -(2 ** 34), max: 2 ** 34 }),
  known: fc.boolean(),
});
const TICKS = [1000, 1, 0.1, 0.01, 1e-8] as const;

function marketColumns(rows: readonly (typeof candle extends fc.Arbitrary<infer Row> ? Row : never)[], tick: number) {
  const columns = emptyColumns(rows.length);
  let time = 1_704_034_800_000;
  const scale = Math.round(1 / Math.min(tick, 1));
  const price = (count: number) => (count * Math.max(tick, 1)) / scale;
  rows.forEach((row, at) => {
    time += row.minutes * 60_000;
    columns.openTimeMs[at] = time;
    columns.open[at] = price(row.low + row.body[0]);
    columns.close[at] = price(row.low + row.body[1]);
    columns.high[at] = price(row.low + Math.max(...row.body) + row.above);
    columns.low[at] = price(row.low);
    columns.volume[at] = row.volume / 1e8;
    const value = Math.round(columns.close[at]! * columns.volume[at]! * 1e5 + row.noise) / 1e5;
    columns.value[at] = row.known ? Math.abs(value) : NaN;
  });
  return columns;
}

/** Any double at all, the odd ones often. */
const anyDouble = fc.oneof(
  fc.double(),
  fc.constantFrom(0, -0, NaN, Infinity, -Infinity, Number.MIN_VALUE, -Number.MIN_VALUE, Number.MAX_VALUE, 2 ** 53),
  fc.constantFrom(Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER, 0.1, 1e-12, 1e-13, 5e-324, 2.2e-308, 1e300),
  fc.integer(),
);

describe("a block of candles", () => {
  it("brings the recorded quarter back to the last bit, at under 7 bytes a candle [C15]", () => {
    const columns = recorded();
    expect(columns.openTimeMs).toHaveLength(130_088);
    const bytes = encodeCandles(columns);
    expect(sameBits(decoded(bytes), columns)).toBe(true);
    expect(gzipSync(bytes).length / 130_088).toBeLessThan(7);
  });

  it("brings candles of any market back, with gaps, zero volumes and unknown values [C15]", () => {
    fc.assert(
      fc.property(fc.array(candle, { maxLength: 60 }), fc.constantFrom(...TICKS), (rows, tick) =>
        comesBack(marketColumns(rows, tick)),
      ),
      { numRuns: 300 },
    );
  });

  it("brings any doubles back, on a grid or not [C15]", () => {
    const column = fc.array(anyDouble, { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(column, { minLength: CANDLE_COLUMNS.length, maxLength: CANDLE_COLUMNS.length }), (cells) => {
        const columns = emptyColumns(5);
        CANDLE_COLUMNS.forEach((name, at) => columns[name].set(cells[at]!));
        return comesBack(columns);
      }),
      { numRuns: 500 },
    );
  });

  it("brings one odd number among ordinary ones back, in whichever column it stands [C15]", () => {
    const rows = Array.from({ length: 8 }, (_, at) => ({
      minutes: 1,
      low: 50_000 + at,
      body: [3, 1] as [number, number],
      above: 2,
      volume: 123_456_789 + at,
      noise: at * 1_000,
      known: at !== 3,
    }));
    fc.assert(
      fc.property(fc.constantFrom(...CANDLE_COLUMNS), fc.nat(7), anyDouble, (name, row, odd) => {
        const columns = marketColumns(rows, 1000);
        columns[name][row] = odd;
        return comesBack(columns);
      }),
      { numRuns: 500 },
    );
  });

  it("keeps the values of the busiest minutes on their grid [C15]", () => {
    const columns = recorded();
    for (let row = 0; row < columns.value.length; row += 1)
      columns.value[row] = Math.round((columns.high[row]! + columns.low[row]!) * columns.volume[row]! * 5e4) / 1e5;
    expect(columns.value.reduce((most, value) => Math.max(most, value), 0)).toBeGreaterThan(2e10);
    expect(comesBack(columns)).toBe(true);
    expect(encodeCandles(columns).length / 130_088).toBeLessThan(13);
  });

  it.each([-0, 1e17, 0.1 + 0.2, 2 ** 52 + 1])("brings %d back where only a late row has it [C15]", (odd) => {
    const columns = recorded();
    const few = emptyColumns(200);
    for (const name of CANDLE_COLUMNS) few[name].set(columns[name].subarray(0, 200));
    few.volume[150] = odd;
    few.value.fill(7);
    few.value[160] = odd;
    expect(comesBack(few)).toBe(true);
  });

  it("of no candle at all is a block", () => {
    expect(comesBack(emptyColumns(0))).toBe(true);
  });

  it("is the same bytes for the same candles, wherever they were cut from", () => {
    const all = recorded();
    const part = (name: (typeof CANDLE_COLUMNS)[number], from: number) => all[name].slice(from, from + 500);
    const cut = Object.fromEntries(CANDLE_COLUMNS.map((name) => [name, part(name, 1_000)])) as CandleColumns;
    expect(encodeCandles(cut)).toEqual(encodeCandles(decoded(encodeCandles(cut))));
  });

  it("that lost or changed a single bit, or its end, is refused [C17]", () => {
    const bytes = encodeCandles(marketColumns(fc.sample(candle, { numRuns: 20, seed: 7 }), 1000));
    for (let at = 0; at < bytes.length; at += 1)
      for (let bit = 0; bit < 8; bit += 1) {
        const broken = bytes.slice();
        broken[at] = broken[at]! ^ (1 << bit);
        expect(decodeCandles(broken).ok).toBe(false);
      }
    for (let length = 0; length < bytes.length; length += 1)
      expect(decodeCandles(bytes.subarray(0, length)).ok).toBe(false);
    expect(decodeCandles(Uint8Array.from([...bytes, 0]))).toMatchObject({ fault: { type: "damaged" } });
  });

  it("of a newer version is told apart from a damaged one [C17]", () => {
    const bytes = encodeCandles(emptyColumns(0));
    const view = new DataView(bytes.buffer);
    view.setUint32(8, 2, true);
    expect(decodeCandles(bytes)).toMatchObject({ fault: { type: "damaged" } });
    view.setUint32(4, contentChecksum(bytes.subarray(8)), true);
    expect(decodeCandles(bytes)).toMatchObject({ fault: { type: "newer" } });
  });
});

describe("a code of bytes", () => {
  /** Counts that make the deepest tree. */
  const fibonacci = (size: number) => {
    const counts = new Uint32Array(256);
    for (let byte = 0, [one, other] = [1, 1]; byte < size; byte += 1, [one, other] = [other, one + other])
      counts[byte] = one;
    return counts;
  };

  it.each([1, 2, 12, 20, 40])("of %d bytes, however unevenly they come, can be read and is not too long", (size) => {
    for (const total of [100, 100_000]) {
      const lengths = codeLengths(fibonacci(size), total);
      const most = Math.max(...lengths);
      expect(most).toBeLessThanOrEqual(total === 100 ? 9 : 12);
      expect(lengths.filter((length) => length > 0)).toHaveLength(size);
      expect(lengths.reduce((sum, length) => sum + (length > 0 ? 2 ** -length : 0), 0)).toBeLessThanOrEqual(1);
      const plane = Uint8Array.from({ length: 999 }, (_, row) => (row * row) % size);
      const coded = new Uint8Array(2_000);
      encodePlane(plane, lengths, coded);
      const out = new Uint8Array(plane.length + 1);
      expect(decodePlane(coded, lengths, out)).toBe(true);
      expect(out.subarray(0, plane.length)).toEqual(plane);
    }
  });

  it("that is none is refused", () => {
    expect(decodePlane(new Uint8Array(9), new Uint8Array(256).fill(2), new Uint8Array(9))).toBe(false);
  });
});

describe("the checksum", () => {
  it.each([
    ["", 0x02cc5d05],
    ["a", 0x550d7456],
    ["abc", 0x32d153ff],
    ["abcdefghijklmnopqrstuvwxyz0123456789", 0x42ae804d],
  ])("of %j is XXH32's", (text, sum) => {
    expect(contentChecksum(new TextEncoder().encode(text))).toBe(sum);
  });
});
