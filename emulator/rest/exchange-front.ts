import { REQUEST_KINDS, type Fault, type FaultDesk, type FaultTarget } from "../faults/fault-desk.ts";
import type { Sight } from "../faults/dim-world.ts";
import { readToken } from "../gate/jwt.ts";
import { RATE_GROUPS } from "../gate/rate-limits.ts";
import { refuse } from "../refusal.ts";
import type { World } from "../world.ts";
import { refusalAnswer, type Answer } from "./answer.ts";
import { splitUrl, type ExchangeWire } from "./exchange-wire.ts";
import { headerOf, readBody, readQuery, type WireRequest } from "./request.ts";
import { routeOf } from "./routes.ts";

/** What becomes of a request. Spans are wall time, from when it was taken. */
export type Outcome =
  | { readonly kind: "answer"; readonly answer: Answer; readonly afterMs: number }
  /** The connection breaks. */
  | { readonly kind: "reset"; readonly afterMs: number }
  /** The connection stays, no answer comes. */
  | { readonly kind: "silence" };

/** The exchange with its faults, still without a network: a shell carries outcomes out, a simulation reads them. */
export type ExchangeFront = {
  readonly wire: ExchangeWire;
  readonly faults: FaultDesk;
  take(request: WireRequest): Outcome;
  /** Carries out what was accepted late and is due now; also done before each request is taken. */
  settle(): void;
  /** When the next of them is due, wall time, or null. */
  nextDueMs(): number | null;
};

type Late = { readonly dueMs: number; readonly request: WireRequest };

/** Requests that may wait at once; more are lost, as on any full queue. */
const MOST_LATE = 10_000;

export function createExchangeFront(wire: ExchangeWire, faults: FaultDesk): ExchangeFront {
  let late: Late[] = [];
  const wallNow = () => wire.world.clock.wallNow();
  const settle = (): void => {
    const due = late.filter(({ dueMs }) => dueMs <= wallNow()).toSorted((a, b) => a.dueMs - b.dueMs);
    if (due.length === 0) return;
    late = late.filter((one) => !due.includes(one));
    // Nobody waits for these answers any more.
    for (const { request } of due) wire.answer(request);
  };
  return {
    wire,
    faults,
    settle,
    nextDueMs: () => (late.length === 0 ? null : Math.min(...late.map(({ dueMs }) => dueMs))),
    take: (request) => {
      settle();
      if (faults.plan().rules.length === 0) return { kind: "answer", answer: wire.answer(request), afterMs: 0 };
      const target = targetOf(request, wire.world);
      const happening = target === null ? [] : faults.happening(target, REQUEST_KINDS);
      return carryOut(wire, request, {
        happening,
        postpone: (spanMs) => {
          if (late.length < MOST_LATE) late.push({ dueMs: wallNow() + spanMs, request });
        },
      });
    },
  };
}

type Turn = { readonly happening: readonly Fault[]; readonly postpone: (spanMs: number) => void };

function carryOut(wire: ExchangeWire, request: WireRequest, { happening, postpone }: Turn): Outcome {
  const afterMs = happening.reduce((sum, { kind, spanMs }) => sum + (kind === "latency" ? spanMs : 0), 0);
  const answered = (answer: Answer): Outcome => ({ kind: "answer", answer, afterMs });
  const sight = sightOf(happening, request.method === "GET");
  const asked = () => wire.answer(request, sight);
  for (const fault of happening)
    switch (fault.kind) {
      case "timeout":
        if (fault.accepted) asked();
        return { kind: "silence" };
      case "reset":
        if (fault.accepted) asked();
        return { kind: "reset", afterMs };
      case "error":
        if (fault.accepted) asked();
        return answered(errorAnswer(fault.status));
      case "accepted-late":
        postpone(fault.spanMs);
        if (fault.meanwhile === "timeout") return { kind: "silence" };
        return fault.meanwhile === "reset" ? { kind: "reset", afterMs } : answered(errorAnswer(504));
      case "limit":
        return answered(wire.refuseLimit(request, fault.status, fault.blockMs));
      case "order-burst":
        return answered(burstAnswer(wire.world));
      case "maintenance":
        if (fault.as === "timeout") return { kind: "silence" };
        return answered(fault.as === "error" ? errorAnswer(500) : offlineAnswer());
      default:
    }
  return answered(skewed(asked(), sight.skewMs));
}

/** Through which glass the exchange is looked at. */
function sightOf(happening: readonly Fault[], isRead: boolean): Sight & { readonly skewMs: number } {
  let [lagMs, skewMs, staleBook] = [0, 0, false];
  for (const fault of happening) {
    if (fault.kind === "lagging-lookups" && isRead) lagMs = Math.max(lagMs, fault.spanMs);
    if (fault.kind === "clock-skew") skewMs += fault.skewMs;
    if (fault.kind === "stale-book") staleBook = true;
  }
  return { lagMs, staleBook, skewMs };
}

/** Gateways in front of an exchange answer in HTML, the exchange itself in JSON. */
function errorAnswer(status: number): Answer {
  if (status === 500) return refusalAnswer(refuse(500, "internal_server_error", "서버 오류가 발생했습니다.").fault);
  const text = `<html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>`;
  return { status, headers: { "Content-Type": "text/html; charset=utf-8" }, text, compressible: false };
}

const offlineAnswer = (): Answer =>
  refusalAnswer(refuse(403, "market_offline", "해당 마켓은 현재 점검 중입니다.").fault);
const burstAnswer = ({ switches }: World): Answer =>
  refusalAnswer(
    refuse(switches.stabilisationStatus, "too_many_request_order", "주문 요청이 많습니다. 잠시 후 다시 시도해주세요.")
      .fault,
  );

/** Times of making, not of trading: the ones a client compares with its own clock. */
function skewed(answer: Answer, skewMs: number): Answer {
  if (skewMs === 0) return answer;
  const text = answer.text.replaceAll(/"timestamp":(\d+)/g, (_, ms: string) => `"timestamp":${Number(ms) + skewMs}`);
  return { ...answer, text, dateSkewMs: skewMs };
}

/** What a request is to the rules, or null for an address that is none of the exchange's. Nothing is verified here: a
 *  request that would be refused may as well be lost. */
function targetOf(request: WireRequest, world: World): FaultTarget | null {
  const [path, rawQuery] = splitUrl(request.url);
  const route = routeOf(request.method, path);
  if (!route) return null;
  const token = readToken(headerOf(request, "authorization"));
  const key = token.ok ? world.accounts.keyOf(token.value.claims.access_key) : null;
  return {
    group: RATE_GROUPS[route.group].name,
    method: request.method,
    path,
    ...(key && { pocket: key.pocketId }),
    markets: marketsOf(request, rawQuery),
  };
}

function marketsOf(request: WireRequest, rawQuery: string): string[] {
  const query = readQuery(rawQuery, "space");
  const named = query.ok ? [query.value.first("market"), query.value.first("markets")] : [];
  const body = request.body === "" ? null : readBody("application/json", request.body);
  if (body?.ok) named.push(String(body.value["market"] ?? ""));
  return named.flatMap((text) => (text ? text.split(",") : []));
}
