import { ok } from "../../../domain/result.ts";
import { characterOf } from "../../generator/catalog.ts";
import { listedMarkets } from "../../market/market-state.ts";
import { askedFlag, type QuotationHandler } from "./asked.ts";

/** Nobody warns of a market that is only played. */
const NO_EVENT = {
  warning: false,
  caution: {
    PRICE_FLUCTUATIONS: false,
    TRADING_VOLUME_SOARING: false,
    DEPOSIT_AMOUNT_SOARING: false,
    GLOBAL_PRICE_DIFFERENCES: false,
    CONCENTRATION_OF_SMALL_ACCOUNTS: false,
  },
};

/** Source: upbit-api 3.1, 9.21. */
export const markets: QuotationHandler = (world, query) => {
  const detailed = askedFlag(query, "is_details");
  if (!detailed.ok) return detailed;
  return ok(
    listedMarkets(world).map((market) => {
      const { koreanName, englishName } = characterOf(market);
      const row = { market, korean_name: koreanName, english_name: englishName };
      return detailed.value || world.switches.eventAlways ? { ...row, market_event: NO_EVENT } : row;
    }),
  );
};
