import { isNoise } from "./noise.ts";
import type { NumberGrid } from "./number-grid.ts";

/** Little-endian bytes in two parts: what a compressor can work on, and the noise behind it. */
export class BlockWriter {
  readonly #clear: GrowingBytes;
  readonly #noise: GrowingBytes;

  /** @param rowCount rows to come, so that the bytes are seldom moved */
  constructor(rowCount: number) {
    this.#clear = new GrowingBytes(1024 + rowCount * 16);
    this.#noise = new GrowingBytes(rowCount * 8);
  }

  byte(value: number): void {
    const at = this.#clear.grow(1);
    this.#clear.bytes[at] = value;
  }

  uint32(value: number): void {
    const at = this.#clear.grow(4);
    this.#clear.view.setUint32(at, value, true);
  }

  float64(value: number): void {
    const at = this.#clear.grow(8);
    this.#clear.view.setFloat64(at, value, true);
  }

  /** Seven bits a byte, least first; for whole numbers to 2^53. */
  varint(value: number): void {
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) this.byte((rest % 128) | 128);
    this.byte(rest);
  }

  raw(bytes: Uint8Array): void {
    const at = this.#clear.grow(bytes.length);
    this.#clear.bytes.set(bytes, at);
  }

  grid({ decimals, step }: NumberGrid): void {
    this.byte(decimals);
    this.float64(step);
  }

  /** How many planes and how many of them are noise in one byte, then the planes, lowest byte first: equal places of
   *  all numbers lie together, so that the seldom used high bytes are runs of zeros.
   *  @param numbers whole, 0 to 2^53 */
  planes(numbers: Float64Array): void {
    const count = numbers.length;
    let greatest = 0;
    for (let row = 0; row < count; row += 1) if (numbers[row]! > greatest) greatest = numbers[row]!;
    let width = 0;
    for (let limit = 1; greatest >= limit; limit *= 256) width += 1;
    const planes = planesOf(numbers, width);
    let noisy = 0;
    while (noisy < width && isNoise(planes.subarray(noisy * count, (noisy + 1) * count))) noisy += 1;
    this.byte(width | (noisy << 4));
    const at = this.#noise.grow(noisy * count);
    this.#noise.bytes.set(planes.subarray(0, noisy * count), at);
    this.raw(planes.subarray(noisy * count));
  }

  /** Doubles as they are, by planes of their eight bytes. */
  doubles(values: Float64Array): void {
    const count = values.length;
    const planes = new Uint8Array(8 * count);
    const one = new DataView(new ArrayBuffer(8));
    for (let row = 0; row < count; row += 1) {
      one.setFloat64(0, values[row]!, true);
      for (let plane = 0; plane < 8; plane += 1) planes[plane * count + row] = one.getUint8(plane);
    }
    this.raw(planes);
  }

  /** Length of the first part so far. */
  get clearLength(): number {
    return this.#clear.length;
  }

  /** Both parts, in one buffer of their own. */
  taken(): Uint8Array<ArrayBuffer> {
    const all = new Uint8Array(this.#clear.length + this.#noise.length);
    all.set(this.#clear.bytes.subarray(0, this.#clear.length));
    all.set(this.#noise.bytes.subarray(0, this.#noise.length), this.#clear.length);
    return all;
  }
}

function planesOf(numbers: Float64Array, width: number): Uint8Array {
  const count = numbers.length;
  const planes = new Uint8Array(width * count);
  const low = new Uint32Array(count);
  const high = new Uint32Array(width > 4 ? count : 0);
  for (let row = 0; row < high.length; row += 1) high[row] = numbers[row]! / 4294967296;
  for (let row = 0; row < count; row += 1)
    low[row] = width > 4 ? numbers[row]! - high[row]! * 4294967296 : numbers[row]!;
  for (let plane = 0; plane < width; plane += 1) {
    const [words, shift, at] = [plane < 4 ? low : high, (plane & 3) * 8, plane * count];
    for (let row = 0; row < count; row += 1) planes[at + row] = words[row]! >>> shift;
  }
  return planes;
}

class GrowingBytes {
  bytes: Uint8Array<ArrayBuffer>;
  view: DataView;
  length = 0;

  constructor(room: number) {
    this.bytes = new Uint8Array(room);
    this.view = new DataView(this.bytes.buffer);
  }

  /** @returns where the new bytes begin */
  grow(count: number): number {
    const at = this.length;
    if (at + count > this.bytes.length) {
      const larger = new Uint8Array(Math.max(this.bytes.length * 2, at + count));
      larger.set(this.bytes);
      this.bytes = larger;
      this.view = new DataView(larger.buffer);
    }
    this.length = at + count;
    return at;
  }
}
