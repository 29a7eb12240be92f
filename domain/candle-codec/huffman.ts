/** Longest code: a table of this many bits fits a processor's first cache, and costs under a hundredth of the best. */
const MOST_BITS = 12;
/** Of short planes, where making the table would take longer than reading the plane. */
const MOST_BITS_SHORT = 9;
const SHORT_PLANE = 8_192;

/** Code lengths of a canonical Huffman code; 0 for bytes that do not occur.
 *  @param counts how often each of the 256 bytes occurs; one of them does
 *  @param total their sum
 *  Source: Huffman 1952; the limit by lengthening codes until Kraft's inequality holds again. */
export function codeLengths(counts: Uint32Array, total: number): Uint8Array {
  const most = total < SHORT_PLANE ? MOST_BITS_SHORT : MOST_BITS;
  const all = 1 << most;
  const lengths = treeDepths(counts);
  let room = all;
  for (let byte = 0; byte < 256; byte += 1) {
    if (lengths[byte]! > most) lengths[byte] = most;
    if (lengths[byte]! > 0) room -= all >> lengths[byte]!;
  }
  // Each step takes the longest code that can still grow, which costs least.
  for (let length = most - 1; room < 0; length -= 1)
    for (let byte = 0; byte < 256 && room < 0; byte += 1)
      for (; lengths[byte]! >= length && room < 0 && lengths[byte]! < most; lengths[byte] = lengths[byte]! + 1)
        room += all >> (lengths[byte]! + 1);
  return lengths;
}

/** Depths of the leaves of the optimal tree: the two lightest of leaves and nodes are joined until one is left. */
function treeDepths(counts: Uint32Array): Uint8Array {
  const sorted = new Float64Array(256);
  let leaves = 0;
  for (let byte = 0; byte < 256; byte += 1) if (counts[byte]! > 0) sorted[leaves++] = counts[byte]! * 256 + byte;
  const order = sorted.subarray(0, leaves).sort();
  const total = 2 * leaves - 1;
  const weights = new Float64Array(total);
  for (let at = 0; at < leaves; at += 1) weights[at] = Math.floor(order[at]! / 256);
  const parents = new Uint16Array(total);
  let [leaf, node] = [0, leaves];
  for (let made = leaves; made < total; made += 1)
    for (let child = 0; child < 2; child += 1) {
      const takesLeaf = leaf < leaves && (node >= made || weights[leaf]! <= weights[node]!);
      const lightest = takesLeaf ? leaf++ : node++;
      weights[made] = weights[made]! + weights[lightest]!;
      parents[lightest] = made;
    }
  const depths = new Uint8Array(total);
  for (let at = total - 2; at >= 0; at -= 1) depths[at] = depths[parents[at]!]! + 1;
  const lengths = new Uint8Array(256);
  // A byte that is alone still takes a bit, so that the reader moves on.
  for (let at = 0; at < leaves; at += 1) lengths[order[at]! % 256] = Math.max(1, depths[at]!);
  return lengths;
}

/** Codes in order of length, then byte: the lengths alone name them. */
function canonicalCodes(lengths: Uint8Array): Uint16Array {
  const codes = new Uint16Array(256);
  let code = 0;
  for (let length = 1; length <= MOST_BITS; length += 1) {
    for (let byte = 0; byte < 256; byte += 1) if (lengths[byte] === length) codes[byte] = code++;
    code <<= 1;
  }
  return codes;
}

/** Bytes that the coded plane takes. */
export function codedLength(counts: Uint32Array, lengths: Uint8Array): number {
  let bits = 0;
  for (let byte = 0; byte < 256; byte += 1) bits += counts[byte]! * lengths[byte]!;
  return Math.ceil(bits / 8);
}

/** Writes the plane's codes into `out`, first bit highest, the last byte filled with zeros. */
export function encodePlane(plane: Uint8Array, lengths: Uint8Array, out: Uint8Array): void {
  const entries = canonicalCodes(lengths).map((code, byte) => (code << 4) | lengths[byte]!);
  let [bits, held, at] = [0, 0, 0];
  for (let row = 0; row < plane.length; row += 1) {
    const entry = entries[plane[row]!]!;
    const length = entry & 15;
    bits = (bits << length) | (entry >>> 4);
    held += length;
    if (held < 16) continue;
    held -= 16;
    out[at] = bits >>> (held + 8);
    out[at + 1] = bits >>> held;
    at += 2;
  }
  for (; held > 0; held -= 8, at += 1) out[at] = held >= 8 ? bits >>> (held - 8) : bits << (8 - held);
}

/** @param plane to fill; one byte longer than it, because the last step may write a second byte
 *  @returns false when the lengths are no code */
export function decodePlane(coded: Uint8Array, lengths: Uint8Array, plane: Uint8Array): boolean {
  const table = decodingTable(lengths);
  if (table === null) return false;
  const width = Math.log2(table.length);
  const mask = table.length - 1;
  const count = plane.length - 1;
  const lastPair = coded.length - 2;
  let [bits, held, at] = [0, 0, 0];
  for (let row = 0; row < count;) {
    if (held < width) {
      // Two bytes at once fit, as fewer than sixteen bits are held; behind the end there are zeros.
      const pair = at <= lastPair ? (coded[at]! << 8) | coded[at + 1]! : at < coded.length ? coded[at]! << 8 : 0;
      bits = (bits << 16) | pair;
      at += 2;
      held += 16;
    }
    const entry = table[(bits >>> (held - width)) & mask]!;
    plane[row] = entry;
    plane[row + 1] = entry >>> 8;
    row += (entry >>> 16) & 3;
    held -= entry >>> 18;
  }
  return true;
}

/** Of every window as wide as the longest code the one or two whole codes that it begins with: their bytes (bits 0 to
 *  15), how many they are (16, 17) and how long together (from 18). */
function decodingTable(lengths: Uint8Array): Uint32Array | null {
  const width = lengths.reduce((most, length) => Math.max(most, length), 1);
  const size = 1 << width;
  const single = new Uint16Array(size);
  let from = 0;
  for (let length = 1; length <= width; length += 1)
    for (let byte = 0; byte < 256; byte += 1) {
      if (lengths[byte] !== length) continue;
      const to = from + (size >> length);
      if (to > size) return null;
      single.fill((length << 8) | byte, from, to);
      from = to;
    }
  // Windows that no code begins with never occur; a length keeps the reader moving over damaged bytes.
  single.fill(width << 8, from);
  const table = new Uint32Array(size);
  for (let window = 0; window < size; window += 1) {
    const first = single[window]!;
    const next = single[(window << (first >>> 8)) & (size - 1)]!;
    const both = (first >>> 8) + (next >>> 8);
    table[window] =
      both <= width
        ? (first & 255) | ((next & 255) << 8) | (2 << 16) | (both << 18)
        : (first & 255) | (1 << 16) | ((first >>> 8) << 18);
  }
  return table;
}
