import * as v from "valibot";
import { fail, ok, type Result } from "../../domain/result.ts";
import { MINUTE_MS, SECOND_MS } from "../../domain/units.ts";
import type { PrivateSubscription } from "../private-streams.ts";

/** Names of the socket's error frames. Source: upbit-api 6.3. */
export type SocketError = {
  readonly name:
    | "INVALID_AUTH"
    | "WRONG_FORMAT"
    | "NO_TICKET"
    | "NO_TYPE"
    | "NO_CODES"
    | "INVALID_PARAM"
    | "TOO_MANY_REQUEST";
  readonly message: string;
};
const refuse = (name: SocketError["name"], message: string) => fail<SocketError>({ name, message });

export const FRAME_FORMATS = ["DEFAULT", "SIMPLE", "JSON_LIST", "SIMPLE_LIST"] as const;
export type FrameFormat = (typeof FRAME_FORMATS)[number];

/** One stream of one market. */
export type Subscription = {
  readonly type: "ticker" | "trade" | "orderbook" | "candle";
  readonly code: string;
  /** Units of an order book. */
  readonly depth: number;
  /** Price step that levels of an order book are gathered under; 0 for the market's own ticks. */
  readonly level: number;
  /** Width of a candle. */
  readonly intervalMs: number;
  readonly snapshot: boolean;
  readonly realtime: boolean;
};

/** One type object as LIST_SUBSCRIPTIONS gives it back. */
export type AskedType = { readonly type: string; readonly codes?: readonly string[]; readonly level?: number };

/** What one message asks for. A subscription replaces everything asked before on the connection. */
export type SocketRequest =
  | {
      readonly kind: "subscribe";
      readonly ticket: string;
      readonly format: FrameFormat;
      readonly subscriptions: readonly Subscription[];
      readonly own: readonly PrivateSubscription[];
      /** As asked, for LIST_SUBSCRIPTIONS. */
      readonly asked: readonly AskedType[];
    }
  /** A format given here becomes the running streams'. */
  | { readonly kind: "list"; readonly ticket: string; readonly format: FrameFormat | null };

/** What a connection may ask for. */
export type Reach = {
  readonly markets: ReadonlySet<string>;
  /** Which endpoint it is. */
  readonly endpoint: "public" | "private";
  /** Private types that its key may see; null without a valid token. */
  readonly allowed: readonly PrivateSubscription["type"][] | null;
  /** Most codes in one message. */
  readonly mostCodes: number;
};

const TypeSchema = v.object({
  type: v.string(),
  codes: v.optional(v.array(v.string())),
  level: v.optional(v.pipe(v.number(), v.minValue(0))),
  is_only_snapshot: v.optional(v.boolean()),
  is_only_realtime: v.optional(v.boolean()),
});
type TypeObject = v.InferOutput<typeof TypeSchema>;

const PRIVATE_TYPES: readonly string[] = ["myOrder", "myAsset", "announcement"];
const CANDLE_MINUTES: readonly number[] = [1, 3, 5, 10, 15, 30, 60, 240];
const DEPTHS: readonly number[] = [1, 5, 15, 30];
const DEEPEST = 30;

/** Source: upbit-api 6.2. */
export function readSocketRequest(text: string, reach: Reach): Result<SocketRequest, SocketError> {
  let parts: unknown;
  try {
    parts = JSON.parse(text);
  } catch {
    return refuse("WRONG_FORMAT", "The request is not JSON.");
  }
  const list = v.safeParse(v.array(v.looseObject({})), parts);
  if (!list.success) return refuse("WRONG_FORMAT", "The request is not a list of objects.");
  const [first, ...rest] = list.output;
  const ticket = first?.["ticket"];
  if (typeof ticket !== "string" || ticket === "") return refuse("NO_TICKET", "The first object must hold a ticket.");
  const named = rest.find((part) => "format" in part)?.["format"];
  const format = FRAME_FORMATS.find((one) => one === named) ?? null;
  if (named !== undefined && format === null) return refuse("INVALID_PARAM", "The format is not known.");
  const operation = rest.find((part) => "method" in part);
  if (operation)
    return operation["method"] === "LIST_SUBSCRIPTIONS"
      ? ok({ kind: "list", ticket, format })
      : refuse("INVALID_PARAM", "The method is not known.");
  const types = rest.filter((part) => !("format" in part));
  const read = readTypes(types, reach);
  return read.ok ? ok({ kind: "subscribe", ticket, format: format ?? "DEFAULT", ...read.value }) : read;
}

