import { createHash } from "node:crypto";

/** Names of orders and trades: uuids out of the seed and a count, so that the same calls give the same bytes. */
export type NameSource = {
  next(): string;
  /** How many were given; a later start goes on from there. */
  given(): number;
};

export function createNameSource(seed: number, given = 0): NameSource {
  let count = given;
  return { next: () => uuidOf(seed, "name", ++count), given: () => count };
}

/** A uuid, version 4 in shape, that the same parts always give. */
export function uuidOf(...parts: readonly (string | number)[]): string {
  const hex = createHash("sha256").update(parts.join("\n")).digest("hex");
  const variant = "89ab"[Number.parseInt(hex[16]!, 16) & 3]!;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
