import type { MarketCode } from "../../domain/market-code.ts";
import { epochMs } from "../../domain/units.ts";
import { playedExchange, type PlayedExchange, type Seen } from "./played-exchange.ts";
import { CARRIED_TAPE } from "./tape-file.ts";

/** Quotation endpoints of a recorded and four generated markets, asked in process. */
export type QuotationClient = {
  readonly played: PlayedExchange;
  /** A second later each time, so that no limit is met. */
  get(path: string, parameters?: Parameters): Seen;
  rows(path: string, parameters?: Parameters): Row[];
  /** Status, name and first word of the message. */
  refusal(path: string, parameters?: Parameters): unknown[];
};
type Parameters = Readonly<Record<string, string>>;
export type Row = Record<string, unknown>;

export const GENERATED = ["KRW-XRP", "KRW-USDT", "BTC-ETH", "USDT-XRP"] as MarketCode[];
const FROM = Date.UTC(2024, 2, 20, 12, 34, 56, 789);
/** Refusals of the contract. Source: upbit-api 1.4. */
export const INVALID = [400, 400, "Invalid"];
export const TYPE = [400, 400, "Type"];
export const MISSING = [400, 400, "Missing"];
export const UNKNOWN = [404, 404, "Code"];

export const field = (list: readonly Row[], name: string): unknown[] => list.map((row) => row[name]);

export function quotationClient(): QuotationClient {
  const played = playedExchange({ tapes: [CARRIED_TAPE], synthetic: GENERATED, fromMs: epochMs(FROM) });
  const get = (path: string, parameters: Parameters = {}): Seen => {
    played.wait(1_000);
    const query = Object.entries(parameters)
      .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
      .join("&");
    return played.get(`/v1/${path}${query ? `?${query}` : ""}`);
  };
  return {
    played,
    get,
    rows: (path, parameters) => get(path, parameters).body as Row[],
    refusal: (path, parameters) => {
      const { status, body } = get(path, parameters) as { status: number; body: { error?: Refused } };
      return [status, body.error?.name, body.error?.message.split(" ", 1)[0]];
    },
  };
}
type Refused = { name: unknown; message: string };
