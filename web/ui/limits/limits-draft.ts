import * as v from "valibot";
import { LIMIT_FIGURES, LimitsSchema, type Limits } from "../../../domain/limits.ts";

/** Limits as they stand in the form, one text a field. */
export type LimitsDraft = Readonly<Record<keyof Limits, string>>;
/** The limits that a draft stands for, or the fields that keep it from being any. */
export type ReadDraft =
  | { readonly limits: Limits; readonly wrong: ReadonlySet<string> }
  | { readonly limits: null; readonly wrong: ReadonlySet<string> };

export const draftOf = (limits: Limits): LimitsDraft => ({
  largestOrderKrw: String(limits.largestOrderKrw),
  ordersPerMinute: String(limits.ordersPerMinute),
  ordersPerDay: String(limits.ordersPerDay),
  dailyLossKrw: String(limits.dailyLossKrw),
  exposureKrw: String(limits.exposureKrw),
  priceDistanceBps: String(limits.priceDistanceBps),
  markets: limits.markets.map((market) => market.replace("KRW-", "")).join(", "),
});

/** An empty field is no limit of nothing. */
const whole = (text: string): number => (/^\d+$/.test(text) ? Number(text) : Number.NaN);

export function readDraft(draft: LimitsDraft): ReadDraft {
  const codes = draft.markets.split(/[,\s]+/).filter(Boolean);
  const figures = Object.fromEntries(LIMIT_FIGURES.map((name) => [name, whole(draft[name])]));
  const markets = [...new Set(codes.map((code) => `KRW-${code.toUpperCase().replace("KRW-", "")}`))];
  const read = v.safeParse(LimitsSchema, { ...figures, markets });
  if (read.success) return { limits: read.output, wrong: new Set() };
  return { limits: null, wrong: new Set(read.issues.map((issue) => String(issue.path?.[0].key))) };
}

/** Which of the limits a raise makes looser, and by which markets. */
export const raisedIn = (current: Limits, raised: Limits) => ({
  figures: LIMIT_FIGURES.filter((name) => raised[name] > current[name]),
  markets: raised.markets.filter((market) => !current.markets.includes(market)),
});
