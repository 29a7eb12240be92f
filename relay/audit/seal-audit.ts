import type { Relay } from "../relay.ts";
import { pepperedHash } from "../settings.ts";
import {
  CHAIN_PURPOSE,
  CHAIN_START,
  CHAINED_COLUMNS,
  linkText,
  verifyChain,
  type ChainedRow,
  type ChainLink,
  type ChainVerdict,
} from "./audit-chain.ts";

/** Rows under one link, and links in one run: a busy minute fits, a long silence is caught up over several. */
const MOST_ROWS = 500;
const MOST_LINKS = 10;
/** Links read at once while the chain is walked. */
const LINKS_A_PAGE = 200;

async function rowsBetween(relay: Relay, after: number, upTo: number, most: number): Promise<readonly ChainedRow[]> {
  const rows = await relay.db
    .prepare(`SELECT ${CHAINED_COLUMNS} FROM audit WHERE id > ? AND id <= ? ORDER BY id LIMIT ?`)
    .bind(after, upTo, most)
    .raw<(string | number | null)[]>();
  return rows;
}

/** Links the rows since the last run; of two handlers at once one link stands, over what it read. Rule X26. */
export async function sealAudit(relay: Relay): Promise<void> {
  for (let links = 0; links < MOST_LINKS; links += 1) {
    const last = await relay.db
      .prepare("SELECT seq, last_id, hash FROM audit_chain ORDER BY seq DESC LIMIT 1")
      .first<ChainLink>();
    const before = last ?? { seq: 0, last_id: 0, hash: CHAIN_START };
    const rows = await rowsBetween(relay, before.last_id, Number.MAX_SAFE_INTEGER, MOST_ROWS);
    if (rows.length === 0) return;
    const hash = await pepperedHash(relay, CHAIN_PURPOSE, linkText(before.hash, rows));
    await relay.db
      .prepare("INSERT INTO audit_chain (seq, last_id, hash, at_wall_ms) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING")
      .bind(before.seq + 1, rows.at(-1)![0], hash, relay.outside.wallNow())
      .run();
    if (rows.length < MOST_ROWS) return;
  }
}

/** Rule X26. */
export const verifyAudit = (relay: Relay): Promise<ChainVerdict> =>
  verifyChain({
    linksAfter: async (seq) => {
      const links = await relay.db
        .prepare("SELECT seq, last_id, hash FROM audit_chain WHERE seq > ? ORDER BY seq LIMIT ?")
        .bind(seq, LINKS_A_PAGE)
        .all<ChainLink>();
      return links.results;
    },
    // One more than a link may hold: rows slipped in must show, however many.
    rowsBetween: (after, upTo) => rowsBetween(relay, after, upTo, MOST_ROWS + 1),
    hash: (text) => pepperedHash(relay, CHAIN_PURPOSE, text),
  });
