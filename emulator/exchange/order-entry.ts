import * as v from "valibot";
import { decimal, isDecimalText } from "../../domain/decimal.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import type { OrderTerms, SelfMatch, TimeInForce } from "../../domain/matching-order.ts";
import { ok, type Result } from "../../domain/result.ts";
import { refuse, type Refusal } from "../refusal.ts";
import type { Switches } from "../switches.ts";

/** A new order as its sender wrote it, checked for shape and for the combination its type allows. */
export type OrderEntry = Omit<OrderTerms, "uuid" | "accountId" | "createdAtMs">;

const LONGEST_IDENTIFIER = 64;
const Identifier = v.pipe(v.string(), v.minLength(1), v.maxLength(LONGEST_IDENTIFIER));
const Text = v.optional(v.nullable(v.string()));
/** Amounts are texts: a JSON number has lost digits before it could be checked. Source: upbit-api 2.3, 4.3. */
const BodySchema = v.object({
  market: v.string(),
  side: v.picklist(["bid", "ask"]),
  ord_type: v.picklist(["limit", "price", "market", "best"]),
  volume: Text,
  price: Text,
  time_in_force: Text,
  smp_type: Text,
  identifier: v.optional(v.nullable(Identifier)),
});
type Body = v.InferOutput<typeof BodySchema>;

const TIMES_IN_FORCE = ["ioc", "fok", "post_only"] as const;
const SELF_MATCHES = ["cancel_maker", "cancel_taker", "reduce", "none"] as const;
/** What a request may rely on beyond its own words. */
export type EntryRules = { readonly markets: { has(code: MarketCode): boolean }; readonly switches: Switches };

/** The identifier of a request that may be unreadable otherwise, null where there is none to use up. */
export const identifierOf = (body: Readonly<Record<string, unknown>> | null): string | null =>
  v.is(Identifier, body?.["identifier"]) ? body["identifier"] : null;

/** Source: upbit-api 4.3, both tables. */
export function readOrderEntry(body: unknown, { markets, switches }: EntryRules): Result<OrderEntry, Refusal> {
  const read = v.safeParse(BodySchema, body);
  if (!read.success) {
    const { missing, wrong } = Object.groupBy(read.issues, ({ path }) =>
      (path?.at(-1)?.value ?? null) === null ? "missing" : "wrong",
    );
    const [absent, strange] = [missing, wrong].map((issues = []) =>
      issues.map((issue) => v.getDotPath(issue) ?? "body"),
    );
    return invalid(absent!, strange);
  }
  const entry = read.output;
  if (!markets.has(entry.market as MarketCode)) return refuse(400, "notfoundmarket", "마켓 정보를 찾을 수 없습니다.");
  const combination = wrongCombination(entry);
  if (combination) return combination;
  for (const field of ["price", "volume"] as const) {
    const text = entry[field] ?? null;
    if (text !== null && (!isDecimalText(text) || decimal(text).lte(0)))
      return refuse(400, `invalid_${field}_${entry.side}`, "주문 값의 형식이 올바르지 않습니다.");
  }
  const amount = (text: string | null | undefined) => (text ? decimal(text) : null);
  return ok({
    market: entry.market as MarketCode,
    side: entry.side,
    type: entry.ord_type,
    price: amount(entry.price),
    volume: amount(entry.volume),
    timeInForce: (entry.time_in_force ?? null) as TimeInForce | null,
    selfMatch: (entry.smp_type as SelfMatch | null | undefined) ?? unnamedSelfMatch(entry, switches),
    identifier: entry.identifier ?? null,
  });
}

/** Source: upbit-api 1.4, "validation_error". */
const invalid = (missing: readonly string[], wrong: readonly string[] = []) => {
  const strange = (field: string) => `${field} does not have a valid value`;
  const flaws = [...missing.flatMap((field) => [`${field} is missing`, strange(field)]), ...wrong.map(strange)];
  return refuse(400, "validation_error", flaws.join(", "));
};

/** Before `cancel_maker` became the default nothing was prevented, and nothing is told. Source: upbit-api 4.3, 9.1. */
function unnamedSelfMatch({ time_in_force: time }: Body, { smpDefault }: Switches): SelfMatch | null {
  if (smpDefault === "none") return null;
  return time === "post_only" ? "none" : smpDefault;
}

function wrongCombination({ side, ord_type: type, price, volume, ...rest }: Body) {
  const create = (message: string) => refuse(400, side === "bid" ? "create_bid_error" : "create_ask_error", message);
  const wantsPrice = type === "limit" || (side === "bid" && type !== "market");
  const wantsVolume = type === "limit" || (side === "ask" && type !== "price");
  if ((type === "price" && side === "ask") || (type === "market" && side === "bid"))
    return create("주문 방식과 주문 종류가 맞지 않습니다.");
  const missing = [...(wantsPrice && !price ? ["price"] : []), ...(wantsVolume && !volume ? ["volume"] : [])];
  if (missing.length > 0) return invalid(missing);
  if (!wantsPrice && price) return create("price를 보낼 수 없습니다.");
  if (!wantsVolume && volume) return create("volume을 보낼 수 없습니다.");
  const time = rest.time_in_force ?? null;
  const known = time === null || TIMES_IN_FORCE.some((one) => one === time);
  const fits = type === "limit" ? known : type === "best" ? time === "ioc" || time === "fok" : time === null;
  if (!fits) return refuse(400, "invalid_time_in_force", "주문 조건을 사용할 수 없는 주문입니다.");
  const self = rest.smp_type ?? null;
  if (self !== null && !SELF_MATCHES.some((one) => one === self))
    return refuse(400, "invalid_parameter", "smp_type을 확인해주세요.");
  if (time === "post_only" && self !== null && self !== "none")
    return refuse(400, "invalid_post_only", "post_only와 자전거래 체결 방지 옵션은 함께 사용할 수 없습니다.");
  return null;
}
