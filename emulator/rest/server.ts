import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { fail, ok, type Result } from "../../domain/result.ts";
import { createNonceMemory } from "../nonces.ts";
import { createRateLimits, type RateLimits } from "../rate-limits.ts";
import { hashedBody } from "../jwt.ts";
import { refuse, refusalBody, type Refusal } from "../refusal.ts";
import type { World } from "../world.ts";
import { createAuthorizer, type Authorizer } from "./authorize.ts";
import type { Answer } from "./answer.ts";
import { answerClock } from "./clock-route.ts";
import { readBody, readQuery, readText, type Query } from "./request.ts";
import { ROUTES, type Route } from "./routes.ts";

type Served = { readonly world: World; readonly limits: RateLimits; readonly authorize: Authorizer };
export type Listening = { readonly server: Server; readonly limits: RateLimits; readonly port: number };

/** Serves REST on 127.0.0.1. */
export function listen(world: World, port: number): Promise<Result<Listening, string>> {
  const limits = createRateLimits();
  const served = { world, limits, authorize: createAuthorizer(world.keys, createNonceMemory()) };
  const server = createServer((request, response) => void serve(served, request, response));
  return new Promise((resolve) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      resolve(fail(error.code === "EADDRINUSE" ? `port ${port} is in use` : error.message)),
    );
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      resolve(ok({ server, limits, port: typeof address === "object" && address ? address.port : port }));
    });
  });
}

async function serve(served: Served, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, body, headers } = await answerTo(served, request);
  response.writeHead(status, { "Content-Type": "application/json; charset=utf-8", ...headers });
  response.end(JSON.stringify(body));
}

const refused = ({ status, ...fault }: Refusal, headers: Record<string, string> = {}): Answer => ({
  status,
  body: refusalBody({ status, ...fault }),
  headers,
});

async function answerTo(served: Served, request: IncomingMessage): Promise<Answer> {
  const url = request.url ?? "/";
  const path = url.split("?", 1)[0]!;
  const rawQuery = url.slice(path.length + 1);
  if (path === "/emulator/clock") return answerClock(served.world, request);
  const route = ROUTES.get(`${request.method} ${path}`);
  if (!route) return refused(refuse(404, 404, "no Route matched with those values").fault);
  served.world.exchange.advance(served.world.clock.now());
  return route.kind === "quotation"
    ? quote(served, route, { request, rawQuery })
    : act(served, route, { request, rawQuery });
}

/** IPv4 of the caller: the server is bound to one, IPv6 spells it with a prefix. */
export const addressOf = (request: IncomingMessage): string =>
  (request.socket.remoteAddress ?? "").replace(/^::ffff:/, "");

type Asked = { readonly request: IncomingMessage; readonly rawQuery: string };

/** Quotation: counted by address, and requests with `Origin` far more strictly; beyond that limit the browser may not
 *  even read the refusal. Source: upbit-api 1.5, 1.6. */
function quote({ world, limits }: Served, route: Route & { kind: "quotation" }, { request, rawQuery }: Asked): Answer {
  const wallMs = world.clock.wallNow();
  const fromPage = request.headers.origin !== undefined;
  const rate = limits(fromPage ? "origin" : route.group, addressOf(request), wallMs);
  const headers: Record<string, string> = { "Remaining-Req": rate.header };
  if (!rate.allowed) return refused(refuse(429, 429, "Too many API requests.").fault, headers);
  if (fromPage) headers["Access-Control-Allow-Origin"] = "*";
  const query = readQuery(rawQuery);
  if (!query.ok) return refused(refuse(400, 400, "Invalid parameter. Check the given value!").fault, headers);
  const answer = route.handle(world, query.value, world.clock.now());
  return answer.ok ? { status: 200, body: answer.value, headers } : refused(answer.fault, headers);
}

async function act(served: Served, route: Route & { kind: "private" }, { request, rawQuery }: Asked): Promise<Answer> {
  const { world, limits, authorize } = served;
  const query = readQuery(rawQuery);
  if (!query.ok) return refused(refuse(400, "invalid_parameter", "잘못된 파라미터입니다.").fault);
  const read = await readParameters(request, query.value);
  if (!read.ok) return refused(read.fault);
  const { body, hashed } = read.value;
  const credentials = { authorization: request.headers.authorization, hashed, address: addressOf(request) };
  const nowMs = world.clock.now();
  const key = authorize(credentials, route.permission, nowMs);
  if (!key.ok) return refused(key.fault);
  const rate = limits(route.group, key.value.accountId, world.clock.wallNow());
  const headers = { "Remaining-Req": rate.header };
  if (!rate.allowed) return refused(refuse(429, "too_many_requests", "요청 수 제한을 초과했습니다.").fault, headers);
  world.exchange.advance(nowMs);
  const answer = route.handle({ world, key: key.value, query: query.value, body, nowMs });
  return answer.ok ? { status: route.status, body: answer.value, headers } : refused(answer.fault, headers);
}

type Parameters = { readonly body: Readonly<Record<string, unknown>> | null; readonly hashed: string };

/** The parameters that count and the text they are hashed as. Source: upbit-api 1.2, 2.3. */
async function readParameters(request: IncomingMessage, query: Query): Promise<Result<Parameters, Refusal>> {
  const text = await readText(request);
  if (!text.ok) return text;
  if (request.method !== "POST")
    return text.value === ""
      ? ok({ body: null, hashed: query.decoded })
      : refuse(400, "QUERY_PARAMETER_NOT_SUPPORTED", "파라미터는 쿼리로만 보낼 수 있습니다.");
  const body = readBody(request.headers["content-type"], text.value);
  return body.ok ? ok({ body: body.value, hashed: hashedBody(body.value) }) : body;
}
