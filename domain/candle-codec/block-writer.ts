import type { NumberGrid } from "./number-grid.ts";

/** Little-endian bytes that grow. */
export class BlockWriter {
  #bytes = new Uint8Array(1024);
  #length = 0;

  #room(count: number): DataView {
    if (this.#length + count > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + count));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    return new DataView(this.#bytes.buffer);
  }

  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#room(1);
    this.#bytes[this.#length] = value;
    this.#length += 1;
  }

  uint32(value: number): void {
    this.#room(4).setUint32(this.#length, value, true);
    this.#length += 4;
  }

  float64(value: number): void {
    this.#room(8).setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  /** Seven bits a byte, least first; for whole numbers to 2^53. */
  varint(value: number): void {
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) this.byte((rest % 128) | 128);
    this.byte(rest);
  }

  raw(bytes: Uint8Array): void {
    this.#room(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  grid({ decimals, step }: NumberGrid): void {
    this.byte(decimals);
    this.float64(step);
  }

  /** A number of planes, then the planes, lowest byte first: equal places of all numbers lie together, so that the
   *  seldom used high bytes are runs of zeros.
   *  @param numbers whole, 0 to 2^53 */
  planes(numbers: Float64Array): void {
    let greatest = 0;
    for (let row = 0; row < numbers.length; row += 1) if (numbers[row]! > greatest) greatest = numbers[row]!;
    let width = 0;
    for (let limit = 1; greatest >= limit; limit *= 256) width += 1;
    this.byte(width);
    const count = numbers.length;
    this.#room(width * count);
    const [bytes, start] = [this.#bytes, this.#length];
    for (let row = 0; row < count; row += 1) {
      const number = numbers[row]!;
      const low = number >>> 0;
      for (let plane = 0, rest = low; plane < width && plane < 4; plane += 1, rest >>>= 8)
        bytes[start + plane * count + row] = rest;
      if (width <= 4) continue;
      for (let plane = 4, rest = (number - low) / 4294967296; plane < width; plane += 1, rest >>>= 8)
        bytes[start + plane * count + row] = rest;
    }
    this.#length += width * count;
  }

  /** Doubles as they are, by planes of their eight bytes. */
  doubles(values: Float64Array): void {
    const count = values.length;
    const view = this.#room(8 * count);
    const start = this.#length;
    const bytes = new DataView(new ArrayBuffer(8));
    for (let row = 0; row < count; row += 1) {
      bytes.setFloat64(0, values[row]!, true);
      for (let plane = 0; plane < 8; plane += 1) view.setUint8(start + plane * count + row, bytes.getUint8(plane));
    }
    this.#length += 8 * count;
  }

  /** The bytes so far, in a buffer of their own. */
  taken(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }
}
