import * as v from "valibot";
import { candlePageOf, COMPLETE_HEADER } from "../domain/candle-page.ts";
import { ProblemSchema, type Fault } from "../domain/fault.ts";
import type { MarketCode } from "../domain/market-code.ts";
import type { LimitsSchema } from "../domain/limits.ts";
import { fail, ok, type Result } from "../domain/result.ts";
import * as wire from "../domain/wire.ts";

export type Answer<Value> = Promise<Result<Value, Fault>>;
/** The serving model, or word that the one named by the ETag is still it. */
export type ServingModel =
  | { readonly changed: false }
  | { readonly changed: true; readonly model: wire.PublishedModel | null; readonly etag: string | null };

/** One method a route of the relay; the contract is domain/wire. Faults are values, nothing is thrown, nothing is
 *  repeated here: what to do about a fault is its kind's business. Rule C12. */
export type RelayClient = ReturnType<typeof createRelayClient>;

export type FetchLike = (path: string, init: RequestInit) => Promise<Response>;

/** Reads answer from a database or a cache; a day page may take eight paced requests to the exchange; an order waits
 *  for the exchange's own 5 s and a read-back; a model is up to 1.3 MB on a phone's uplink. */
const READ_TIMEOUT_MS = 10_000;
const PAGE_TIMEOUT_MS = 30_000;
const ORDER_TIMEOUT_MS = 20_000;
const MODEL_TIMEOUT_MS = 60_000;

type Question = {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  /** What a lost or unreadable answer means: nothing has changed, or an order may have been placed. */
  readonly whenLost?: "offline" | "order-unknown";
};

const lost = (detail: string, whenLost: Question["whenLost"]): Fault =>
  whenLost === "order-unknown"
    ? { type: "order-unknown", kind: "unknown", detail }
    : { type: "offline", kind: "retry", detail };

/** An answer that is no contract of ours. A refusal (4xx) changed nothing, even where its body cannot be read. */
function unreadable(status: number, whenLost: Question["whenLost"]): Fault {
  const detail = `The relay's answer (${status}) could not be read.`;
  if (whenLost === "order-unknown" && (status < 400 || status >= 500)) return lost(detail, whenLost);
  return { type: "internal", kind: status >= 500 ? "retry" : "stop", detail };
}

async function json(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    return undefined;
  }
}

async function bytes(response: Response): Promise<Uint8Array | null> {
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch {
    return null;
  }
}

async function faultOf(response: Response, whenLost: Question["whenLost"]): Promise<Fault> {
  const problem = v.safeParse(ProblemSchema, await json(response));
  if (!problem.success) return unreadable(response.status, whenLost);
  const { type, kind, detail, retryAfterMs, exchangeError, limit } = problem.output;
  return {
    type,
    kind,
    detail,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(exchangeError === undefined ? {} : { exchangeError }),
    ...(limit === undefined ? {} : { limit }),
  };
}

