/** The chain over the trail: each link is a keyed hash over the link before it and every row since. Whoever changes,
 *  removes or slips in a row breaks its link and cannot make a fitting one without the pepper. Knows neither database
 *  nor platform, so that relay and command line check alike. Rule X26. */

/** One row of the trail, in the order of `CHAINED_COLUMNS`. */
export type ChainedRow = readonly (string | number | null)[];
export const CHAINED_COLUMNS = "id, at_wall_ms, user_id, actor_id, event, subject, detail, address, result";
/** Keeps these hashes apart from the pepper's other uses. */
export const CHAIN_PURPOSE = "audit-chain";
/** Before the first link. */
export const CHAIN_START = "0".repeat(64);

export type ChainLink = { readonly seq: number; readonly last_id: number; readonly hash: string };

/** What a link's hash is taken over. */
export const linkText = (previousHash: string, rows: readonly ChainedRow[]): string =>
  JSON.stringify([previousHash, ...rows]);

export type ChainSource = {
  /** The next links after `seq`, in order; none at the end. */
  readonly linksAfter: (seq: number) => Promise<readonly ChainLink[]>;
  /** Rows with after < id ≤ upTo, in order. */
  readonly rowsBetween: (after: number, upTo: number) => Promise<readonly ChainedRow[]>;
  /** HMAC-SHA-256 under the pepper, hex, for `CHAIN_PURPOSE`. */
  readonly hash: (text: string) => Promise<string>;
};
export type ChainVerdict = {
  readonly intact: boolean;
  readonly links: number;
  readonly rows: number;
  readonly head: string | null;
  readonly brokenLink: number | null;
};

/** Walks the whole chain. What was cut off its end shows only to whoever kept the head elsewhere. */
export async function verifyChain({ linksAfter, rowsBetween, hash }: ChainSource): Promise<ChainVerdict> {
  let before: ChainLink = { seq: 0, last_id: 0, hash: CHAIN_START };
  let rowCount = 0;
  const told = (brokenLink: number | null): ChainVerdict => ({
    intact: brokenLink === null,
    links: before.seq,
    rows: rowCount,
    head: before.seq === 0 ? null : before.hash,
    brokenLink,
  });
  for (;;) {
    const links = await linksAfter(before.seq);
    if (links.length === 0) return told(null);
    for (const link of links) {
      if (link.seq !== before.seq + 1 || link.last_id <= before.last_id) return told(before.seq + 1);
      const rows = await rowsBetween(before.last_id, link.last_id);
      if ((await hash(linkText(before.hash, rows))) !== link.hash) return told(link.seq);
      rowCount += rows.length;
      before = link;
    }
  }
}
