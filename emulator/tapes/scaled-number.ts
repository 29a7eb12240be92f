const NUMBER = /^(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/;

/** A plain or exponent number as a whole count of 10^−decimals, further digits rounded half up; null if it is none. */
export function scaled(text: string, decimals: number): bigint | null {
  // Nearly all numbers are short and plain.
  const point = text.length - text.indexOf(".") - 1;
  if (text.length < 16 && point < text.length && point <= decimals && !/[^\d.]/.test(text) && point > 0) {
    const digits = Number(text.replace(".", ""));
    const zeros = decimals - point;
    if (digits * 10 ** zeros < Number.MAX_SAFE_INTEGER) return BigInt(digits * 10 ** zeros);
  }
  const match = NUMBER.exec(text);
  if (!match) return null;
  const [, whole, fraction = "", exponent = "0"] = match;
  const digits = whole! + fraction;
  const zeros = decimals + Number(exponent) - fraction.length;
  if (zeros >= 0) return BigInt(digits + "0".repeat(zeros));
  const cut = digits.length + zeros;
  if (cut < 0) return 0n;
  const kept = BigInt(digits.slice(0, cut) || "0");
  return digits[cut]! >= "5" ? kept + 1n : kept;
}

/** The double nearest to a whole count of 10^−decimals, after rounding half up to `shown` decimals. */
export function unscaled(count: bigint, decimals: number, shown = decimals): number {
  const cut = 10n ** BigInt(decimals - shown);
  const kept = (count + cut / 2n) / cut;
  if (kept < BigInt(Number.MAX_SAFE_INTEGER)) return Number(kept) / 10 ** shown;
  const text = String(kept).padStart(shown + 1, "0");
  return Number(`${text.slice(0, text.length - shown)}.${text.slice(text.length - shown)}`);
}
