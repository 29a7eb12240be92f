import { createHmac } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import {
  CHAIN_PURPOSE,
  CHAINED_COLUMNS,
  verifyChain,
  type ChainedRow,
  type ChainLink,
  type ChainVerdict,
} from "../relay/audit/audit-chain.ts";

/** Where workerd keeps a local D1 under a deployment's folder. */
const DATABASES = ["relay", "v3", "d1", "miniflare-D1DatabaseObject"];

/** File of the local deployment's database.
 *  @throws Error with a sentence when there is none */
export function auditDatabase(folder: string): string {
  const place = join(folder, ...DATABASES);
  const files = existsSync(place) ? readdirSync(place).filter((name) => name.endsWith(".sqlite")) : [];
  const found = files.map((name) => join(place, name)).find(hasAudit);
  if (!found) throw new Error(`There is no database with a trail under ${place}.`);
  return found;
}

function hasAudit(path: string): boolean {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    return db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'audit_chain'").get() !== undefined;
  } finally {
    db.close();
  }
}

/** Walks the chain of a database file, with the deployment's pepper. Nothing is written.
 *  @param pepper hex */
export async function verifyAuditFile(path: string, pepper: string): Promise<ChainVerdict> {
  const db = new DatabaseSync(path, { readOnly: true });
  const key = Buffer.from(pepper, "hex");
  try {
    const links = db.prepare("SELECT seq, last_id, hash FROM audit_chain WHERE seq > ? ORDER BY seq LIMIT 1000");
    const rows = db.prepare(`SELECT ${CHAINED_COLUMNS} FROM audit WHERE id > ? AND id <= ? ORDER BY id`);
    return await verifyChain({
      linksAfter: async (seq) => links.all(seq) as unknown as ChainLink[],
      rowsBetween: async (after, upTo) => rows.all(after, upTo).map((row) => Object.values(row) as ChainedRow),
      hash: async (text) => createHmac("sha256", key).update(`${CHAIN_PURPOSE}:${text}`).digest("hex"),
    });
  } finally {
    db.close();
  }
}

/** Whether a link with that hash is in the chain: what was cut off its end shows by a head that was kept elsewhere. */
export function holdsHead(path: string, head: string): boolean {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    return db.prepare("SELECT 1 FROM audit_chain WHERE hash = ?").get(head) !== undefined;
  } finally {
    db.close();
  }
}