async function send(fetchLike: FetchLike, path: string, question: Question): Answer<Response> {
  const { method = "GET", body, headers = {}, timeoutMs = READ_TIMEOUT_MS, whenLost } = question;
  try {
    const response = await fetchLike(`/api${path}`, {
      method,
      headers: body === undefined ? headers : { ...headers, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      credentials: "same-origin",
      signal: AbortSignal.timeout(timeoutMs),
    });
    return response.ok || response.status === 304 ? ok(response) : fail(await faultOf(response, whenLost));
  } catch (error) {
    return fail(lost(error instanceof Error ? `${error.name} on the way to the relay` : "No answer came.", whenLost));
  }
}

type Asking = <Schema extends v.GenericSchema>(
  schema: Schema,
  path: string,
  question?: Question,
) => Answer<v.InferOutput<Schema>>;

type Doing = (path: string, question: Question) => Answer<null>;

const post = (body: unknown): Question => ({ method: "POST", body });
/** Placing and reserving: a lost answer may hide an order. */
const placing = (body: unknown): Question => ({
  method: "POST",
  body,
  timeoutMs: ORDER_TIMEOUT_MS,
  whenLost: "order-unknown",
});
const acting: Question = { method: "POST", timeoutMs: ORDER_TIMEOUT_MS };
const at = encodeURIComponent;

/** Orders, now and later, and what keeps them within bounds. */
const tradingRoutes = (ask: Asking, done: Doing) => ({
  orders: () => ask(wire.OrdersAnswerSchema, "/orders"),
  order: (id: string) => ask(wire.OrderAnswerSchema, `/orders/${at(id)}`),
  placeOrder: (entry: v.InferInput<typeof wire.OrderEntrySchema>) =>
    ask(wire.OrderAnswerSchema, "/orders", placing(entry)),
  cancelOrder: (id: string) => ask(wire.OrderAnswerSchema, `/orders/${at(id)}/cancel`, acting),

  reservations: () => ask(wire.ReservationsAnswerSchema, "/reservations"),
  reserve: (entry: v.InferInput<typeof wire.ReservationEntrySchema>) =>
    ask(wire.ReservationAnswerSchema, "/reservations", placing(entry)),
  changeReservation: (id: string, plan: v.InferInput<typeof wire.ReservationPlanSchema>) =>
    ask(wire.ReservationAnswerSchema, `/reservations/${at(id)}`, { method: "PUT", body: plan }),
  moveReservation: (id: string, to: "cancel" | "pause" | "resume") =>
    ask(wire.ReservationAnswerSchema, `/reservations/${at(id)}/${to}`, { method: "POST" }),

  limits: () => ask(wire.LimitsAnswerSchema, "/limits"),
  setLimits: (limits: v.InferInput<typeof LimitsSchema>) =>
    ask(wire.LimitsAnswerSchema, "/limits", { method: "PUT", body: limits }),
  takeRaiseBack: () => ask(wire.LimitsAnswerSchema, "/limits/raise", { method: "DELETE" }),
  halt: () => ask(wire.HaltAnswerSchema, "/halt"),
  setHalt: (to: "on" | "off") => ask(wire.HaltAnswerSchema, "/halt", { method: to === "on" ? "POST" : "DELETE" }),
  setHaltForAll: (to: "on" | "off") =>
    ask(wire.HaltAnswerSchema, "/admin/halt", { method: to === "on" ? "POST" : "DELETE" }),

  autoSessions: () => ask(wire.AutoSessionsAnswerSchema, "/auto-sessions"),
  takeLease: (entry: v.InferInput<typeof wire.AutoSessionEntrySchema>) =>
    ask(wire.AutoSessionAnswerSchema, "/auto-sessions", post(entry)),
  beatLease: ({ id, token }: wire.Lease) => done(`/auto-sessions/${at(id)}/beat`, post({ token })),
  endLease: ({ id, token }: wire.Lease) => done(`/auto-sessions/${at(id)}/end`, post({ token })),
});

/** Public market data. */
function marketRoutes(fetchLike: FetchLike, ask: Asking) {
  return {
    markets: () => ask(wire.MarketsAnswerSchema, "/markets"),
    /** @param kstDay `YYYY-MM-DD` */
    candleDay: async (market: MarketCode, kstDay: string): Answer<wire.CandlePage> => {
      const sent = await send(fetchLike, `/candles/${at(market)}/1m/${kstDay}`, { timeoutMs: PAGE_TIMEOUT_MS });
      if (!sent.ok) return sent;
      const block = await bytes(sent.value);
      if (block === null) return fail(lost("The page broke off on the way.", "offline"));
      const complete = sent.value.headers.get(COMPLETE_HEADER) === "yes";
      const page = candlePageOf(block, { market, kstDay, complete });
      return page.ok ? page : fail(unreadable(sent.value.status, undefined));
    },

    /** At most a second old; for when the exchange's socket cannot be had. */
    tickers: (markets: readonly MarketCode[]) =>
      ask(wire.TickersAnswerSchema, `/ticker?markets=${at(markets.join(","))}`),
    orderBooks: (markets: readonly MarketCode[]) =>
      ask(wire.OrderBooksAnswerSchema, `/orderbook?markets=${at(markets.join(","))}`),
    trades: (market: MarketCode) => ask(wire.TradesAnswerSchema, `/trades?market=${at(market)}`),
  };
}

/** Who one is, who else is there, and what one is told. */
const accountRoutes = (ask: Asking, done: Doing) => ({
  signUp: (entry: v.InferInput<typeof wire.SignUpSchema>) => ask(wire.UserAnswerSchema, "/sign-up", post(entry)),
  salt: (name: string) => ask(wire.SaltAnswerSchema, "/sign-in-salt", post({ name })),
  logIn: (entry: v.InferInput<typeof wire.LogInSchema>) => ask(wire.UserAnswerSchema, "/log-in", post(entry)),
  logOut: () => done("/log-out", { method: "POST" }),
  me: () => ask(wire.UserAnswerSchema, "/me"),
  deployment: () => ask(wire.DeploymentSchema, "/deployment"),
  checkName: (name: string) => ask(wire.NameCheckAnswerSchema, "/name-check", post({ name })),
  reAuthenticate: (entry: v.InferInput<typeof wire.ReAuthenticationSchema>) => done("/re-authenticate", post(entry)),
  changePassword: (entry: v.InferInput<typeof wire.PasswordChangeSchema>) =>
    done("/password", { method: "PUT", body: entry }),
  deleteAccount: () => done("/account", { method: "DELETE" }),
  sessions: () => ask(wire.SessionsAnswerSchema, "/sessions"),
  endSession: (id: string) => done(`/sessions/${at(id)}`, { method: "DELETE" }),
  endSessions: () => done("/sessions", { method: "DELETE" }),
  /** @param before of the last page, or null for the newest */
  activity: (before: number | null) =>
    ask(wire.ActivityAnswerSchema, before === null ? "/activity" : `/activity?before=${before}`),

  members: () => ask(wire.MembersAnswerSchema, "/members"),
  changeMember: (id: string, action: v.InferInput<typeof wire.MemberChangeSchema>["action"]) =>
    ask(wire.MemberAnswerSchema, `/members/${at(id)}`, post({ action })),
  invitations: () => ask(wire.InvitationsAnswerSchema, "/invitations"),
  invite: (days: number) => ask(wire.InvitationMadeSchema, "/invitations", post({ days })),
  withdrawInvitation: (id: string) => done(`/invitations/${at(id)}`, { method: "DELETE" }),
  verifyAudit: () => ask(wire.AuditVerificationSchema, "/audit/verification", { timeoutMs: PAGE_TIMEOUT_MS }),
  rotateMasterKey: () => ask(wire.RotationAnswerSchema, "/master-key/rotate", { method: "POST" }),

  notices: () => ask(wire.NoticesAnswerSchema, "/notices"),
  readNotices: (upTo: number) => done("/notices/read", post({ upTo })),
  pushDevices: () => ask(wire.PushDevicesAnswerSchema, "/push"),
  putPushDevice: (entry: v.InferInput<typeof wire.PushEntrySchema>) => done("/push", { method: "PUT", body: entry }),
  deletePushDevice: (id: string) => done(`/push/${at(id)}`, { method: "DELETE" }),
});

/** @param fetchLike the browser's fetch, or what stands for it in a test */
export function createRelayClient(fetchLike: FetchLike = (path, init) => fetch(path, init)) {
  async function ask<Schema extends v.GenericSchema>(
    schema: Schema,
    path: string,
    question: Question = {},
  ): Answer<v.InferOutput<Schema>> {
    const sent = await send(fetchLike, path, question);
    if (!sent.ok) return sent;
    const parsed = v.safeParse(schema, await json(sent.value));
    return parsed.success ? ok(parsed.output) : fail(unreadable(sent.value.status, question.whenLost));
  }
  async function done(path: string, question: Question): Answer<null> {
    const sent = await send(fetchLike, path, question);
    return sent.ok ? ok(null) : sent;
  }
  return {
    config: () => ask(wire.ConfigSchema, "/config"),

    ...accountRoutes(ask, done),

    key: () => ask(wire.KeyAnswerSchema, "/key"),
    /** The relay asks the exchange about the key before it stores it, hence the longer time. */
    putKey: (entry: v.InferInput<typeof wire.KeyEntrySchema>) =>
      ask(wire.KeyAnswerSchema, "/key", { method: "PUT", body: entry, timeoutMs: PAGE_TIMEOUT_MS }),
    deleteKey: () => done("/key", { method: "DELETE" }),
    assets: () => ask(wire.AssetsAnswerSchema, "/assets"),
    chance: (market: MarketCode) => ask(wire.ChanceAnswerSchema, `/chance/${at(market)}`),

    ...tradingRoutes(ask, done),
    ...marketRoutes(fetchLike, ask),

    /** @param etag of the model at hand: the same one is not sent again */
    servingModel: async (market: MarketCode, etag?: string): Answer<ServingModel> => {
      const headers: Record<string, string> = etag === undefined ? {} : { "if-none-match": etag };
      const question = { headers, timeoutMs: MODEL_TIMEOUT_MS };
      const sent = await send(fetchLike, `/models/serving/${at(market)}`, question);
      if (!sent.ok) return sent;
      if (sent.value.status === 304) return ok({ changed: false });
      const parsed = v.safeParse(wire.ServingModelAnswerSchema, await json(sent.value));
      if (!parsed.success) return fail(unreadable(sent.value.status, undefined));
      return ok({ changed: true, model: parsed.output.model, etag: sent.value.headers.get("etag") });
    },
    publishModel: (model: wire.PublishedModel) =>
      done(`/models/serving/${at(model.meta.market)}`, { method: "PUT", body: model, timeoutMs: MODEL_TIMEOUT_MS }),
  };
}
