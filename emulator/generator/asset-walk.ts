import { DAY_MS, MINUTE_MS } from "../../domain/units.ts";
import { activityAt } from "./daily-rhythm.ts";
import { createNormal, createRandom, hashOf, remix } from "../market/random.ts";
import { recentOf } from "../market/recent.ts";

/** Minutes of one UTC day of an asset. */
export type AssetDay = {
  /** Log price in won at each minute's end. */
  readonly logPrice: Float64Array;
  /** At the day's first instant. */
  readonly logStart: number;
  /** Deviation of each minute's log return. */
  readonly deviation: Float64Array;
};
/** An asset's price in won before any market's tick grid and spread, for every minute for ever. */
export type AssetWalk = { day(dayMs: number): AssetDay };

/** How an asset moves. */
export type AssetTerms = {
  readonly name: string;
  /** Price that the walk returns to, won. */
  readonly homePrice: number;
  /** Standard deviation of a day's log return. */
  readonly dailyDeviation: number;
  /** Share of its variance that all assets have in common. */
  readonly commonShare: number;
};

export const MINUTES_A_DAY = DAY_MS / MINUTE_MS;
/** Days are counted from here: before any exchange that could have been recorded. */
const ORIGIN_DAY = Date.UTC(2009, 0, 1) / DAY_MS;
/** Pull towards the home price a day: keeps an asset in a sane range for ever (deviation about 7 daily ones). */
const HOMING = 0.01;
/** Log volatility: memory and shock a day, and a cluster step. Measured series cluster with a memory of days and of hours.
 *  minutes. */
const DAY_VOLATILITY = { memory: 0.9, shock: 0.18 };
const CLUSTER_VOLATILITY = { memory: 0.95, shock: 0.17 };
/** Keeps the mean variance of a clustered minute that of a day without clusters. */
const CLUSTER_EVEN = Math.exp(-(CLUSTER_VOLATILITY.shock ** 2) / (1 - CLUSTER_VOLATILITY.memory ** 2));
/** Minutes that share one state of the cluster. */
const CLUSTER_MINUTES = 5;
/** Days of minutes that are kept for each source of chance. */
const KEPT_DAYS = 4;

/** One source of chance with unit deviation a day: how far it moves each day, and how within the day. */
type Noise = {
  move(day: number): number;
  minutes(day: number): { readonly path: Float64Array; readonly deviation: Float64Array };
};

function createNoise(hash: number): Noise {
  const moves: number[] = [];
  const volatilities: number[] = [0];
  const kept = recentOf<number, ReturnType<Noise["minutes"]>>(KEPT_DAYS);
  const grow = (index: number) => {
    while (moves.length <= index) {
      const normal = createNormal(createRandom(remix(remix(hash, moves.length), 2)));
      const before = volatilities.at(-1)!;
      moves.push(Math.exp(before) * normal());
      volatilities.push(DAY_VOLATILITY.memory * before + DAY_VOLATILITY.shock * normal());
    }
  };
  const at = (day: number) => {
    const index = Math.max(0, day - ORIGIN_DAY);
    grow(index);
    return index;
  };
  return {
    move: (day) => moves[at(day)]!,
    minutes: (day) =>
      kept(day, () => {
        const index = at(day);
        return bridge(remix(remix(hash, day), 3), moves[index]!, Math.exp(volatilities[index]!));
      }),
  };
}

