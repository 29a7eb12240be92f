/** A broken assumption of our own code. Never thrown for bad input: that is a `Fault`. */
export class AssertionError extends Error {
  override name = "AssertionError";
}

/** @throws AssertionError with `message` when `condition` is false. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** Marks the branch that a closed union leaves no value for. */
export function unreachable(value: never): never {
  throw new AssertionError(`unreachable value: ${JSON.stringify(value)}`);
}
