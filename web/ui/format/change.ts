/** Direction of a change, told by sign and arrow as well as by colour. */
export type Direction = "up" | "down" | "even";

export const directionOf = (change: number): Direction => (change > 0 ? "up" : change < 0 ? "down" : "even");

const ARROWS: Record<Direction, string> = { up: "▲", down: "▼", even: "" };
export const arrowOf = (change: number): string => ARROWS[directionOf(change)];

const SIGNS: Record<Direction, string> = { up: "+", down: "−", even: "" };

/** @param rate 0.01 = 1 %. What rounds to nothing has no sign. */
export function percentLabel(rate: number, decimals = 2): string {
  const text = Math.abs(rate * 100).toFixed(decimals);
  return `${SIGNS[directionOf(Number(text) === 0 ? 0 : rate)]}${text}%`;
}

/** @param bps 100 bps are one percent */
export function bpsLabel(bps: number, decimals = 1): string {
  const text = Math.abs(bps).toFixed(decimals);
  return `${SIGNS[directionOf(Number(text) === 0 ? 0 : bps)]}${text}`;
}
