import { useLingui } from "@lingui/react/macro";
import { quoteOf } from "../../../domain/market.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import type { Quote } from "../../workers/protocol.ts";
import { priceLabel, sizeLabel } from "../format/amount.ts";
import { kstTime } from "../format/kst-label.ts";
import { EmptyNote } from "../parts/empty-note.tsx";
import { Panel } from "../parts/panel.tsx";
import style from "./trades-list.module.css";

/** The last trades, newest first, coloured by who took: a buyer or a seller. */
export function TradesList({ market, quote }: { readonly market: MarketCode; readonly quote: Quote | null }) {
  const { t } = useLingui();
  const trades = quote?.trades ?? [];
  return (
    <Panel title={t`체결`} aside={<small className={style.soft}>KST</small>} flush>
      <div className={style.scroll} data-testid="trades-list" data-count={trades.length}>
        {trades.length === 0 ? (
          <EmptyNote>{t`체결을 기다리는 중…`}</EmptyNote>
        ) : (
          <table className={style.table}>
            <thead className="visually-hidden">
              <tr>
                <th scope="col">{t`시각`}</th>
                <th scope="col">{t`가격`}</th>
                <th scope="col">{t`수량`}</th>
              </tr>
            </thead>
            <tbody>
              {trades.map((trade, row) => (
                <tr key={`${trade.atMs}-${trades.length - row}`}>
                  <td className={style.soft}>{kstTime(trade.atMs)}</td>
                  <td className={style.number}>{priceLabel(quoteOf(market), trade.price)}</td>
                  <td className={`${style.number} ${trade.takerSide === "bid" ? "up" : "down"}`}>
                    <span className="visually-hidden">{trade.takerSide === "bid" ? t`매수` : t`매도`} </span>
                    {sizeLabel(trade.volume)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </div>
    </Panel>
  );
}
