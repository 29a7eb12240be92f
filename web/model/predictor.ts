import type { CandleColumns } from "../../domain/candle.ts";
import { CANDLE_COLUMNS } from "../../domain/candle.ts";
import type { Fault } from "../../domain/fault.ts";
import { fail, ok, type Result } from "../../domain/result.ts";
import { bps, epochMs, type Bps, type EpochMs } from "../../domain/units.ts";
import type { ModelMeta } from "../../domain/wire.ts";
import {
  FEATURE_COUNT,
  FEATURE_MEMORY,
  FEATURE_NAMES,
  featureMatrix,
  type FeatureMatrix,
} from "../features/feature-matrix.ts";
import { normalise } from "../features/normaliser.ts";
import { forward } from "./forward.ts";
import { layersOf, parameterCount } from "./network-layout.ts";

/** What predicting needs of a model, whether it serves or was trained a moment ago. */
export type PredictingMeta = Pick<
  ModelMeta,
  "lookback" | "hiddenSizes" | "featureNames" | "normaliser" | "targetScaleBps" | "intervalMs"
>;

export type Prediction = {
  /** Start of the newest candle: the one whose close is the starting point. */
  readonly candleOpenMs: EpochMs;
  readonly expectedReturnBps: Bps;
};
/** Rows at hand without a break of those needed; a long hole begins the count anew. */
export type SequenceIncomplete = { readonly have: number; readonly need: number };

export type Predictor = {
  /** Newest candles that a prediction looks at; silent minutes count. */
  readonly candlesNeeded: number;
  /** How many of them these candles give, for the screens. */
  candlesHave(columns: CandleColumns): number;
  /** @param columns closed candles, oldest first; more than needed does not change the answer (Rule F5) */
  predict(columns: CandleColumns): Result<Prediction, SequenceIncomplete>;
  /** Predictions of many windows of one matrix.
   *  @param starts first rows of whole windows
   *  @returns [windowCount], unit: bps */
  predictWindows(matrix: FeatureMatrix, starts: Int32Array): Float64Array;
};

/** Refuses a model that this build cannot run: other features, or weights of another size. Rule M9.
 *  @param model `weights`: little-endian float32, one flat vector */
export function openPredictor(model: {
  readonly meta: PredictingMeta;
  readonly weights: ArrayBuffer;
}): Result<Predictor, Fault> {
  const { meta, weights } = model;
  const refuse = (detail: string) => fail<Fault>({ type: "bad-input", kind: "refuse", detail });
  if (meta.featureNames.join() !== FEATURE_NAMES.join()) return refuse("The model was made for other features.");
  if ([meta.normaliser.mean, meta.normaliser.deviation].some((column) => column.length !== FEATURE_COUNT))
    return refuse("The model's normaliser has another number of features.");
  if (weights.byteLength !== parameterCount(meta) * 4) return refuse("The model's weights do not fit its shape.");
  const parameters = new Float32Array(weights);
  if (!parameters.every(Number.isFinite)) return refuse("A weight of the model is not a finite number.");

  const layers = layersOf(meta);
  const need = meta.lookback + FEATURE_MEMORY;
  const newest = (columns: CandleColumns) => featureMatrix(lastCandles(columns, need), meta.intervalMs);
  const haveOf = ({ rowCount, rowsBefore }: FeatureMatrix) =>
    Math.min(need, rowCount === 0 ? 0 : rowsBefore[rowCount - 1]! + 1);

  function predictWindows(matrix: FeatureMatrix, starts: Int32Array): Float64Array {
    const scaled = normalise(matrix.rows, matrix.usable, meta.normaliser);
    return Float64Array.from(starts, (start) => {
      const window = scaled.subarray(start * FEATURE_COUNT, (start + meta.lookback) * FEATURE_COUNT);
      return forward(parameters, layers, window) * meta.targetScaleBps;
    });
  }
  return ok({
    candlesNeeded: need,
    candlesHave: (columns) => haveOf(newest(columns)),
    predictWindows,
    predict(columns) {
      const matrix = newest(columns);
      const have = haveOf(matrix);
      if (have < need) return fail({ have, need });
      const last = matrix.rowCount - 1;
      const [expected] = predictWindows(matrix, Int32Array.of(last - meta.lookback + 1));
      return ok({ candleOpenMs: epochMs(matrix.openTimeMs[last]!), expectedReturnBps: bps(expected!) });
    },
  });
}

function lastCandles(columns: CandleColumns, count: number): CandleColumns {
  const from = Math.max(0, columns.openTimeMs.length - count);
  return Object.fromEntries(CANDLE_COLUMNS.map((name) => [name, columns[name].subarray(from)])) as CandleColumns;
}
