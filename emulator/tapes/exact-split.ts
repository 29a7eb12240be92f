/** Shares of a volume that meet a given mean price. */

/** Furthest tilt: e^60 leaves nothing to the trades of the other end. */
const STEEPEST = 60;
const HALVINGS = 44;

/** Weights bent along `places` (0 to 1) so that their mean place is `mean`: the smoothest change that reaches it.
 *  @returns new weights that sum to 1 */
export function tilted(weights: Float64Array, places: Float64Array, mean: number): Float64Array {
  let [low, high] = [-STEEPEST, STEEPEST];
  let slope = 0;
  for (let halving = 0; halving < HALVINGS; halving++) {
    slope = (low + high) / 2;
    let sum = 0;
    let moment = 0;
    for (let at = 0; at < weights.length; at++) {
      const weight = weights[at]! * Math.exp(slope * (places[at]! - mean));
      sum += weight;
      moment += weight * (places[at]! - mean);
    }
    if (Math.abs(moment) < sum * 1e-12) break;
    if (moment < 0) low = slope;
    else high = slope;
  }
  const bent = weights.map((weight, at) => weight * Math.exp(slope * (places[at]! - mean)));
  const sum = bent.reduce((total, weight) => total + weight, 0);
  return bent.map((weight) => weight / sum);
}

/** Splits `total` units over trades at `steps` (whole ticks above the lowest price) so that Σ part × step is exactly
 *  `moment`. Every part is at least 1. Needs a trade at step 0, one at the highest step, and one at step 1 where the
 *  highest is above 1: these three take up what rounding leaves, and hold a little volume back for it.
 *  @returns null where no such split was found */
export function exactSplit(
  weights: Float64Array,
  steps: Float64Array,
  { total, moment }: { readonly total: number; readonly moment: number },
): Float64Array | null {
  const top = steps.reduce((most, step) => Math.max(most, step), 0);
  const [lowest, next, highest] = [steps.indexOf(0), steps.indexOf(1), steps.indexOf(top)];
  if (top === 0 || lowest === -1 || next === -1) return null;
  const reserve = steps.length + top + 2;
  const [spread, weight] = [total - 2 * reserve, moment - reserve * top];
  if (!(weight > 0 && weight < spread * top)) return null;
  const places = steps.map((step) => step / top);
  const parts = tilted(weights, places, weight / (spread * top)).map((share) =>
    Math.max(1, Math.floor(share * spread)),
  );
  let spare = total;
  let missing = moment;
  for (let at = 0; at < parts.length; at++) {
    if (at === lowest || at === highest) continue;
    spare -= parts[at]!;
    missing -= parts[at]! * steps[at]!;
  }
  // With one step between them the lowest and the highest do it alone.
  const odd = top === 1 ? 0 : ((missing % top) + top) % top;
  if (top > 1) parts[next]! += odd;
  parts[highest] = (missing - odd) / top;
  parts[lowest] = spare - odd - parts[highest]!;
  return parts[highest]! >= 1 && parts[lowest]! >= 1 ? parts : null;
}
