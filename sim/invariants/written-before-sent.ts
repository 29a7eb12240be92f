import type { Breach, Invariant } from "./breach.ts";

/** An order stands in the database, as being sent, in the moment in which it leaves. Rule X5. */
export const writtenBeforeSent: Invariant = ({ sent, exchangeOrders, witnessed }) => {
  const unwritten: Breach[] = sent
    .filter(({ row }) => row === null || row["intent_wall_ms"] === null || Number(row["attempts"]) < 1)
    .map(({ identifier }) => ({ what: "an order left that nobody had written down", about: [identifier] }));
  const known = new Set(witnessed.flatMap((one) => (one.what === "order" ? [one.identifier] : [])));
  const strangers = exchangeOrders
    .filter(({ identifier }) => !known.has(identifier ?? ""))
    .map(({ identifier }) => ({
      what: "the exchange has an order that the relay does not know",
      about: [identifier ?? ""],
    }));
  return [...unwritten, ...strangers];
};
