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
  #at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = at;
  }

  #skip(count: number): number {
    const at = this.#at;
    if (at + count > this.#bytes.length) throw new BrokenBlock("the block ends early");
    this.#at += count;
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

  /** Memory of the block itself. */
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

  /** Everything was read. */
  end(): void {
    if (this.#at !== this.#bytes.length) throw new BrokenBlock("the block does not end where it should");
  }
}
