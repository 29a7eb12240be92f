/** Numbers as whole counts of one step: `count × step ÷ 10^decimals`, exact for every number it was made from. */
export type NumberGrid = { readonly decimals: number; readonly step: number };

/** The exchange prints at most eight decimals for a volume; a few more are tried before a column counts as off-grid. */
export const MOST_DECIMALS = 12;
/** Whole numbers up to here are exact, and so is their quotient by a power of ten the nearest double of the decimal. */
const MOST_EXACT = Number.MAX_SAFE_INTEGER;

export const powerOfTen = (decimals: number): number => Number(`1e${decimals}`);

/** The coarsest grid that holds every number exactly, or null when there is none. NaN is passed over. */
function findGrid(columns: readonly Float64Array[]): NumberGrid | null {
  let decimals = 0;
  const fitted: number[] = [];
  for (const column of columns) {
    const needed = decimalsOf(column, decimals);
    if (needed === null) return null;
    decimals = needed;
    fitted.push(needed);
  }
  // A finer scale found late must hold what a coarser one held before.
  const fits = columns.every((column, at) => fitted[at] === decimals || decimalsOf(column, decimals) === decimals);
  return fits ? { decimals, step: commonStep(columns, powerOfTen(decimals)) } : null;
}

/** Digits behind the point that every number needs, `atLeast` so many; null where there is no end to them. No count
 *  brings a negative zero back. */
function decimalsOf(column: Float64Array, atLeast: number): number | null {
  let decimals = atLeast;
  let scale = powerOfTen(decimals);
  let roseAt = 0;
  for (let row = 0; row < column.length; row += 1) {
    const value = column[row]!;
    if (Number.isNaN(value)) continue;
    for (;;) {
      const whole = Math.round(value * scale);
      if (whole <= MOST_EXACT && whole >= -MOST_EXACT && whole / scale === value && !Object.is(whole, -0)) break;
      decimals += 1;
      if (decimals > MOST_DECIMALS) return null;
      scale = powerOfTen(decimals);
      roseAt = row;
    }
  }
  const fits = roseAt === 0 || decimalsOf(column.subarray(0, roseAt), decimals) === decimals;
  return fits ? decimals : null;
}

function commonStep(columns: readonly Float64Array[], scale: number): number {
  let step = 0;
  for (const column of columns)
    for (let row = 0; row < column.length; row += 1) {
      const value = column[row]!;
      if (Number.isNaN(value)) continue;
      const whole = Math.abs(Math.round(value * scale));
      // A division is ten times as fast as the remainder of two doubles, and most numbers are multiples already.
      if (step !== 0 && Math.floor(whole / step) * step === whole) continue;
      step = greatestDivisor(step, whole);
      if (step === 1) return 1;
    }
  return step === 0 ? 1 : step;
}

export function greatestDivisor(one: number, other: number): number {
  let [a, b] = [one, other];
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}

/** A column as counts of a grid's steps, NaN where it holds NaN; null where a number is off the grid. */
function countsOn(column: Float64Array, { decimals, step }: NumberGrid): Float64Array | null {
  const scale = powerOfTen(decimals);
  const perStep = 1 / step;
  const counts = new Float64Array(column.length);
  let greatest = 0;
  let off = 0;
  for (let row = 0; row < column.length; row += 1) {
    const value = column[row]!;
    // However it was rounded: the count that gives the number back is the right one.
    const count = Math.floor(Math.floor(value * scale + 0.5) * perStep + 0.5);
    counts[row] = count;
    if ((count * step) / scale !== value || (count === 0 && Object.is(value, -0))) off += value === value ? 1 : 0;
    const size = Math.abs(count);
    greatest = size > greatest ? size : greatest;
  }
  return off > 0 || greatest * step > MOST_ROUNDED ? largeCountsOn(column, { decimals, step }) : counts;
}

/** Up to here a half can be added before rounding down. */
const MOST_ROUNDED = 2 ** 51;

/** The same for numbers of any size, at half the speed. */
function largeCountsOn(column: Float64Array, { decimals, step }: NumberGrid): Float64Array | null {
  const scale = powerOfTen(decimals);
  const counts = new Float64Array(column.length);
  for (let row = 0; row < column.length; row += 1) {
    const value = column[row]!;
    const whole = Math.round(value * scale);
    const count = whole / step;
    if (value !== value) counts[row] = value;
    else if (whole / scale !== value || Math.floor(count) !== count || !(whole <= MOST_EXACT && whole >= -MOST_EXACT))
      return null;
    else if (whole === 0 && Object.is(value, -0)) return null;
    else counts[row] = count;
  }
  return counts;
}

/** Numbers to guess the grid from: on real candles the first ones know it. */
const SAMPLE_ROWS = 64;

export type Counted = { readonly grid: NumberGrid; readonly counts: readonly Float64Array[] };

/** The columns as counts on the coarsest grid that holds them all, or null where there is none. The grid of a sample that
 *  holds all the rest is that grid; where it does not, all numbers are asked. */
export function countOnGrid(columns: readonly Float64Array[]): Counted | null {
  const guess = findGrid(columns.map((column) => column.subarray(0, SAMPLE_ROWS)));
  if (guess === null) return null;
  const counted = countAll(columns, guess);
  if (counted !== null) return counted;
  const grid = findGrid(columns);
  return grid === null ? null : countAll(columns, grid);
}

function countAll(columns: readonly Float64Array[], grid: NumberGrid): Counted | null {
  const counts: Float64Array[] = [];
  for (const column of columns) {
    const counted = countsOn(column, grid);
    if (counted === null) return null;
    counts.push(counted);
  }
  return { grid, counts };
}
