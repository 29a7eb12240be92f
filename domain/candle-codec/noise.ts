/** Fewer bytes than this say too little about how they are spread. */
const FEWEST = 1024;
/** So many are looked at, evenly spread over the plane. */
const SAMPLE = 4096;
/** Bits a byte above which gzip would save next to nothing, whatever it costs in time. A sample of truly random bytes
 *  shows 7.87 at 1,024 and 7.95 at 4,096. */
const NOISE_BITS = 7.7;

/** True for a plane of bytes that no compressor can make smaller: the last digits of traded amounts. */
export function isNoise(plane: Uint8Array): boolean {
  if (plane.length < FEWEST) return false;
  const stride = Math.max(1, Math.floor(plane.length / SAMPLE));
  const counts = new Uint16Array(256);
  let seen = 0;
  for (let at = 0; at < plane.length && seen < SAMPLE; at += stride, seen += 1)
    counts[plane[at]!] = counts[plane[at]!]! + 1;
  let bits = 0;
  for (const count of counts) if (count > 0) bits -= (count / seen) * Math.log2(count / seen);
  return bits >= NOISE_BITS;
}
