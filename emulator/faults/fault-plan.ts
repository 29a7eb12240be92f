import * as v from "valibot";
import { fail, ok, type Result } from "../../domain/result.ts";
import { parseInstant } from "../../domain/time.ts";
import { MINUTE_MS } from "../../domain/units.ts";
import { readJsonFile } from "../json-file.ts";

/** What goes wrong, when and how often: a list of rules, read from a file or sent to the control port. */

/** Longest span of a fault, milliseconds of wall time. */
const LONGEST_MS = 10 * MINUTE_MS;
const Span = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(LONGEST_MS));
/** One span, or [least, most] of which any is drawn; milliseconds of wall time. */
const Spans = v.union([
  Span,
  v.pipe(
    v.tuple([Span, Span]),
    v.check(([least, most]) => least <= most, "least and most are the wrong way round"),
  ),
]);
export type Spans = v.InferOutput<typeof Spans>;

const effect = <Kind extends string, Fields extends v.ObjectEntries>(kind: Kind, fields: Fields) =>
  v.strictObject({ kind: v.literal(kind), ...fields });

/** Of a request. `accepted`: whether it was carried out before it went wrong. */
const REQUEST_EFFECTS = [
  /** Carried out at once, answered later. */
  effect("latency", { delayMs: Spans }),
  /** Never answered. */
  effect("timeout", { accepted: v.boolean() }),
  effect("reset", { accepted: v.boolean() }),
  effect("error", {
    accepted: v.boolean(),
    status: v.optional(v.pipe(v.number(), v.integer(), v.minValue(500), v.maxValue(599)), 500),
  }),
  /** The caller gets no answer, or a wrong one; the request is carried out only `lateMs` later. */
  effect("accepted-late", {
    lateMs: Spans,
    meanwhile: v.optional(v.picklist(["timeout", "reset", "error"]), "timeout"),
  }),
  /** Reads of orders see them as they were `lagMs` ago. */
  effect("lagging-lookups", { lagMs: Spans }),
  /** Refused as one too many; 418 with `blockMs` also blocks what follows. */
  effect("limit", { status: v.optional(v.picklist([429, 418]), 429), blockMs: v.optional(Span) }),
  /** The exchange-wide refusal of orders in a burst. Source: upbit-api 1.4. */
  effect("order-burst", {}),
  /** Source: upbit-api 7, "Maintenance". */
  effect("maintenance", { as: v.optional(v.picklist(["market_offline", "error", "timeout"]), "market_offline") }),
] as const;
/** Of a frame on its way to one connection. */
const FRAME_EFFECTS = [
  effect("duplicate-frame", {}),
  /** Sent after the next one. */
  effect("reorder-frames", {}),
  effect("drop-frame", {}),
  /** The connection ends without a close frame. */
  effect("disconnect", {}),
] as const;
/** Of both. */
const SHARED_EFFECTS = [
  /** Order books stand still while their timestamps go on. */
  effect("stale-book", {}),
  /** The exchange's own timestamps are off; positive is ahead. */
  effect("clock-skew", { skewMs: v.pipe(v.number(), v.integer(), v.minValue(-LONGEST_MS), v.maxValue(LONGEST_MS)) }),
] as const;

const EffectSchema = v.variant("kind", [...REQUEST_EFFECTS, ...FRAME_EFFECTS, ...SHARED_EFFECTS]);
export type FaultEffect = v.InferOutput<typeof EffectSchema>;

const Instant = v.pipe(
  v.string(),
  v.check((text) => parseInstant(text).ok, "not a time such as 2024-03-20T00:00:00Z"),
  v.transform((text) => {
    const read = parseInstant(text);
    return read.ok ? Number(read.value) : NaN;
  }),
);

const RuleSchema = v.strictObject({
  /** Shown in the log. */
  name: v.optional(v.string()),
  /** All that is given must fit. */
  match: v.optional(
    v.strictObject({
      /** Of a request's limit, by its name on the wire: `order`, `default`, `candles` … */
      group: v.optional(v.string()),
      method: v.optional(v.picklist(["GET", "POST", "DELETE"])),
      /** `/v1/orders`, or with a closing star everything that begins so. */
      path: v.optional(v.string()),
      pocket: v.optional(v.string()),
      market: v.optional(v.string()),
      /** Of a frame: `trade`, `orderbook`, `candle.1m`, `myOrder` … */
      type: v.optional(v.string()),
    }),
    {},
  ),
  probability: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 1),
  /** Most times that it happens; any number without it. */
  count: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  /** So many that fit are let pass first. */
  skip: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 0),
  from: v.optional(Instant),
  /** Exclusive. */
  until: v.optional(Instant),
  /** Which time `from` and `until` are. */
  clock: v.optional(v.picklist(["market", "wall"]), "market"),
  effect: EffectSchema,
});
export type FaultRule = v.InferOutput<typeof RuleSchema>;

const PlanSchema = v.strictObject({
  /** Of everything that is drawn. */
  seed: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 1),
  rules: v.pipe(v.array(RuleSchema), v.maxLength(200)),
});
export type FaultPlan = v.InferOutput<typeof PlanSchema>;

export const NO_FAULTS: FaultPlan = { seed: 1, rules: [] };

/** @returns a fault in one line that names the place */
export function readFaultPlan(given: unknown): Result<FaultPlan, string> {
  const read = v.safeParse(PlanSchema, given);
  if (read.success) return ok(read.output);
  const issue = read.issues[0];
  return fail(`${v.getDotPath(issue) ?? "the plan"}: ${issue.message}`);
}

/** @returns a fault in one line that names the file */
export function loadFaultPlan(file: string): Result<FaultPlan, string> {
  const content = readJsonFile(file);
  if (!content.ok) return content;
  const plan = readFaultPlan(content.value);
  return plan.ok ? plan : fail(`${file}: ${plan.fault}`);
}
