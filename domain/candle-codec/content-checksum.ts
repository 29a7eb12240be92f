const P1 = 0x9e3779b1;
const P2 = 0x85ebca77;
const P3 = 0xc2b2ae3d;
const P4 = 0x27d4eb2f;
const P5 = 0x165667b1;

const turn = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));
const lane = (sum: number, word: number): number => Math.imul(turn(sum + Math.imul(word, P2), 13), P1);

/** XXH32 with seed 0: finds damage, proves nothing about who wrote the bytes. Chosen over CRC-32 because it reads four
 *  bytes a step and costs next to nothing beside the decoding. Source: the xxHash specification, "XXH32 algorithm".
 *  @returns unsigned 32-bit number */
export function contentChecksum(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = bytes.length;
  let at = 0;
  let sum = P5;
  if (length >= 16) {
    let [a, b, c, d] = [(P1 + P2) | 0, P2 | 0, 0, -P1 | 0];
    for (; at + 16 <= length; at += 16) {
      a = lane(a, view.getUint32(at, true));
      b = lane(b, view.getUint32(at + 4, true));
      c = lane(c, view.getUint32(at + 8, true));
      d = lane(d, view.getUint32(at + 12, true));
    }
    sum = turn(a, 1) + turn(b, 7) + turn(c, 12) + turn(d, 18);
  }
  sum = (sum + length) | 0;
  for (; at + 4 <= length; at += 4) sum = Math.imul(turn(sum + Math.imul(view.getUint32(at, true), P3), 17), P4);
  for (; at < length; at += 1) sum = Math.imul(turn(sum + Math.imul(bytes[at]!, P5), 11), P1);
  sum = Math.imul(sum ^ (sum >>> 15), P2);
  sum = Math.imul(sum ^ (sum >>> 13), P3);
  return (sum ^ (sum >>> 16)) >>> 0;
}
