import type { Invariant } from "./breach.ts";

/** The trail's chain holds, covers every row, and every step of every order left one. Rules X15, X26. */
export const chainVerifies: Invariant = ({ chain, database, witnessed }) => {
  if (!chain.intact) return [{ what: `the chain breaks at link ${chain.brokenLink}`, about: ["chain"] }];
  const rows = Number(database.prepare("SELECT COUNT(*) AS count FROM audit").get()?.["count"]);
  // What came after the last run waits for the next one.
  if (chain.rows === 0 && rows > 0) return [{ what: "nothing of the trail was sealed", about: ["chain"] }];
  const trail = new Set(
    database
      .prepare("SELECT subject, event FROM audit WHERE event LIKE 'order-%'")
      .all()
      .map(({ subject, event }) => `${String(subject)} ${String(event)}`),
  );
  return witnessed
    .filter((one) => one.what === "order" && !trail.has(`${one.id} order-${one.state}`))
    .map((one) => ({ what: "a step of an order left no trail", about: one.what === "order" ? [one.id] : [] }));
};