/** A day's walk to `move`, wild by the hour and in clusters. */
function bridge(hash: number, move: number, volatility: number) {
  const normal = createNormal(createRandom(hash));
  const path = new Float64Array(MINUTES_A_DAY);
  const deviation = new Float64Array(MINUTES_A_DAY);
  const base = (volatility * CLUSTER_EVEN) / Math.sqrt(MINUTES_A_DAY);
  let [cluster, one, sum, varianceSum] = [0, 0, 0, 0];
  for (let minute = 0; minute < MINUTES_A_DAY; minute++) {
    if (minute % CLUSTER_MINUTES === 0) {
      cluster = CLUSTER_VOLATILITY.memory * cluster + CLUSTER_VOLATILITY.shock * normal();
      one = base * Math.sqrt(activityAt(minute * MINUTE_MS)) * Math.exp(cluster);
    }
    deviation[minute] = one;
    path[minute] = sum += one * normal();
    varianceSum += one * one;
  }
  const missing = (move - sum) / varianceSum;
  let variance = 0;
  for (let minute = 0; minute < MINUTES_A_DAY; minute++) {
    variance += deviation[minute]! ** 2;
    path[minute]! += missing * variance;
  }
  return { path, deviation };
}

/** All assets of one seed: what they share is one walk, and each has one of its own on top. */
export function createAssets(seed: number): (terms: AssetTerms) => AssetWalk {
  const common = createNoise(hashOf(seed, "all assets"));
  return (terms) => createAsset(terms, common, createNoise(hashOf(seed, "asset", terms.name)));
}

function createAsset({ homePrice, dailyDeviation, commonShare }: AssetTerms, common: Noise, own: Noise): AssetWalk {
  const home = Math.log(homePrice);
  const [shared, alone] = [dailyDeviation * Math.sqrt(commonShare), dailyDeviation * Math.sqrt(1 - commonShare)];
  /** Distance from home at each day's start. */
  const away: number[] = [0];
  const awayAt = (index: number): number => {
    while (away.length <= index) {
      const day = ORIGIN_DAY + away.length - 1;
      away.push((1 - HOMING) * away.at(-1)! + shared * common.move(day) + alone * own.move(day));
    }
    return away[index]!;
  };
  const days = recentOf<number, AssetDay>(KEPT_DAYS);
  return {
    day: (dayMs) =>
      days(dayMs, () => {
        const day = dayMs / DAY_MS;
        const start = awayAt(Math.max(0, day - ORIGIN_DAY));
        const [market, self] = [common.minutes(day), own.minutes(day)];
        const logPrice = new Float64Array(MINUTES_A_DAY);
        const deviation = new Float64Array(MINUTES_A_DAY);
        for (let minute = 0; minute < MINUTES_A_DAY; minute++) {
          const pulled = start * (1 - (HOMING * (minute + 1)) / MINUTES_A_DAY);
          logPrice[minute] = home + pulled + shared * market.path[minute]! + alone * self.path[minute]!;
          deviation[minute] = Math.sqrt(
            (shared * market.deviation[minute]!) ** 2 + (alone * self.deviation[minute]!) ** 2,
          );
        }
        return { logPrice, logStart: home + start, deviation };
      }),
  };
}

/** One asset in terms of another: what a market between them trades at. */
export function crossWalk(base: AssetWalk, quote: AssetWalk): AssetWalk {
  return {
    day: (dayMs) => {
      const [over, under] = [base.day(dayMs), quote.day(dayMs)];
      return {
        logPrice: over.logPrice.map((price, minute) => price - under.logPrice[minute]!),
        logStart: over.logStart - under.logStart,
        deviation: over.deviation.map((deviation, minute) =>
          Math.sqrt(deviation ** 2 + 0.25 * under.deviation[minute]! ** 2),
        ),
      };
    },
  };
}

/** A walk moved so that it stands at `price` at `atMs`. */
export function anchoredWalk(walk: AssetWalk, atMs: number, price: number): AssetWalk {
  const dayMs = Math.floor(atMs / DAY_MS) * DAY_MS;
  const minute = Math.floor((atMs - dayMs) / MINUTE_MS);
  const { logPrice, logStart } = walk.day(dayMs);
  const by = Math.log(price) - (minute === 0 ? logStart : logPrice[minute - 1]!);
  return {
    day: (ms) => {
      const day = walk.day(ms);
      return { logPrice: day.logPrice.map((one) => one + by), logStart: day.logStart + by, deviation: day.deviation };
    },
  };
}
