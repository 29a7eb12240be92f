import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import type { ExchangeFront } from "../rest/exchange-front.ts";
import type { Frame } from "./socket-frames.ts";
import type { Listener } from "./channels.ts";
import { frameBytes } from "./frame-format.ts";
import { createFrameLine } from "./frame-faults.ts";
import type { FrameFormat } from "./socket-request.ts";

/** The sending half of one connection. */
export type Outlet = Listener & {
  /** Of frames that are sent from now on. */
  format: FrameFormat;
  /** When something last went either way, wall time. */
  trafficMs: number;
  /** One market frame, on the faulty line if there is one. */
  send(frame: Frame): void;
  /** The answer to a request, in the connection's format. */
  answer(frame: Frame): void;
  /** Status and errors, in no format. */
  plain(body: unknown): void;
  /** Between these, frames go out together. */
  hold(): void;
  release(): void;
};

/** A client that reads more slowly than this much is cut off rather than kept in memory. */
const MOST_BUFFERED_BYTES = 8 * 1024 * 1024;

/** @param pocket whose connection it is, null for nobody's */
export function createOutlet(socket: WebSocket, stream: Duplex, front: ExchangeFront, pocket: string | null): Outlet {
  const { world } = front.wire;
  const line = createFrameLine(front.faults, pocket);
  const write = (bytes: Buffer, binary: boolean): void => {
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > MOST_BUFFERED_BYTES) return socket.terminate();
    outlet.trafficMs = world.clock.wallNow();
    socket.send(bytes, { binary });
  };
  const outlet: Outlet = {
    format: "DEFAULT",
    trafficMs: world.clock.wallNow(),
    deliver: (frame, bytes) => {
      if (!front.faults.touchesFrames()) return write(bytes, true);
      const passed = line.pass(frame);
      if (passed === null) return socket.terminate();
      for (const one of passed) write(one === frame ? bytes : frameBytes(one, outlet.format), true);
    },
    send: (frame) => outlet.deliver(frame, frameBytes(frame, outlet.format)),
    answer: (frame) => write(frameBytes(frame, outlet.format), true),
    plain: (body) => write(Buffer.from(JSON.stringify(body), "utf8"), world.switches.statusFrames === "binary"),
    hold: () => stream.cork(),
    release: () => stream.uncork(),
  };
  return outlet;
}
