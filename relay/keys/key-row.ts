import type { StoredKey } from "../../domain/wire.ts";
import { epochMs } from "../../domain/units.ts";
import type { Result } from "../../domain/result.ts";
import { openSigner, type KeyOwner, type SealedKey } from "../dangerous/vault.ts";
import { stop, type RelayFault } from "../faults.ts";
import type { Relay } from "../relay.ts";
import type { Signer } from "../upbit/sign.ts";

export type KeyRow = {
  readonly user_id: string;
  readonly id: string;
  readonly version: number;
  readonly master_version: number;
  readonly wrapped_key: string;
  readonly sealed: string;
  readonly access_key_masked: string;
  /** JSON, written by this relay only. */
  readonly permissions: string;
  readonly expires_at_ms: number | null;
  readonly stored_wall_ms: number;
  readonly warned_days: number | null;
};

/** The key as its owner may see it. */
export const storedKeyOf = (row: KeyRow): StoredKey => ({
  accessKeyMasked: row.access_key_masked,
  permissions: JSON.parse(row.permissions) as StoredKey["permissions"],
  expiresAtMs: row.expires_at_ms === null ? null : epochMs(row.expires_at_ms),
  storedAtMs: epochMs(row.stored_wall_ms),
});

export const readKey = (relay: Relay, userId: string): Promise<KeyRow | null> =>
  relay.db.prepare("SELECT * FROM trading_keys WHERE user_id = ?").bind(userId).first<KeyRow>();

export const ownerOf = (row: KeyRow): KeyOwner => ({ userId: row.user_id, keyId: row.id });
export const sealedOf = (row: KeyRow): SealedKey => ({
  version: row.version,
  masterVersion: row.master_version,
  wrappedKey: row.wrapped_key,
  sealed: row.sealed,
});

export const signerOfRow = (relay: Relay, row: KeyRow): Promise<Result<Signer, RelayFault>> =>
  openSigner(relay, ownerOf(row), sealedOf(row));

export async function signerOfUser(relay: Relay, userId: string): Promise<Result<Signer, RelayFault>> {
  const row = await readKey(relay, userId);
  return row ? signerOfRow(relay, row) : stop("no-key", "No trading key is stored.");
}
