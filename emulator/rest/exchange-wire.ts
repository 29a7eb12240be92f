import { ok, type Result } from "../../domain/result.ts";
import { SECOND_MS } from "../../domain/units.ts";
import { seenThrough, type FrozenBooks, type Sight } from "../faults/dim-world.ts";
import { hashedBody, readToken } from "../gate/jwt.ts";
import { createNonceMemory } from "../gate/nonces.ts";
import { createRateLimits, type RateAnswer, type RateLimits } from "../gate/rate-limits.ts";
import { refuse, type Refusal } from "../refusal.ts";
import type { World } from "../world.ts";
import { jsonAnswer, refusalAnswer, type Answer } from "./answer.ts";
import { createAuthorizer, type Authorizer } from "../gate/authorize.ts";
import { limitAnswer } from "./limit-answer.ts";
import { headerOf, readBody, readQuery, type Query, type WireRequest } from "./request.ts";
import { routeOf, type Route } from "./routes.ts";

/** The exchange as its callers meet it, without a network: requests in, answers out, on the world's clock. */
export type ExchangeWire = {
  readonly world: World;
  readonly limits: RateLimits;
  readonly authorize: Authorizer;
  answer(request: WireRequest, sight?: Sight): Answer;
  /** The refusal of one request too many, whatever was counted; 418 may block what follows. */
  refuseLimit(request: WireRequest, status: 429 | 418, blockMs?: number): Answer;
};

const CLEAR: Sight = { lagMs: 0, staleBook: false };

/** The one address outside the exchange's contract: market time as a line (MarketClockAnchor). */
const CLOCK = "GET /emulator/clock";

type Asked = { readonly request: WireRequest; readonly rawQuery: string; readonly seen: World };

export function createExchangeWire(world: World): ExchangeWire {
  const limits = createRateLimits(() => world.switches);
  const authorize = createAuthorizer(world, createNonceMemory());
  const frozen: FrozenBooks = new Map();
  const wire: ExchangeWire = {
    world,
    limits,
    authorize,
    refuseLimit: (request, status, blockMs) => {
      const [path] = splitUrl(request.url);
      const { kind, group } = routeOf(request.method, path)!;
      const token = readToken(headerOf(request, "authorization"));
      const key = token.ok ? world.accounts.keyOf(token.value.claims.access_key) : null;
      const who = kind === "private" && key ? key.pocketId : request.address;
      const wallMs = world.clock.wallNow();
      if (status === 418 && blockMs !== undefined) limits.block(group, who, { wallMs, forMs: blockMs });
      const rate = limits.refusal(group, status, blockMs ?? SECOND_MS);
      return limitAnswer(rate, kind === "private" ? "exchange" : "quotation", world.switches);
    },
    answer: (request, sight = CLEAR) => {
      const [path, rawQuery] = splitUrl(request.url);
      if (`${request.method} ${path}` === CLOCK) return jsonAnswer(200, world.clock.anchor());
      const route = routeOf(request.method, path);
      if (!route) return refusalAnswer(refuse(404, 404, "no Route matched with those values").fault);
      world.exchange.advance(world.clock.now());
      if (route.group === "orderbook" && !sight.staleBook) frozen.clear();
      const asked = { request, rawQuery, seen: seenThrough(world, sight, frozen) };
      return route.kind === "quotation" ? quote(wire, route, asked) : act(wire, route, asked);
    },
  };
  return wire;
}

/** Path, and query without its question mark. */
export function splitUrl(url: string): [string, string] {
  const path = url.split("?", 1)[0]!;
  return [path, url.slice(path.length + 1)];
}

/** Quotation: counted by address, and requests with `Origin` far more strictly; beyond that limit the browser may not
 *  even read the refusal. Source: upbit-api 1.5, 1.6. */
function quote({ world, limits }: ExchangeWire, route: Route & { kind: "quotation" }, asked: Asked): Answer {
  const { request, rawQuery, seen } = asked;
  const { switches } = world;
  const fromPage = headerOf(request, "origin") !== undefined && switches.originRule !== "off";
  const rate = limits.take(fromPage ? "origin" : route.group, request.address, world.clock.wallNow());
  if (!rate.allowed) return limitAnswer(rate, "quotation", switches);
  const headers = {
    "Remaining-Req": rate.header,
    ...(headerOf(request, "origin") !== undefined && switches.corsHeaders && { "Access-Control-Allow-Origin": "*" }),
  };
  const query = readQuery(rawQuery, switches.plusInQuery);
  if (!query.ok) return refusalAnswer(refuse(400, 400, "Invalid parameter. Check the given value!").fault, headers);
  const answer = route.handle(seen, query.value, world.clock.now());
  return {
    ...(answer.ok ? jsonAnswer(200, answer.value, headers) : refusalAnswer(answer.fault, headers)),
    compressible: true,
  };
}

function act({ world, limits, authorize }: ExchangeWire, route: Route & { kind: "private" }, asked: Asked): Answer {
  const { request, rawQuery, seen } = asked;
  const query = readQuery(rawQuery, world.switches.plusInQuery);
  if (!query.ok) return refusalAnswer(refuse(400, "invalid_parameter", "잘못된 파라미터입니다.").fault);
  const read = readParameters(request, query.value, world);
  const nowMs = world.clock.now();
  const credentials = {
    authorization: headerOf(request, "authorization"),
    hashed: read.ok ? ok(read.value.hashed) : read,
    permission: route.permission,
    address: request.address,
  };
  const key = authorize(credentials, nowMs);
  if (!key.ok) return refusalAnswer(key.fault);
  const rate: RateAnswer = limits.take(route.group, key.value.pocketId, world.clock.wallNow());
  if (!rate.allowed) return limitAnswer(rate, "exchange", world.switches);
  const headers = { "Remaining-Req": rate.header };
  const body = read.ok ? read.value.body : null;
  const answer = route.handle({ world: seen, key: key.value, query: query.value, body, nowMs });
  return answer.ok
    ? jsonAnswer(route.status(world.switches), answer.value, headers)
    : refusalAnswer(answer.fault, headers);
}

type Parameters = {
  readonly body: Readonly<Record<string, unknown>> | null;
  /** Texts that may have been hashed. */
  readonly hashed: readonly string[];
};

/** A body beside a query is refused where orders are cancelled, and else ignored. The parameters that count and the text they are hashed as. Source: upbit-api 1.2, 2.3. */
function readParameters(request: WireRequest, query: Query, { switches }: World): Result<Parameters, Refusal> {
  const asSent = (decoded: string, raw: string) => (switches.hashInput === "either" ? [decoded, raw] : [decoded]);
  if (request.method === "DELETE" && request.body !== "" && request.url.startsWith("/v1/order"))
    return refuse(400, "QUERY_PARAMETER_NOT_SUPPORTED", "파라미터는 쿼리로만 보낼 수 있습니다.");
  if (request.method !== "POST") return ok({ body: null, hashed: asSent(query.decoded, query.raw) });
  const body = readBody(headerOf(request, "content-type"), request.body);
  if (!body.ok) return body;
  const decoded = hashedBody(body.value, switches.nullInHash);
  const encoded = Object.entries(body.value).map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  return ok({ body: body.value, hashed: asSent(decoded, encoded.join("&")) });
}
