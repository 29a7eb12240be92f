import * as v from "valibot";
import { fail, ok, type Result } from "../domain/result.ts";
import { MINUTE_MS } from "../domain/units.ts";

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
  /** Levels of an order book. */
  readonly depth: number;
  /** Width of a candle. */
  readonly intervalMs: number;
  readonly snapshot: boolean;
  readonly realtime: boolean;
};

/** One type object as LIST_SUBSCRIPTIONS gives it back. */
type AskedType = { readonly type: string; readonly codes: readonly string[]; readonly level?: number };

/** What one message asks for. It replaces everything asked before on the connection. */
export type SocketRequest =
  | {
      readonly kind: "subscribe";
      readonly ticket: string;
      readonly format: FrameFormat;
      readonly subscriptions: readonly Subscription[];
      /** As asked, for LIST_SUBSCRIPTIONS. */
      readonly asked: readonly AskedType[];
    }
  | { readonly kind: "list"; readonly ticket: string };

const TypeSchema = v.object({
  type: v.string(),
  codes: v.optional(v.array(v.string())),
  level: v.optional(v.number()),
  is_only_snapshot: v.optional(v.boolean()),
  is_only_realtime: v.optional(v.boolean()),
});
type TypeObject = v.InferOutput<typeof TypeSchema>;

const PRIVATE_TYPES = ["myOrder", "myAsset", "announcement"];
const CANDLE_MINUTES: readonly number[] = [1, 3, 5, 10, 15, 30, 60, 240];
const DEPTHS: readonly number[] = [1, 5, 15, 30];
const DEEPEST = 30;

/** Source: upbit-api 6.2. */
export function readSocketRequest(text: string, known: ReadonlySet<string>): Result<SocketRequest, SocketError> {
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
  const format = rest.find((part) => "format" in part)?.["format"] ?? "DEFAULT";
  if (!FRAME_FORMATS.some((one) => one === format)) return refuse("INVALID_PARAM", "The format is not known.");
  if (rest.some((part) => part["method"] === "LIST_SUBSCRIPTIONS")) return ok({ kind: "list", ticket });
  const types = rest.filter((part) => !("format" in part));
  if (types.length === 0) return refuse("NO_TYPE", "No type is named.");
  const asked: AskedType[] = [];
  const subscriptions: Subscription[] = [];
  for (const part of types) {
    if (!("type" in part)) return refuse("NO_TYPE", "An object names no type.");
    const read = v.safeParse(TypeSchema, part);
    if (!read.success) return refuse("WRONG_FORMAT", "A type object has a wrong field.");
    const expanded = expand(read.output, known);
    if (!expanded.ok) return expanded;
    subscriptions.push(...expanded.value);
    const { type, codes = [] } = read.output;
    asked.push({ type, codes, ...(type === "orderbook" && { level: read.output.level ?? 0 }) });
  }
  return ok({ kind: "subscribe", ticket, format: format as FrameFormat, subscriptions, asked });
}

function expand(object: TypeObject, known: ReadonlySet<string>): Result<Subscription[], SocketError> {
  if (PRIVATE_TYPES.includes(object.type))
    return refuse("INVALID_AUTH", `${object.type} needs an authorised connection.`);
  const candle = /^candle\.(\d+)m$/.exec(object.type);
  const minutes = candle ? Number(candle[1]) : 0;
  if (candle ? !CANDLE_MINUTES.includes(minutes) : !["ticker", "trade", "orderbook"].includes(object.type))
    return refuse("INVALID_PARAM", `The type ${object.type} is not served.`);
  if (!object.codes || object.codes.length === 0) return refuse("NO_CODES", `${object.type} names no codes.`);
  // A level that is not supported gives no data at all, and no error.
  if (object.type === "orderbook" && (object.level ?? 0) !== 0) return ok([]);
  const subscriptions: Subscription[] = [];
  for (const text of object.codes) {
    const [code, unit] = text.split(".", 2) as [string, string?];
    if (!known.has(code)) return refuse("INVALID_PARAM", `The code ${code} is not known.`);
    subscriptions.push({
      type: candle ? "candle" : (object.type as Subscription["type"]),
      code,
      depth: DEPTHS.includes(Number(unit)) ? Number(unit) : DEEPEST,
      intervalMs: minutes * MINUTE_MS,
      snapshot: !object.is_only_realtime,
      realtime: !object.is_only_snapshot,
    });
  }
  return ok(subscriptions);
}
