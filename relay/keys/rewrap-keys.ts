import { rewrapKey } from "../dangerous/vault.ts";
import type { Relay } from "../relay.ts";
import { ownerOf, sealedOf, type KeyRow } from "./key-row.ts";

/** Keys in one go: two decryptions and a write each, far below what one run may cost. */
const MOST_REWRAPPED = 50;

/** Wraps a batch of data keys anew under the newest master key. Both versions open meanwhile, so nothing stops; a key
 *  that was replaced or deleted in between stays as its owner left it. Once nothing remains, the old version can be
 *  taken out of the settings. Rule K6.
 *  @returns how many were wrapped anew, and how many are still under another version */
export async function rewrapKeys(relay: Relay): Promise<{ readonly rewrapped: number; readonly remaining: number }> {
  const { newest, byVersion } = relay.settings.masterKeys;
  const older = [...byVersion.keys()].filter((version) => version !== newest);
  let rewrapped = 0;
  if (older.length > 0) {
    const rows = await relay.db
      .prepare(`SELECT * FROM trading_keys WHERE master_version IN (${older.map(() => "?").join(", ")}) LIMIT ?`)
      .bind(...older, MOST_REWRAPPED)
      .all<KeyRow>();
    for (const row of rows.results) if (await rewrap(relay, row)) rewrapped += 1;
  }
  const rest = await relay.db
    .prepare("SELECT COUNT(*) AS count FROM trading_keys WHERE master_version <> ?")
    .bind(newest)
    .first<{ count: number }>();
  return { rewrapped, remaining: rest?.count ?? 0 };
}

async function rewrap(relay: Relay, row: KeyRow): Promise<boolean> {
  const wrapped = await rewrapKey(relay, ownerOf(row), sealedOf(row));
  if (!wrapped) return false;
  const written = await relay.db
    .prepare(
      `UPDATE trading_keys SET wrapped_key = ?, master_version = ?
       WHERE id = ? AND user_id = ? AND wrapped_key = ? RETURNING id`,
    )
    .bind(wrapped.wrappedKey, wrapped.masterVersion, row.id, row.user_id, row.wrapped_key)
    .all();
  return written.results.length === 1;
}
