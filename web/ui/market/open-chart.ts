import {
  CandlestickSeries,
  ColorType,
  createChart,
  HistogramSeries,
  type IChartApi,
  type ISeriesApi,
  type Time,
  type UTCTimestamp,
} from "lightweight-charts";
import { decimalFromQuote } from "../../../domain/decimal.ts";
import { quoteOf, tickSize } from "../../../domain/market.ts";
import type { MarketCode } from "../../../domain/market-code.ts";
import { priceLabel } from "../format/amount.ts";
import { chartSeconds, fromChartSeconds, kstDateTime } from "../format/kst-label.ts";
import type { Bar } from "./aggregate.ts";

/** A chart on the page, in the page's own words. */
export type OpenChart = {
  show(bars: readonly Bar[]): void;
  /** Replaces or adds the last bar. */
  grow(bar: Bar): void;
  /** Takes the tokens' colours again, after theme or palette changed. */
  recolour(): void;
  close(): void;
};

type Colours = { readonly up: string; readonly down: string };

const timeOf = (bar: Bar): UTCTimestamp => chartSeconds(bar.openTimeMs) as UTCTimestamp;
const candleOf = (bar: Bar) => ({ ...bar, time: timeOf(bar) });

export function openChart(box: HTMLElement, market: MarketCode): OpenChart {
  const quote = quoteOf(market);
  const chart = createChart(box, {
    autoSize: true,
    layout: { attributionLogo: false, fontSize: 11 },
    rightPriceScale: { borderVisible: false, scaleMargins: { top: 0.08, bottom: 0.24 } },
    timeScale: { borderVisible: false, timeVisible: true, secondsVisible: false, rightOffset: 4, minBarSpacing: 2 },
    localization: {
      priceFormatter: (price: number) => (price > 0 ? priceLabel(quote, price) : ""),
      timeFormatter: (time: Time) => `${kstDateTime(fromChartSeconds(Number(time))).slice(0, 16)} KST`,
    },
  });
  const candles = chart.addSeries(CandlestickSeries, { borderVisible: false });
  const volumes = chart.addSeries(HistogramSeries, {
    priceScaleId: "volume",
    priceFormat: { type: "volume" },
    lastValueVisible: false,
    priceLineVisible: false,
  });
  chart.priceScale("volume").applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } });
  let colours = paint(chart, candles);
  let shown: readonly Bar[] = [];
  const volumeOf = (bar: Bar) => ({ time: timeOf(bar), value: bar.volume, color: volumeColour(bar, colours) });
  return {
    show: (bars) => {
      shown = bars;
      candles.setData(bars.map(candleOf));
      volumes.setData(bars.map(volumeOf));
      const last = bars.at(-1);
      if (last !== undefined) candles.applyOptions({ priceFormat: gridOf(market, last.close) });
    },
    grow: (bar) => {
      candles.update(candleOf(bar));
      volumes.update(volumeOf(bar));
    },
    recolour: () => {
      colours = paint(chart, candles);
      volumes.setData(shown.map(volumeOf));
    },
    close: () => chart.remove(),
  };
}

function gridOf(market: MarketCode, price: number) {
  const tick = tickSize(quoteOf(market), decimalFromQuote(price));
  return { type: "price" as const, minMove: tick.toNumber(), precision: Math.max(0, -tick.e) };
}

const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
/** A token is #rrggbb; two more digits make it see-through. */
const volumeColour = (bar: Bar, { up, down }: Colours): string => `${bar.close >= bar.open ? up : down}66`;

function paint(chart: IChartApi, candles: ISeriesApi<"Candlestick">): Colours {
  const [up, down, label] = [token("--up"), token("--down"), token("--text-soft")];
  candles.applyOptions({ upColor: up, wickUpColor: up, downColor: down, wickDownColor: down });
  chart.applyOptions({
    layout: {
      background: { type: ColorType.Solid, color: token("--surface") },
      textColor: label,
      fontFamily: getComputedStyle(document.body).fontFamily,
    },
    grid: { vertLines: { color: token("--line") }, horzLines: { color: token("--line") } },
    crosshair: { vertLine: { labelBackgroundColor: label }, horzLine: { labelBackgroundColor: label } },
  });
  return { up, down };
}
