/** Seeded chance. The same parts always give the same stream, whatever was drawn elsewhere before: that is what lets any
 *  minute, book or day be made again on its own. */
export type Random = () => number;

const FNV_PRIME = 0x01000193;
const FNV_OFFSET = 0x811c9dc5;

/** 32 bits out of any parts. Source: FNV-1a over the text, then the finalizer of MurmurHash3. */
export function hashOf(...parts: readonly (string | number)[]): number {
  let hash = FNV_OFFSET;
  for (const part of parts) {
    const text = typeof part === "string" ? part : String(part);
    for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), FNV_PRIME);
    hash = Math.imul(hash ^ 0xff, FNV_PRIME);
  }
  return mixed(hash);
}

function mixed(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A second number mixed into a hash; cheap enough for every book level. */
export const remix = (hash: number, salt: number): number => mixed(hash ^ Math.imul(salt | 0, 0x9e3779b1));

/** Numbers in [0, 1), uniform. A Weyl sequence through the same finalizer. */
export function createRandom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    return mixed(state) / 4_294_967_296;
  };
}

/** A stream of standard normals, by the polar form of Box and Muller. */
export function createNormal(random: Random): Random {
  let spare = NaN;
  return () => {
    if (!Number.isNaN(spare)) {
      const kept = spare;
      spare = NaN;
      return kept;
    }
    for (;;) {
      const x = 2 * random() - 1;
      const y = 2 * random() - 1;
      const square = x * x + y * y;
      if (square === 0 || square >= 1) continue;
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      spare = y * scale;
      return x * scale;
    }
  };
}
