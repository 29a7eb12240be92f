import type { Order } from "../../domain/wire.ts";
import { rowsOf } from "../record/evidence.ts";
import type { Invariant } from "./breach.ts";

/** What a person was told as the last word does not change any more. Where an order may arrive later than anybody
 *  waits, it may. Rule X39. */
export const lastWordStands: Invariant = (evidence) => {
  if (evidence.veryLate) return [];
  const rows = new Map(rowsOf(evidence).map((row) => [row.id, row]));
  const told = new Map<string, Order>();
  for (const { body } of evidence.answers) {
    const { order, orders = [] } = (body ?? {}) as { readonly order?: Order; readonly orders?: readonly Order[] };
    for (const one of order ? [order, ...orders] : orders) if (one.settled) told.set(one.id, one);
  }
  const changed = [...told.values()].filter((order) => {
    const row = rows.get(order.id);
    return row?.state !== order.state || row.executed_volume !== order.executedVolume;
  });
  const reopened = evidence.witnessed.filter((one, at) => {
    if (one.what !== "order" || !["accepted", "filled", "cancelled"].includes(one.state)) return false;
    const before = evidence.witnessed.findLast(
      (other, place) => place < at && other.what === "order" && other.id === one.id,
    );
    return before?.what === "order" && before.state === "expired";
  });
  return [
    ...changed.map(({ id, identifier, state }) => ({
      what: `told as ${state} for good, and it changed`,
      about: [id, identifier],
    })),
    ...reopened.flatMap((one) =>
      one.what === "order"
        ? [{ what: "given up as never arrived, and it was there", about: [one.id, one.identifier] }]
        : [],
    ),
  ];
};
