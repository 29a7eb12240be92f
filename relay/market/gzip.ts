import type { Bytes } from "../bytes.ts";

const through = async (bytes: Bytes, stream: CompressionStream | DecompressionStream): Promise<Bytes> =>
  new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());

export const gzip = (bytes: Bytes): Promise<Bytes> => through(bytes, new CompressionStream("gzip"));
export const gunzip = (bytes: Bytes): Promise<Bytes> => through(bytes, new DecompressionStream("gzip"));
