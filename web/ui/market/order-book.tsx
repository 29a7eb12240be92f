import { useLingui } from "@lingui/react/macro";
import { baseOf, quoteOf } from "../../../domain/market.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import type { Quote } from "../../workers/protocol.ts";
import { priceLabel, sizeLabel } from "../format/amount.ts";
import { directionOf, percentLabel } from "../format/change.ts";
import { EmptyNote } from "../parts/empty-note.tsx";
import { Panel } from "../parts/panel.tsx";
import style from "./order-book.module.css";

/** Levels a side: as many as fit beside the chart. */
const LEVELS = 10;

type Props = {
  readonly market: MarketCode;
  readonly quote: Quote | null;
  readonly onPick: (price: number) => void;
};

/** Asks above bids, the best two meeting in the middle; a bar behind each size. A price pressed goes to the form. */
export function OrderBook({ market, quote, onPick }: Props) {
  const { t } = useLingui();
  const asks = quote?.asks.slice(0, LEVELS) ?? [];
  const bids = quote?.bids.slice(0, LEVELS) ?? [];
  const largest = Math.max(...asks.map(({ size }) => size), ...bids.map(({ size }) => size), Number.MIN_VALUE);
  const yesterday = quote === null ? 0 : quote.price - quote.changePrice;
  const row = (side: "ask" | "bid") => (level: Quote["bids"][number]) => {
    const rate = yesterday > 0 ? level.price / yesterday - 1 : 0;
    return (
      <li key={level.price}>
        <button
          type="button"
          className={`${style.level} ${style[side]}`}
          data-last={level.price === quote?.price || undefined}
          onClick={() => onPick(level.price)}
        >
          <span className={`${style.price} ${directionOf(rate)}`}>
            {priceLabel(quoteOf(market), level.price)} <small>{percentLabel(rate)}</small>
          </span>
          <span className={style.size}>
            <span className={style.bar} style={{ transform: `scaleX(${level.size / largest})` }} />
            <span className={style.number}>{sizeLabel(level.size)}</span>
          </span>
        </button>
      </li>
    );
  };
  return (
    <Panel title={t`호가`} aside={<small className={style.unit}>{t`수량 (${baseOf(market)})`}</small>} flush>
      <div data-testid="orderbook" data-levels={asks.length + bids.length}>
        {quote === null || asks.length + bids.length === 0 ? (
          <EmptyNote>{t`호가를 기다리는 중…`}</EmptyNote>
        ) : (
          <>
            <ol className={style.side} aria-label={t`매도 호가`}>
              {asks.toReversed().map(row("ask"))}
            </ol>
            <ol className={style.side} aria-label={t`매수 호가`}>
              {bids.map(row("bid"))}
            </ol>
          </>
        )}
      </div>
    </Panel>
  );
}
