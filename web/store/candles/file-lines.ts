/** Lines of a text file, gzip'd or not, without their ends; the empty one behind the last end is none.
 *  @throws TypeError when the compression is damaged or the text is no UTF-8 */
export async function* fileLines(file: Blob, onBytes: (share: number) => void = () => {}): AsyncGenerator<string> {
  let read = 0;
  const counted = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      read += chunk.length;
      onBytes(read / file.size);
      controller.enqueue(chunk);
    },
  });
  const bytes = file.stream().pipeThrough(counted);
  const plain = (await isGzip(file)) ? bytes.pipeThrough(new DecompressionStream("gzip")) : bytes;
  const reader = plain.pipeThrough(new TextDecoderStream("utf-8", { fatal: true })).getReader();
  let begun = "";
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      const lines = (begun + next.value).split("\n");
      begun = lines.pop()!;
      for (const line of lines) yield withoutReturn(line);
    }
  } finally {
    await reader.cancel();
  }
  if (begun !== "") yield withoutReturn(begun);
}

const withoutReturn = (line: string): string => (line.endsWith("\r") ? line.slice(0, -1) : line);

async function isGzip(file: Blob): Promise<boolean> {
  const head = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  return head[0] === 0x1f && head[1] === 0x8b;
}
