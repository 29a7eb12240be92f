/** Gathers a stream and hands it to the browser's downloads under a name.
 *  @returns false when it was called off; nothing is saved then */
export async function saveFile(
  stream: ReadableStream<Uint8Array>,
  name: string,
  signal: AbortSignal,
): Promise<boolean> {
  const reader = stream.getReader();
  const parts: BlobPart[] = [];
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    if (signal.aborted) {
      await reader.cancel();
      return false;
    }
    parts.push(Uint8Array.from(next.value));
  }
  const address = URL.createObjectURL(new Blob(parts, { type: "application/gzip" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The download has its own hold on the content once it has begun.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  return true;
}
