import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { fail, ok, type Result } from "../../domain/result.ts";
import { refuse } from "../refusal.ts";
import { refusalAnswer, type Answer } from "./answer.ts";
import type { ExchangeWire } from "./exchange-wire.ts";
import { type WireRequest } from "./request.ts";

export type Listening = { readonly server: Server; readonly port: number };

/** Largest body that is read. */
const MOST_BODY_BYTES = 64 * 1024;
/** Smaller answers gain nothing by compression. */
const FEWEST_COMPRESSED_BYTES = 1_024;

/** Serves the wire's REST side on 127.0.0.1. */
export function listen(wire: ExchangeWire, port: number): Promise<Result<Listening, string>> {
  const server = createServer((request, response) => void serve(wire, request, response));
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

async function serve(wire: ExchangeWire, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const request = await readRequest(incoming);
  // The caller hung up while sending: nobody reads an answer, and nothing happened.
  if (request === null) return;
  send(incoming, response, typeof request === "string" ? tooLarge() : wire.answer(request));
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
