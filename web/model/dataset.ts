import type { CandleColumns } from "../../domain/candle.ts";
import type { Fault } from "../../domain/fault.ts";
import { fail, ok, type Result } from "../../domain/result.ts";
import { MINUTE_MS } from "../../domain/units.ts";
import { featureMatrix, type FeatureMatrix } from "../features/feature-matrix.ts";
import { fitNormaliser, normalise, type Normaliser } from "../features/normaliser.ts";
import { splitByTime, type Splits } from "../features/splits.ts";
import { reachAhead, targets, windowStarts, type WindowShape } from "../features/windows.ts";

/** Candles made ready to be learned from. */
export type Dataset = {
  readonly matrix: FeatureMatrix;
  /** [rowCount, features], standard deviations of the training rows */
  readonly rows: Float32Array;
  /** [rowCount], target scales from the training part's mean; set where a row begins a window */
  readonly labels: Float32Array;
  readonly splits: Splits;
  readonly normaliser: Normaliser;
  /** Standard deviation of the training labels, bps. */
  readonly targetScaleBps: number;
  /** First and last candle that training or the choice of its epoch touched. */
  readonly learnedFromMs: number;
  readonly learnedToMs: number;
};

/** With fewer windows in a part there is nothing to learn or to tell. */
const FEWEST_WINDOWS = { train: 200, validation: 40, test: 40 } as const;

/** Candles → features → windows → parts, everything that is fitted on the training part alone. Rules F2, F3.
 *
 *  Labels are counted from the training part's mean, and nothing adds it back: over a few weeks the mean return of a
 *  minute is smaller than its own standard error, and a forecast that carries it is always long or never. Rule M11. */
export function prepareDataset(columns: CandleColumns, shape: WindowShape): Result<Dataset, Fault> {
  const matrix = featureMatrix(columns, MINUTE_MS);
  const splits = splitByTime(windowStarts(matrix, shape), shape);
  const { train, validation, test } = splits;
  const short = (["train", "validation", "test"] as const).find((part) => splits[part].length < FEWEST_WINDOWS[part]);
  if (short !== undefined) {
    const counts = `${train.length} training, ${validation.length} validation and ${test.length} test windows`;
    const detail = `Too few candles without holes: ${columns.openTimeMs.length} candles give ${counts}.`;
    return fail({ type: "bad-input", kind: "refuse", detail });
  }
  const from = train[0]!;
  const normaliser = fitNormaliser(matrix.rows, matrix.usable, { from, to: train.at(-1)! + shape.lookback });
  const learned = targets(matrix.close, train, shape);
  const driftBps = meanOf(learned);
  const targetScaleBps = Math.sqrt(meanOf(learned.map((value) => (value - driftBps) ** 2)));
  if (targetScaleBps === 0)
    return fail({ type: "bad-input", kind: "refuse", detail: "The price never moved: there is nothing to learn." });
  const labels = new Float32Array(matrix.rowCount);
  for (const part of [train, validation, test])
    targets(matrix.close, part, shape).forEach((label, at) => {
      labels[part[at]!] = (label - driftBps) / targetScaleBps;
    });
  return ok({
    matrix,
    rows: normalise(matrix.rows, matrix.usable, normaliser),
    labels,
    splits,
    normaliser,
    targetScaleBps,
    learnedFromMs: matrix.openTimeMs[from]!,
    learnedToMs: matrix.openTimeMs[validation.at(-1)! + shape.lookback - 1 + reachAhead(shape)]!,
  });
}

const meanOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
