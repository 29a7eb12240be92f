const UNITS = ["B", "KB", "MB", "GB", "TB"] as const;

/** Bytes for reading, in steps of 1,000 as disks are sold: `7.7 MB`. */
export function sizeLabel(bytes: number): string {
  let [value, unit] = [bytes, 0];
  for (; value >= 999.5 && unit < UNITS.length - 1; unit += 1) value /= 1_000;
  return `${unit === 0 || value >= 99.5 ? value.toFixed(0) : value.toFixed(1)} ${UNITS[unit]}`;
}
