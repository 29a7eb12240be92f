import { useLingui } from "@lingui/react/macro";
import { decimal } from "../../../domain/decimal.ts";
import { baseOf, quoteOf } from "../../../domain/market.ts";
import type { OrderRequest } from "../../../domain/order.ts";
import type { ReservedRequest } from "../../../domain/wire.ts";
import { moneyLabel, priceLabel, quantityLabel } from "../format/amount.ts";

/** What an order asks for, or a reserved one will ask for, in one line. */
export function RequestLine({ request }: { readonly request: OrderRequest | ReservedRequest }) {
  const { t } = useLingui();
  const { market } = request;
  const quote = quoteOf(market);
  const currency = quote === "KRW" ? t`원` : quote;
  const atPrice =
    "price" in request
      ? `${priceLabel(quote, decimal(request.price))} ${currency}`
      : request.kind.startsWith("best")
        ? t`최유리 지정가`
        : t`시장가`;
  const condition = "timeInForce" in request && request.timeInForce ? ` · ${TAKING[request.timeInForce]}` : "";
  return (
    <>
      {atPrice} · <Amount request={request} />
      {condition}
    </>
  );
}

/** The exchange's own names; they are the same in every language. */
const TAKING = { ioc: "IOC", fok: "FOK", post_only: "Post only" } as const;

function Amount({ request }: { readonly request: OrderRequest | ReservedRequest }) {
  const { t } = useLingui();
  const quote = quoteOf(request.market);
  if ("shareBps" in request) {
    const percent = request.shareBps / 100;
    return request.side === "bid" ? t`그때 주문 가능 금액의 ${percent}%` : t`그때 보유 수량의 ${percent}%`;
  }
  if ("total" in request) return `${moneyLabel(quote, decimal(request.total))} ${quote === "KRW" ? t`원` : quote}`;
  return `${quantityLabel(decimal(request.volume))} ${baseOf(request.market)}`;
}

/** Buy or sell, in its colour. */
export function SideWord({ side }: { readonly side: OrderRequest["side"] }) {
  const { t } = useLingui();
  return <strong className={side === "bid" ? "up" : "down"}>{side === "bid" ? t`매수` : t`매도`}</strong>;
}
