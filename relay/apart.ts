import type { Relay } from "./relay.ts";

/** Does the same for each, side by side: what fails for one is reported and leaves the others alone. For the sweep,
 *  where every piece is claimed first and taken up again by a later run. */
export async function apart<Item>(
  relay: Relay,
  items: Iterable<Item>,
  work: (item: Item) => Promise<unknown>,
): Promise<void> {
  const ends = await Promise.allSettled(Array.from(items, work));
  for (const end of ends) if (end.status === "rejected") relay.outside.report("sweep", end.reason);
}
