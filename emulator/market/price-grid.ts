import { Big } from "../../domain/decimal.ts";
import { tickSize, type QuoteCurrency } from "../../domain/market.ts";

/** The tick grid in doubles, for tapes and books that make thousands of prices a second. Built from the domain's own
 *  table and held against it by a test. Prices it returns print as the exact decimal. */
export type PriceGrid = {
  readonly quote: QuoteCurrency;
  /** Tick at `price`, quote currency. */
  tickAt(price: number): number;
  down(price: number): number;
  up(price: number): number;
  nearest(price: number): number;
  /** `steps` ticks above (or below) a price on the grid, across bands. */
  step(price: number, steps: number): number;
};

type Band = { readonly from: number; readonly tick: number; readonly perOne: number };
/** Room for a division that lands a hair under a whole number of ticks. */
const SLACK = 1e-7;

export function createPriceGrid(quote: QuoteCurrency): PriceGrid {
  const bands = bandsOf(quote);
  // Nearly every question is about the band of the one before.
  let [latest, above] = [bands[0]!, Infinity];
  const bandAt = (price: number): Band => {
    if (price >= latest.from && price < above) return latest;
    const row = bands.findIndex(({ from }) => price >= from);
    latest = bands[row] ?? bands.at(-1)!;
    above = row === 0 ? Infinity : (bands.at(row - 1)?.from ?? Infinity);
    return latest;
  };
  const toGrid = (price: number, rounding: (value: number) => number): number => {
    const band = bandAt(price);
    return priceAt(band, Math.max(1, rounding(price / band.tick)));
  };
  const down = (price: number) => toGrid(price, (count) => Math.floor(count + SLACK));
  const step = (price: number, steps: number): number => {
    let at = price;
    for (let left = Math.abs(steps); left > 0; left--) {
      const band = bandAt(at);
      // Below a band's first price the ticks of the band under it apply.
      const below = steps < 0 && at - band.from < band.tick / 2 ? bandAt(at - band.tick * SLACK) : band;
      at = toGrid(steps > 0 ? at + band.tick : at - below.tick, Math.round);
    }
    return at;
  };
  return {
    quote,
    tickAt: (price) => bandAt(price).tick,
    down,
    up: (price) => toGrid(price, (count) => Math.ceil(count - SLACK)),
    nearest: (price) => toGrid(price, Math.round),
    step,
  };
}

/** n ticks as the double nearest to the exact decimal: whole ticks multiply, fractions divide by their whole inverse. */
const priceAt = ({ tick, perOne }: Band, count: number): number => (tick >= 1 ? count * tick : count / perOne);

/** Bands highest first. Every bound of the exchange's tables is 1 or 5 times a power of ten. */
function bandsOf(quote: QuoteCurrency): Band[] {
  const bands: Band[] = [];
  for (let power = 8; power >= -8; power--) {
    for (const digit of [5, 1]) {
      const from = Number(`${digit}e${power}`);
      const tick = Number(tickSize(quote, new Big(from)));
      if (bands.at(-1)?.tick === tick) bands.pop();
      bands.push({ from, tick, perOne: Math.round(1 / tick) });
    }
  }
  return bands;
}
