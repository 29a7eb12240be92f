import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { ExchangeWire } from "./rest/exchange-wire.ts";
import { addressOf } from "./rest/server.ts";
import { connect, type Connection } from "./socket-connection.ts";
import { createStreams } from "./socket-streams.ts";

export const SOCKET_PATH = "/websocket/v1";
const MOST_MESSAGE_BYTES = 64 * 1024;

export type SocketDesk = { pulse(): void; size(): number; disconnect(): void; close(): void };

/** Serves the public socket beside REST. `pulse` tells every subscriber what is new. */
export function attachSocket(server: Server, wire: ExchangeWire): SocketDesk {
  const { world } = wire;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MOST_MESSAGE_BYTES });
  const connections = new Set<Connection>();
  const makeStreams = createStreams(world);
  server.on("upgrade", (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on("error", () => stream.destroy());
    const refusal = refusalOf(request, wire);
    if (refusal !== null) {
      stream.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, stream, head, (socket) => {
      const connection = connect(socket, world, makeStreams);
      connections.add(connection);
      socket.on("close", () => connections.delete(connection));
    });
  });
  return {
    pulse: () => {
      for (const connection of connections) connection.pulse();
    },
    size: () => connections.size,
    disconnect: () => {
      for (const socket of sockets.clients) socket.terminate();
    },
    close: () => {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}

/** Status line of a refused handshake, or null. A page's connections are counted apart from its REST requests, so that
 *  the first one in ten seconds always passes (upbit-api 1.6, 9.4). */
function refusalOf(request: IncomingMessage, { limits, world }: ExchangeWire): string | null {
  const wallMs = world.clock.wallNow();
  if ((request.url ?? "").split("?", 1)[0] !== SOCKET_PATH) return "404 Not Found";
  const address = addressOf(request);
  if (!limits.take("websocketConnect", address, wallMs).allowed) return "429 Too Many Requests";
  if (request.headers.origin === undefined) return null;
  return limits.take("origin", `socket ${address}`, wallMs).allowed ? null : "429 Too Many Requests";
}
