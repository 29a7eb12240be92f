import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { fail, ok, type Result } from "../../domain/result.ts";
import { control, type Controlled } from "./control-routes.ts";

/** Largest body that is read. */
const MOST_BODY_BYTES = 1024 * 1024;

/** The control port: changes faults, switches, clock, markets and keys while the exchange runs. It listens on loopback
 *  and refuses whatever a browser sent, so that no page can reach it, not even under a name that resolves to here. */
export function listenControl(
  controlled: Controlled,
  port: number,
): Promise<Result<{ readonly address: string; close(): Promise<void> }, string>> {
  const server = createServer((request, response) => void serve(controlled, request, response));
  return new Promise((resolve) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      resolve(fail(error.code === "EADDRINUSE" ? `port ${port} is in use` : error.message)),
    );
    server.listen(port, "127.0.0.1", () => {
      const bound = server.address();
      const address = `http://127.0.0.1:${typeof bound === "object" && bound ? bound.port : port}`;
      resolve(ok({ address, close: () => closed(server) }));
    });
  });
}

const closed = (server: ReturnType<typeof createServer>): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });

async function serve(controlled: Controlled, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const send = (status: number, body: unknown): void => {
    response.writeHead(status, { "Content-Type": "application/json; charset=utf-8" });
    response.end(`${JSON.stringify(body)}\n`);
  };
  const refused = strangerOf(request);
  if (refused !== null) return send(403, { error: refused });
  const body = await bodyOf(request);
  if (body === null) return;
  if (!body.ok) return send(400, { error: body.fault });
  const path = (request.url ?? "/").split("?", 1)[0]!;
  const answer = control(controlled, { method: request.method ?? "GET", path, body: body.value });
  if (answer === null) return send(404, { error: `nothing to control under ${request.method} ${path}` });
  send(answer.ok ? 200 : 400, answer.ok ? answer.value : { error: answer.fault });
}

/** Why a request is none of a local program's, or null. A page's carries `Origin` or `Sec-Fetch-Site`; a rebound name
 *  carries its own `Host`. */
function strangerOf({ headers, socket }: IncomingMessage): string | null {
  if (headers.origin !== undefined || headers["sec-fetch-site"] !== undefined) return "not from a page";
  const named = [`127.0.0.1:${socket.localPort}`, `localhost:${socket.localPort}`];
  return named.includes(headers.host ?? "") ? null : "only under 127.0.0.1 or localhost";
}

/** @returns null when the caller hung up */
async function bodyOf(request: IncomingMessage): Promise<Result<unknown, string> | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > MOST_BODY_BYTES) return fail("the body is too large");
      chunks.push(chunk);
    }
  } catch {
    return null;
  }
  const text = Buffer.concat(chunks).toString("utf8");
  if (text === "") return ok(null);
  try {
    return ok(JSON.parse(text));
  } catch {
    return fail("the body is not JSON");
  }
}