type Types = Pick<Extract<SocketRequest, { kind: "subscribe" }>, "subscriptions" | "own" | "asked">;

function readTypes(parts: readonly Record<string, unknown>[], reach: Reach): Result<Types, SocketError> {
  if (parts.length === 0) return refuse("NO_TYPE", "No type is named.");
  const subscriptions: Subscription[] = [];
  const own: PrivateSubscription[] = [];
  const asked: AskedType[] = [];
  let codesLeft = reach.mostCodes;
  for (const part of parts) {
    if (!("type" in part)) return refuse("NO_TYPE", "An object names no type.");
    const read = v.safeParse(TypeSchema, part);
    if (!read.success) return refuse("WRONG_FORMAT", "A type object has a wrong field.");
    const object = read.output;
    codesLeft -= object.codes?.length ?? 0;
    if (codesLeft < 0) return refuse("INVALID_PARAM", `More than ${reach.mostCodes} codes are named.`);
    const isPrivate = PRIVATE_TYPES.includes(object.type);
    const found = isPrivate ? ownOf(object, reach) : publicOf(object, reach);
    if (!found.ok) return found;
    for (const one of found.value)
      if (one.type === "myOrder" || one.type === "myAsset") own.push(one);
      else subscriptions.push(one);
    asked.push({
      type: object.type,
      ...(object.type !== "myAsset" && { codes: object.codes ?? [] }),
      ...(object.type === "orderbook" && { level: object.level ?? 0 }),
    });
  }
  return ok({ subscriptions, own, asked });
}

/** Source: upbit-api 6.2, 6.3, 6.8, 6.9. */
function ownOf({ type, codes }: TypeObject, reach: Reach): Result<PrivateSubscription[], SocketError> {
  if (reach.endpoint === "public" || reach.allowed === null)
    return refuse("INVALID_AUTH", `${type} needs an authorised connection.`);
  if (type === "announcement") return refuse("INVALID_PARAM", "The type announcement is not served.");
  const wanted: PrivateSubscription = type === "myAsset" ? { type } : { type: "myOrder", codes: codes ?? [] };
  if (!reach.allowed.includes(wanted.type)) return refuse("INVALID_AUTH", `The key may not see ${type}.`);
  if (type === "myAsset" && codes !== undefined) return refuse("WRONG_FORMAT", "myAsset takes no codes.");
  const strange = (codes ?? []).find((code) => !reach.markets.has(code));
  return strange === undefined ? ok([wanted]) : refuse("INVALID_PARAM", `The code ${strange} is not known.`);
}

function publicOf(object: TypeObject, { markets, endpoint }: Reach): Result<Subscription[], SocketError> {
  const { type, codes, level = 0 } = object;
  const intervalMs = candleIntervalOf(type);
  const known = intervalMs !== null || ["ticker", "trade", "orderbook"].includes(type);
  if (!known || endpoint === "private") return refuse("INVALID_PARAM", `The type ${type} is not served here.`);
  if (object.is_only_snapshot && object.is_only_realtime)
    return refuse("INVALID_PARAM", "Only a snapshot and only realtime exclude each other.");
  if (!codes || codes.length === 0) return refuse("NO_CODES", `${type} names no codes.`);
  const subscriptions: Subscription[] = [];
  for (const text of codes) {
    const [code, unit] = type === "orderbook" ? (text.split(".", 2) as [string, string?]) : [text];
    if (!markets.has(code)) return refuse("INVALID_PARAM", `The code ${text} is not known.`);
    subscriptions.push({
      type: intervalMs === null ? (type as Subscription["type"]) : "candle",
      code,
      depth: DEPTHS.includes(Number(unit)) ? Number(unit) : DEEPEST,
      level,
      intervalMs: intervalMs ?? 0,
      snapshot: !object.is_only_realtime,
      realtime: !object.is_only_snapshot,
    });
  }
  return ok(subscriptions);
}

/** Source: upbit-api 6.2: one second, and the minutes that REST has. */
function candleIntervalOf(type: string): number | null {
  if (type === "candle.1s") return SECOND_MS;
  const minutes = Number(/^candle\.(\d+)m$/.exec(type)?.[1] ?? 0);
  return CANDLE_MINUTES.includes(minutes) ? minutes * MINUTE_MS : null;
}
