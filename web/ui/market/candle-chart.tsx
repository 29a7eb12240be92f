import { useEffect, useRef } from "react";
import { useLingui } from "@lingui/react/macro";
import type { MarketCode } from "../../../domain/market-code.ts";
import { MINUTE_MS } from "../../../domain/units.ts";
import type { Quote } from "../../workers/protocol.ts";
import { grownBar, runningBar, type Bar } from "./aggregate.ts";
import { openChart, type OpenChart } from "./open-chart.ts";
import style from "./chart-panel.module.css";

type Props = {
  readonly market: MarketCode;
  readonly quote: Quote | null;
  /** Closed bars, oldest first. */
  readonly bars: readonly Bar[];
  readonly intervalMs: number;
};

export function CandleChart({ market, quote, bars, intervalMs }: Props) {
  const { t } = useLingui();
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<OpenChart | null>(null);
  const running = useRef<Bar | null>(null);

  useEffect(() => {
    if (box.current === null) return undefined;
    const opened = openChart(box.current, market);
    chart.current = opened;
    return () => {
      chart.current = null;
      opened.close();
    };
  }, [market]);

  useEffect(() => {
    // Theme and palette are attributes of the root: whoever changes them, the chart follows.
    const observer = new MutationObserver(() => chart.current?.recolour());
    observer.observe(document.documentElement, { attributeFilter: ["data-theme", "data-palette"] });
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    running.current = bars.at(-1) ?? null;
    chart.current?.show(bars);
  }, [bars]);

  useEffect(() => {
    if (quote === null || quote.market !== market || bars.length === 0) return;
    const told = intervalMs === MINUTE_MS ? runningBar(bars.at(-1)!, quote.running) : null;
    const grown = told ?? grownBar(running.current, quote.atMs, quote.price, intervalMs);
    if (grown === null) return;
    running.current = grown;
    chart.current?.grow(grown);
  }, [quote, bars, market, intervalMs]);

  return <div ref={box} className={style.canvas} role="img" aria-label={t`${market} 캔들 차트`} />;
}
