import type { Invariant } from "./breach.ts";

/** Keys, passwords, tokens and the deployment's own secrets are in no answer, no report and no row. Rules K1, K9. */
export const noSecretLeaves: Invariant = ({ answers, reports, database, secrets }) => {
  const places: (readonly [string, string])[] = [
    ...answers.map(({ route, body }) => [route, JSON.stringify(body)] as const),
    ...reports.map((report) => ["a report", report] as const),
    // The file as a thief would have it, free pages too.
    ["the database", Buffer.from(database.serialize()).toString("latin1")],
  ];
  return places
    .filter(([, text]) => secrets.some((secret) => text.includes(secret)))
    .map(([place]) => ({ what: `a secret stands in ${place}`, about: [place] }));
};
