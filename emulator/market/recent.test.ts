import { expect, it } from "vitest";
import { recentOf } from "./recent.ts";

it("keeps the latest results and forgets the one not asked for longest [E6]", () => {
  const made: number[] = [];
  const squares = recentOf<number, number>(2);
  const square = (value: number) => squares(value, () => (made.push(value), value * value));
  for (const value of [1, 2, 1, 3, 1, 2]) expect(square(value)).toBe(value * value);
  expect(made).toEqual([1, 2, 3, 2]);
});
