import { decimalText } from "../../../domain/decimal.ts";
import { baseOf, MINIMUM_TOTAL, quoteOf } from "../../../domain/market.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import { emptyHolding, type Account, type Holding } from "../../../domain/matching-account.ts";
import { ok } from "../../../domain/result.ts";
import { LARGEST_TOTAL } from "../../exchange/admission.ts";
import { marketStateOf } from "../../market/market-state.ts";
import { feeRateOf } from "../../exchange/market-desk.ts";
import { invalidParameter, marketNotFound, type PrivateHandler, type PrivateRequest } from "./private-request.ts";

const heldBy = ({ world, key }: PrivateRequest): Account => world.exchange.accounts.get(key.pocketId)!;

const accountRow = (currency: string, { free, locked, averageBuyPrice, averageUnit }: Holding) => ({
  currency,
  balance: decimalText(free),
  locked: decimalText(locked),
  avg_buy_price: decimalText(averageBuyPrice),
  avg_buy_price_modified: false,
  unit_currency: averageUnit,
});

/** Source: upbit-api 4.1. */
export const accounts: PrivateHandler = (request) =>
  ok([...heldBy(request)].map(([currency, held]) => accountRow(currency, held)));

/** Source: upbit-api 4.2. */
export const chance: PrivateHandler = (request) => {
  const code = request.query.first("market");
  if (code === null) return invalidParameter();
  const market = code as MarketCode;
  const { world } = request;
  if (!world.exchange.feeds.has(market) || marketStateOf(world, market).state === "DELISTED") return marketNotFound();
  const [quote, base] = [quoteOf(market), baseOf(market)];
  const fee = decimalText(feeRateOf(market));
  const row = (currency: string) => accountRow(currency, heldBy(request).get(currency) ?? emptyHolding());
  const types = ["best_fok", "best_ioc", "limit", "limit_fok", "limit_ioc"];
  return ok({
    bid_fee: fee,
    ask_fee: fee,
    maker_bid_fee: fee,
    maker_ask_fee: fee,
    market: {
      id: market,
      name: `${base}/${quote}`,
      order_types: ["limit"],
      order_sides: ["ask", "bid"],
      bid_types: [...types, "price"],
      ask_types: [...types, "market"],
      bid: { currency: quote, min_total: MINIMUM_TOTAL[quote] },
      ask: { currency: base, min_total: MINIMUM_TOTAL[quote] },
      max_total: LARGEST_TOTAL[quote],
      // The only documented value: also of markets that take no orders now, which the ticker tells.
      state: "active",
    },
    bid_account: row(quote),
    ask_account: row(base),
  });
};
