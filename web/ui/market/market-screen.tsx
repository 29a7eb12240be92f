import { useLingui } from "@lingui/react/macro";
import { lazy, Suspense, useState } from "react";
import { decimalFromQuote, priceText } from "../../../domain/decimal.ts";
import type { Side } from "../../../domain/market.ts";
import { useQuote } from "../live/live-state.ts";
import { Button } from "../parts/button.tsx";
import { Choice } from "../parts/choice.tsx";
import { EmptyNote } from "../parts/empty-note.tsx";
import { useSettings } from "../settings.ts";
import { useTicket } from "../ticket/use-ticket.ts";
import { BackfillLine } from "./backfill-line.tsx";
import { MarketOrders } from "./market-orders.tsx";
import { OrderBook } from "./order-book.tsx";
import { OrderPanel } from "./order-panel.tsx";
import { PriceHeader } from "./price-header.tsx";
import { TradesList } from "./trades-list.tsx";
import style from "./market-screen.module.css";

const ChartPanel = lazy(async () => ({ default: (await import("./chart-panel.tsx")).ChartPanel }));

/** On a phone one pane is shown at a time; a wide screen shows them all. */
type Pane = "chart" | "book" | "order";

export function MarketScreen() {
  const { t } = useLingui();
  const { market } = useSettings();
  const quote = useQuote(market);
  const [pane, setPane] = useState<Pane>("chart");
  const [ticket, setTicket] = useTicket(market, quote, "limit");
  const order = (side: Side) => {
    setTicket({ ...ticket, side });
    setPane("order");
  };
  const pick = (price: number) => {
    setTicket({ ...ticket, kind: "limit", price: priceText(decimalFromQuote(price)) });
    setPane("order");
  };
  return (
    <div className={style.screen} data-pane={pane}>
      <h1 className="visually-hidden">{t`시세`}</h1>
      <PriceHeader market={market} quote={quote} />
      <div className={style.panes}>
        <Choice
          label={t`보기`}
          value={pane}
          options={[
            { value: "chart", label: t`차트` },
            { value: "book", label: t`호가·체결` },
            { value: "order", label: t`주문 입력` },
          ]}
          onChange={setPane}
        />
      </div>
      <div className={style.grid}>
        <div className={style.chart}>
          <Suspense fallback={<EmptyNote>{t`차트를 불러오는 중…`}</EmptyNote>}>
            <ChartPanel market={market} quote={quote} />
          </Suspense>
          <BackfillLine market={market} />
        </div>
        <div className={style.book}>
          <OrderBook market={market} quote={quote} onPick={pick} />
          <TradesList market={market} quote={quote} />
        </div>
        <div className={style.order}>
          <OrderPanel key={market} market={market} quote={quote} ticket={ticket} onTicket={setTicket} />
        </div>
        <div className={style.orders}>
          <MarketOrders market={market} />
        </div>
      </div>
      <div className={style.quick}>
        <Button tone="up" size="large" onClick={() => order("bid")}>{t`매수하기`}</Button>
        <Button tone="down" size="large" onClick={() => order("ask")}>{t`매도하기`}</Button>
      </div>
    </div>
  );
}
