import { Big, decimal } from "../../../domain/decimal.ts";
import type { Fault } from "../../../domain/fault.ts";
import { DEFAULT_FEE_BPS } from "../../../domain/fees.ts";
import type { Side } from "../../../domain/market.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import { useChance, useStoredKey } from "../relay/queries.ts";
import { faultIn } from "../relay/relay.ts";
import type { Ample } from "./ticket.ts";

export type AmpleAnswer = {
  /** Null while it is not known. */
  readonly ample: Ample | null;
  readonly feeRate: Big;
  readonly hasKey: boolean | null;
  readonly fault: Fault | null;
};

/** What the account can spend or sell in a market, and at what fee: asked from the exchange, the usual rate until then. */
export function useAmple(market: MarketCode, side: Side, loggedIn: boolean): AmpleAnswer {
  const { data: key } = useStoredKey(loggedIn);
  const { data: chance, error } = useChance(market, loggedIn && key != null);
  const usual = new Big(DEFAULT_FEE_BPS).div(10_000);
  const hasKey = key === undefined ? null : key !== null;
  const fault = hasKey === true ? faultIn(error) : null;
  if (chance === undefined) return { ample: null, feeRate: usual, hasKey, fault };
  const feeRate = decimal(side === "bid" ? chance.bidFeeRate : chance.askFeeRate);
  const free = decimal(side === "bid" ? chance.bidBalance : chance.askBalance);
  return { ample: { free, feeRate }, feeRate, hasKey, fault };
}
