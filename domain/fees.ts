import { Big } from "./decimal.ts";
import type { QuoteCurrency } from "./market.ts";
import { bps, type Bps } from "./units.ts";

/** The KRW market's rate, maker and taker, when `orders/chance` has not told another. Source: upbit-api 5.4. */
export const DEFAULT_FEE_BPS: Bps = bps(5);

/** Maker and taker alike, by quote currency; the BTC and USDT rates are clients' defaults. Source: upbit-api 5.4, 9.9. */
export const FEE_BPS: Record<QuoteCurrency, Bps> = { KRW: DEFAULT_FEE_BPS, BTC: bps(25), USDT: bps(25) };

/** Fee in the quote currency: exact, nothing is rounded to whole won. Source: upbit-api 4.4. */
export const feeOf = (funds: Big, rate: Big): Big => funds.times(rate);

/** The largest market bid that a balance pays for, fee on top, cut to whole won. Source: upbit-api 7, "Fees". Rule T2. */
export const spendable = (balance: Big, rate: Big, decimals: number): Big =>
  balance.div(new Big(1).plus(rate)).round(decimals, Big.roundDown);
