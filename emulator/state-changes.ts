import * as v from "valibot";
import { fail, ok, type Result } from "../domain/result.ts";
import { ChangeSchema, type EmulatorState, type KeptChange } from "./state-shape.ts";

/** A state after the changes that were written down beside it. Those it holds already are passed over; a last line that
 *  was cut off was never answered for, and is left out.
 *  @param file named in the fault, which is one line
 *  @returns the fault where a line is broken, or where changes between the state and the first line are missing */
export function withChanges(state: EmulatorState, text: string, file: string): Result<EmulatorState, string> {
  let reached = state;
  const lines = text.split("\n").slice(0, -1);
  for (const [at, line] of lines.entries()) {
    const change = readChange(line);
    if (!change) return fail(`${file}:${at + 1}: not a change of this program's state`);
    if (change.changes <= reached.changes) continue;
    if (change.changes !== reached.changes + 1)
      return fail(`${file}:${at + 1}: belongs to another state: changes before it are missing`);
    reached = after(reached, change);
  }
  return ok(reached);
}

function readChange(line: string): KeptChange | null {
  try {
    const read = v.safeParse(ChangeSchema, JSON.parse(line));
    return read.success ? read.output : null;
  } catch {
    return null;
  }
}

function after(state: EmulatorState, { keys, ...change }: KeptChange): EmulatorState {
  const orders = new Map([...state.orders, ...change.orders].map((order) => [order.uuid, order]));
  const identifiers = { ...state.identifiers };
  for (const [owner, burnt] of Object.entries(change.identifiers))
    identifiers[owner] = [...(identifiers[owner] ?? []), ...burnt];
  return {
    ...state,
    ...change,
    orders: [...orders.values()],
    accounts: { ...state.accounts, ...change.accounts },
    identifiers,
    keys: keys ?? state.keys,
  };
}
