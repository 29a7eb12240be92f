import { WebSocket } from "ws";

/** Many subscribers at once. The first one reads its frames, the others count them. */
export type Crowd = {
  readonly frames: number;
  readonly bytes: number;
  readonly first: readonly { readonly arrivedMs: number; readonly frame: Record<string, unknown> }[];
};

/** Connects `size` clients, waits, counts for `forMs`.
 *  @param request sent by each; null sends nothing @param pace new connections a second: the exchange has a limit */
export async function crowdOf(
  ws: string,
  request: readonly unknown[] | null,
  { size, forMs, pace }: { size: number; forMs: number; pace: number },
  atStart: () => Promise<void>,
): Promise<Crowd> {
  const sockets: WebSocket[] = [];
  let [frames, bytes, counting] = [0, 0, false];
  const first: { arrivedMs: number; frame: Record<string, unknown> }[] = [];
  for (let at = 0; at < size; at++) {
    const socket = new WebSocket(ws, { perMessageDeflate: false });
    sockets.push(socket);
    socket.on("message", (data: Buffer) => {
      if (!counting) return;
      frames += 1;
      bytes += data.length;
      if (at === 0) first.push({ arrivedMs: Date.now(), frame: readFrame(data) });
    });
    await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
    if (request) socket.send(JSON.stringify(request));
    await pause(1_000 / pace);
  }
  await pause(500);
  await atStart();
  counting = true;
  await pause(forMs);
  counting = false;
  for (const socket of sockets) socket.terminate();
  return { frames, bytes, first };
}

const readFrame = (data: Buffer): Record<string, unknown> => {
  const text = data.toString("utf8");
  return text.startsWith("{") ? (JSON.parse(text) as Record<string, unknown>) : {};
};

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
