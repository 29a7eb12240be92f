import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { fail, ok, type Result } from "../../domain/result.ts";
import { MINUTE_MS } from "../../domain/units.ts";
import { refuse } from "../refusal.ts";
import { refusalAnswer, type Answer } from "./answer.ts";
import type { ExchangeFront } from "./exchange-front.ts";
import type { WireRequest } from "./request.ts";

export type Listening = { readonly server: Server; readonly port: number };

/** Largest body that is read. */
const MOST_BODY_BYTES = 64 * 1024;
/** Smaller answers gain nothing by compression. */
const FEWEST_COMPRESSED_BYTES = 1_024;

/** Unanswered requests are held no longer than this. */
const LONGEST_SILENCE_MS = 10 * MINUTE_MS;

/** Serves the exchange's REST side on 127.0.0.1, and carries its faults out. */
export function listen(front: ExchangeFront, port: number): Promise<Result<Listening, string>> {
  const server = createServer((request, response) => void serve(front, request, response));
  return new Promise((resolve) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      resolve(fail(error.code === "EADDRINUSE" ? `port ${port} is in use` : error.message)),
    );
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      resolve(ok({ server, port: typeof address === "object" && address ? address.port : port }));
    });
  });
}

async function serve(front: ExchangeFront, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const request = await readRequest(incoming);
  // The caller hung up while sending: nobody reads an answer, and nothing happened.
  if (request === null) return;
  if (request === "too large") return send(incoming, response, tooLarge());
  const outcome = front.take(request);
  if (outcome.kind === "silence") return after(response, LONGEST_SILENCE_MS, () => void incoming.socket.destroy());
  const carryOut = () =>
    outcome.kind === "reset" ? void incoming.socket.resetAndDestroy() : send(incoming, response, outcome.answer);
  if (outcome.afterMs === 0) return carryOut();
  after(response, outcome.afterMs, carryOut);
}

/** Later, unless the caller is gone by then. */
function after(response: ServerResponse, delayMs: number, act: () => void): void {
  const timer = setTimeout(act, delayMs);
  response.once("close", () => clearTimeout(timer));
}

const tooLarge = (): Answer => refusalAnswer(refuse(400, "validation_error", "요청 본문이 너무 큽니다.").fault);

function send(incoming: IncomingMessage, response: ServerResponse, answer: Answer): void {
  const plain = Buffer.from(answer.text, "utf8");
  const zipped =
    answer.compressible &&
    plain.length >= FEWEST_COMPRESSED_BYTES &&
    /\bgzip\b/.test(String(incoming.headers["accept-encoding"] ?? ""));
  const body = zipped ? gzipSync(plain, { level: 1 }) : plain;
  response.writeHead(answer.status, {
    ...answer.headers,
    ...(answer.dateSkewMs && { Date: new Date(Date.now() + answer.dateSkewMs).toUTCString() }),
    ...(zipped && { "Content-Encoding": "gzip" }),
    "Content-Length": body.length,
  });
  response.end(body);
}

/** IPv4 of the caller: the server is bound to one, IPv6 spells it with a prefix. */
export const addressOf = (incoming: IncomingMessage): string =>
  (incoming.socket.remoteAddress ?? "").replace(/^::ffff:/, "");

/** A request as plain values, without its body. */
export const headOf = (incoming: IncomingMessage): WireRequest => ({
  method: incoming.method ?? "GET",
  url: incoming.url ?? "/",
  headers: incoming.headersDistinct,
  body: "",
  address: addressOf(incoming),
});

async function readRequest(incoming: IncomingMessage): Promise<WireRequest | "too large" | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MOST_BODY_BYTES) return "too large";
      chunks.push(chunk);
    }
  } catch {
    return null;
  }
  return { ...headOf(incoming), body: Buffer.concat(chunks).toString("utf8") };
}
