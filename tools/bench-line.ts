/** One figure of a benchmark, always beside its peer's from the same run. */
export type BenchLine = {
  readonly bench: string;
  readonly metric: string;
  readonly value: number;
  readonly unit: string;
  readonly peer: string;
  readonly peerValue: number;
  /** value / peerValue */
  readonly ratio: number;
};
