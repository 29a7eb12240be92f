import { useLingui } from "@lingui/react/macro";
import { decimal } from "../../../domain/decimal.ts";
import { baseOf, quoteOf } from "../../../domain/market.ts";
import type { OrderRequest } from "../../../domain/order.ts";
import { moneyLabel, priceLabel, quantityLabel } from "../format/amount.ts";

/** What an order asks for, in one line. */
export function RequestLine({ request }: { readonly request: OrderRequest }) {
  const { t } = useLingui();
  const { market } = request;
  const currency = quoteOf(market) === "KRW" ? t`원` : quoteOf(market);
  if (request.kind === "market-bid")
    return (
      <>
        {t`시장가`} · {moneyLabel(quoteOf(market), decimal(request.total))} {currency}
      </>
    );
  const volume = `${quantityLabel(decimal(request.volume))} ${baseOf(market)}`;
  if (request.kind === "market-ask")
    return (
      <>
        {t`시장가`} · {volume}
      </>
    );
  return (
    <>
      {priceLabel(quoteOf(market), decimal(request.price))} {currency} · {volume}
    </>
  );
}

/** Buy or sell, in its colour. */
export function SideWord({ side }: { readonly side: OrderRequest["side"] }) {
  const { t } = useLingui();
  return <strong className={side === "bid" ? "up" : "down"}>{side === "bid" ? t`매수` : t`매도`}</strong>;
}
