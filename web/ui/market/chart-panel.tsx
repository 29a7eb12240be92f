import { useLingui } from "@lingui/react/macro";
import { useLiveQuery } from "dexie-react-hooks";
import { useMemo, useState } from "react";
import type { MarketCode } from "../../../domain/market-code.ts";
import { MINUTE_MS } from "../../../domain/units.ts";
import { readCandles } from "../../store/candle-store.ts";
import type { Quote } from "../../workers/protocol.ts";
import { database } from "../database.ts";
import { Choice } from "../parts/choice.tsx";
import { Panel } from "../parts/panel.tsx";
import { barsOf, type Bar } from "./aggregate.ts";
import { CandleChart } from "./candle-chart.tsx";
import style from "./chart-panel.module.css";

const INTERVAL_MINUTES = ["1", "5", "15", "60"] as const;
/** Bars in the window: the chart's work grows with them on every update. */
const MOST_BARS = 500;

const NO_BARS: readonly Bar[] = [];

/** Candles out of this browser's store, the running one grown by live prices. */
export function ChartPanel({ market, quote }: { readonly market: MarketCode; readonly quote: Quote | null }) {
  const { t } = useLingui();
  const [minutes, setMinutes] = useState<(typeof INTERVAL_MINUTES)[number]>("1");
  const intervalMs = Number(minutes) * MINUTE_MS;
  const last = MOST_BARS * Number(minutes);
  const read = useLiveQuery(
    async () => ({ market, columns: await readCandles(database, market, { last }) }),
    [market, last],
  );
  const bars = useMemo(
    () => (read?.market === market ? barsOf(read.columns, intervalMs).slice(-MOST_BARS) : NO_BARS),
    [read, market, intervalMs],
  );
  return (
    <Panel
      title={t`차트`}
      flush
      aside={
        <Choice
          label={t`캔들 간격`}
          value={minutes}
          options={INTERVAL_MINUTES.map((value) => ({ value, label: value === "60" ? t`1시간` : t`${value}분` }))}
          onChange={setMinutes}
        />
      }
    >
      <div
        className={style.chart}
        data-testid="chart"
        data-candles={bars.length}
        data-last-ms={bars.at(-1)?.openTimeMs}
      >
        <CandleChart key={market} market={market} quote={quote} bars={bars} intervalMs={intervalMs} />
      </div>
      <p className={style.credit}>
        <span>KST</span>
        <a href="https://www.tradingview.com/" target="_blank" rel="noreferrer">
          {t`차트: TradingView`}
        </a>
      </p>
    </Panel>
  );
}
