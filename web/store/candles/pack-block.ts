import { clearLength } from "../../../domain/candle-codec/encode-candles.ts";
import { fail, ok, type Result } from "../../../domain/result.ts";

const HEAD_LENGTH = 8;
/** Far above a month of minutes: a length beyond it is damage, and never a reason to fill the memory. */
const LONGEST_CLEAR = 64 * 1024 * 1024;

/** A block with gzip over all but its noise. Layout: length of the clear part and of its gzip (uint32, little endian),
 *  the gzip, the noise as it is. */
export async function packBlock(block: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const clear = clearLength(block);
  const chunks = await through(new CompressionStream("gzip"), block.subarray(0, clear));
  const gzipLength = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const packed = new Uint8Array(HEAD_LENGTH + gzipLength + block.length - clear);
  const view = new DataView(packed.buffer);
  view.setUint32(0, clear, true);
  view.setUint32(4, gzipLength, true);
  fill(packed.subarray(HEAD_LENGTH), chunks);
  packed.set(block.subarray(clear), HEAD_LENGTH + gzipLength);
  return packed;
}

/** The block again. Whether it is whole is for `decodeCandles` to say; here only what gzip itself notices is refused. */
export async function unpackBlock(packed: Uint8Array): Promise<Result<Uint8Array<ArrayBuffer>, string>> {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const [clear, gzipLength] = packed.length < HEAD_LENGTH ? [0, 0] : [view.getUint32(0, true), view.getUint32(4, true)];
  if (packed.length < HEAD_LENGTH + gzipLength || clear > LONGEST_CLEAR) return fail("The packed block ends early.");
  const noise = packed.subarray(HEAD_LENGTH + gzipLength);
  const block = new Uint8Array(clear + noise.length);
  block.set(noise, clear);
  try {
    const gzip = Uint8Array.from(packed.subarray(HEAD_LENGTH, HEAD_LENGTH + gzipLength));
    const filled = fill(block.subarray(0, clear), await through(new DecompressionStream("gzip"), gzip));
    return filled === clear ? ok(block) : fail("The packed block has another length than it says.");
  } catch (problem) {
    if (!(problem instanceof TypeError || problem instanceof RangeError)) throw problem;
    return fail("The packed block's compression is damaged.");
  }
}

async function through(
  stream: CompressionStream | DecompressionStream,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<Uint8Array[]> {
  const writer = stream.writable.getWriter();
  // What goes wrong on this side is told by the reader as well.
  const fed = Promise.allSettled([writer.write(bytes), writer.close()]);
  const reader = (stream.readable as ReadableStream<Uint8Array>).getReader();
  const chunks: Uint8Array[] = [];
  for (let next = await reader.read(); !next.done; next = await reader.read()) chunks.push(next.value);
  await fed;
  return chunks;
}

/** @throws RangeError when there is more than room */
function fill(room: Uint8Array, chunks: readonly Uint8Array[]): number {
  let at = 0;
  for (const chunk of chunks) {
    room.set(chunk, at);
    at += chunk.length;
  }
  return at;
}
