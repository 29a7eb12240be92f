import { createServer } from "node:http";
import { WebSocketServer } from "ws";
import { cpuSeconds } from "./child.ts";

/** Child: the peer. One answer over HTTP, and the same frames to everybody, in the same rhythm; nothing is worked out.
 *  Arguments: the answer, frames a pulse, bytes a frame. */
const [answer, framesAPulse, frameBytes] = process.argv.slice(2) as [string, string, string];
const PULSE_MS = 100;
const body = Buffer.from(answer);
const frame = Buffer.alloc(Number(frameBytes), "x");
const server = createServer((_, response) => {
  response.writeHead(200, { "Content-Type": "application/json; charset=utf-8", "Content-Length": body.length });
  response.end(body);
});
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
let debt = 0;
setInterval(() => {
  debt += Number(framesAPulse);
  for (; debt >= 1; debt--) for (const socket of sockets.clients) socket.send(frame, { binary: true });
}, PULSE_MS);
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as { port: number };
  process.send!({ rest: `http://127.0.0.1:${port}`, ws: `ws://127.0.0.1:${port}` });
});
process.on("message", () => process.send!({ cpuSeconds: cpuSeconds() }));
// It ends with the benchmark, also when that failed.
process.once("disconnect", () => process.exit());
