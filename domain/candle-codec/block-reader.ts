import { MOST_DECIMALS, type NumberGrid } from "./number-grid.ts";

/** The bytes end early or hold what the writer never wrote. Thrown inside the codec only: `decodeCandles` turns it
 *  into a fault. */
export class BrokenBlock extends Error {
  override name = "BrokenBlock";
}

/** Reads what BlockWriter wrote. */
export class BlockReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #noiseFrom: number;
  #at: number;
  #noiseAt: number;

  constructor(bytes: Uint8Array, { at, noiseFrom }: { readonly at: number; readonly noiseFrom: number }) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = at;
    this.#noiseFrom = noiseFrom;
    this.#noiseAt = noiseFrom;
  }

  #skip(count: number): number {
    const at = this.#at;
    if (at + count > this.#noiseFrom) throw new BrokenBlock("the block ends early");
    this.#at += count;
    return at;
  }

  #skipNoise(count: number): number {
    const at = this.#noiseAt;
    if (at + count > this.#bytes.length) throw new BrokenBlock("the block ends early");
    this.#noiseAt += count;
    return at;
  }

  byte(): number {
    return this.#view.getUint8(this.#skip(1));
  }

  uint32(): number {
    return this.#view.getUint32(this.#skip(4), true);
  }

  float64(): number {
    return this.#view.getFloat64(this.#skip(8), true);
  }

  varint(): number {
    let value = 0;
    for (let weight = 1; weight <= 2 ** 49; weight *= 128) {
      const byte = this.byte();
      value += (byte & 127) * weight;
      if (byte < 128) return value;
    }
    throw new BrokenBlock("a number is too long");
  }

  raw(count: number): Uint8Array {
    const at = this.#skip(count);
    return this.#bytes.subarray(at, at + count);
  }

  grid(): NumberGrid {
    const grid = { decimals: this.byte(), step: this.float64() };
    if (grid.decimals > MOST_DECIMALS || !Number.isSafeInteger(grid.step))
      throw new BrokenBlock("a grid is impossible");
    return grid;
  }

  /** @returns whole numbers below 2^32 */
  narrowPlanes(count: number): Uint32Array {
    const starts = this.#planeStarts(count, 4);
    return this.#words(count, starts);
  }

  /** @returns whole numbers to 2^53 as `high × 2^32 + low` */
  planes(count: number): { readonly low: Uint32Array; readonly high: Uint32Array } {
    const starts = this.#planeStarts(count, 7);
    return { low: this.#words(count, starts.slice(0, 4)), high: this.#words(count, starts.slice(4)) };
  }

  #planeStarts(count: number, most: number): number[] {
    const head = this.byte();
    const [width, noisy] = [head & 15, head >> 4];
    if (width > most || noisy > width) throw new BrokenBlock("a column is too wide");
    return Array.from({ length: width }, (_, plane) => (plane < noisy ? this.#skipNoise(count) : this.#skip(count)));
  }

  #words(count: number, starts: readonly number[]): Uint32Array {
    const words = new Uint32Array(count);
    const bytes = this.#bytes;
    const width = starts.length;
    const [a = 0, b = 0, c = 0, d = 0] = starts;
    if (width === 1) for (let row = 0; row < count; row += 1) words[row] = bytes[a + row]!;
    if (width === 2) for (let row = 0; row < count; row += 1) words[row] = bytes[a + row]! | (bytes[b + row]! << 8);
    if (width === 3)
      for (let row = 0; row < count; row += 1)
        words[row] = bytes[a + row]! | (bytes[b + row]! << 8) | (bytes[c + row]! << 16);
    if (width === 4)
      for (let row = 0; row < count; row += 1)
        words[row] = bytes[a + row]! | (bytes[b + row]! << 8) | (bytes[c + row]! << 16) | (bytes[d + row]! << 24);
    return words;
  }

  doubles(count: number): Float64Array {
    const values = new Float64Array(count);
    const start = this.#skip(8 * count);
    const bytes = new DataView(new ArrayBuffer(8));
    for (let row = 0; row < count; row += 1) {
      for (let plane = 0; plane < 8; plane += 1) bytes.setUint8(plane, this.#bytes[start + plane * count + row]!);
      values[row] = bytes.getFloat64(0, true);
    }
    return values;
  }

  /** Everything was read. */
  end(): void {
    if (this.#at !== this.#noiseFrom || this.#noiseAt !== this.#bytes.length)
      throw new BrokenBlock("the block does not end where it should");
  }
}
