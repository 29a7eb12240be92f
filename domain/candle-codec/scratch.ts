/** Working memory of the codec, kept from block to block: a browser takes longer to hand out and clear fresh memory than
 *  the codec to use it. Nothing in it outlives the call that asked for it. */
const words: Uint32Array[] = [];
const bytes: Uint8Array[] = [];

/** @returns `count` words of any content */
export function scratchWords(slot: number, count: number): Uint32Array {
  if ((words[slot]?.length ?? 0) < count) words[slot] = new Uint32Array(count);
  return words[slot]!.subarray(0, count);
}

/** @returns `count` bytes of any content */
export function scratchBytes(slot: number, count: number): Uint8Array {
  if ((bytes[slot]?.length ?? 0) < count) bytes[slot] = new Uint8Array(count);
  return bytes[slot]!.subarray(0, count);
}
