import { connect } from "node:net";

const CONNECTIONS = 32;
const END_OF_HEAD = "\r\n\r\n";

/** Asks the same again and again over a few kept connections, on bare sockets: a whole HTTP client would cost more than
 *  the server. @returns answers with status 200 a second */
export async function requestsPerSecond(rest: string, path: string, forMs: number): Promise<number> {
  const { hostname, port } = new URL(rest);
  const request = `GET ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n\r\n`;
  let served = 0;
  let refused = 0;
  const endMs = performance.now() + forMs;
  const one = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(request));
      let text = "";
      socket.setEncoding("latin1").on("error", reject);
      socket.on("data", (part: string) => {
        text += part;
        const at = text.indexOf(END_OF_HEAD);
        if (at === -1) return;
        const length = Number(/content-length: (\d+)/i.exec(text)![1]);
        if (text.length < at + END_OF_HEAD.length + length) return;
        if (text.startsWith("HTTP/1.1 200")) served += 1;
        else refused += 1;
        text = "";
        if (performance.now() < endMs) socket.write(request);
        else socket.end(resolve);
      });
    });
  const beganMs = performance.now();
  await Promise.all(Array.from({ length: CONNECTIONS }, one));
  if (refused > 0) throw new Error(`${refused} requests were refused: the figure would be of refusals`);
  return (1_000 * served) / (performance.now() - beganMs);
}
