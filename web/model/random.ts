/** A stream of chance in [0, 1), the same for the same seed on every machine.
 *  Source: a 32-bit Weyl sequence put through the murmur3 finaliser. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
}

/** One seed out of two numbers, so that an epoch's shuffle depends on nothing that came before it. */
export const seedOf = (seed: number, part: number): number =>
  Math.floor(randomFrom((Math.imul(seed, 0x01000193) ^ part) >>> 0)() * 2 ** 32);

/** Standard normal numbers. Source: Box and Muller 1958. */
export function normalFrom(random: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** A copy in random order. Source: Fisher and Yates. */
export function shuffled(values: Int32Array, random: () => number): Int32Array {
  const copy = values.slice();
  for (let last = copy.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    const held = copy[last]!;
    copy[last] = copy[other]!;
    copy[other] = held;
  }
  return copy;
}
