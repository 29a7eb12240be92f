import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { ExchangeFront } from "../rest/exchange-front.ts";
import { headOf } from "../rest/server.ts";
import { assert } from "../../domain/assert.ts";
import { createPrivateStreams } from "../private-streams.ts";
import { createStreams } from "./socket-streams.ts";
import { createChannels } from "./channels.ts";
import { connect, type Caller, type Connection, type Hall } from "./connection.ts";
import { admit } from "./handshake.ts";

/** The sockets beside REST. `pulse` tells every subscriber what is new. */
export type SocketDesk = { pulse(): void; size(): number; disconnect(): void; close(): void };

/** Above what any frame of one market weighs: a shared frame is written as it is, only long answers are compressed. */
const COMPRESSED_FROM_BYTES = 16 * 1024;

export function attachSocket(server: Server, front: ExchangeFront): SocketDesk {
  const { world } = front.wire;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: world.switches.mostMessageBytes,
    perMessageDeflate: { threshold: COMPRESSED_FROM_BYTES, serverNoContextTakeover: true },
  });
  const connections = new Map<Connection, Caller>();
  const makeStreams = createStreams(world);
  const makeOwn = createPrivateStreams(world);
  const hall: Hall = {
    front,
    channels: createChannels((subscription) => makeStreams([subscription])[0]!),
    ownStreams: (key, own) => {
      const made = makeOwn(key, own);
      // Which types a key may see was asked before (upbit-api 6.3): here it is no question any more.
      assert(made.ok, "a private type was let through without its permission");
      return made.value;
    },
  };
  server.on("upgrade", (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on("error", () => stream.destroy());
    const held = [...connections.values()];
    const admitted = admit(front, headOf(request), held);
    if (admitted.kind === "silence") return;
    if (admitted.kind === "reset") return void stream.destroy();
    if (admitted.kind === "refused") {
      stream.end(`HTTP/1.1 ${admitted.status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, stream, head, (socket) => {
      const { caller } = admitted;
      const connection = connect({ socket, stream, caller }, hall);
      connections.set(connection, caller);
      socket.on("close", () => {
        connections.delete(connection);
        connection.end();
      });
    });
  });
  return {
    pulse: () => {
      for (const connection of connections.keys()) connection.hold();
      hall.channels.pulse();
      for (const connection of connections.keys()) {
        connection.pulse();
        connection.release();
      }
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
