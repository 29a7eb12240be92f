import { ok, type Result } from "../../domain/result.ts";
import { KeyEntrySchema, type StoredKey } from "../../domain/wire.ts";
import { auditRow } from "../audit/audit-row.ts";
import { sealKey, signerOf } from "../dangerous/vault.ts";
import type { RelayFault } from "../faults.ts";
import { answer, nothing } from "../http/answer.ts";
import { readBody } from "../http/read-body.ts";
import type { OwnerCall, Route } from "../http/route.ts";
import { checkKey } from "../keys/check-key.ts";
import { readKey, storedKeyOf, type KeyRow } from "../keys/key-row.ts";
import { maskedKey } from "../keys/mask.ts";
import { noticeRow } from "../push/notify.ts";
import { newId, type Relay } from "../relay.ts";

type KeyAnswer = { readonly key: StoredKey | null };
const PATH = "/api/key";

export const getKey: Route = {
  method: "GET",
  path: PATH,
  access: "owner",
  async handle({ relay, user }) {
    const row = await readKey(relay, user.id);
    return answer<KeyAnswer>({ key: row && storedKeyOf(row) });
  },
};

/** Checked against the exchange first; what is stored opens only here and only for this user. Rules K1, K3. */
export const putKey: Route = {
  method: "PUT",
  path: PATH,
  access: "fresh",
  async handle(call) {
    const { relay, user, address } = call;
    const row = await checkedRow(call);
    if (!row.ok) {
      await auditRow(relay, { userId: user.id, event: "key-refused", detail: row.fault.type, address }).run();
      return row;
    }
    const key = storedKeyOf(row.value);
    const entry = { userId: user.id, subject: row.value.id, address };
    await relay.db.batch([
      upsert(relay, row.value),
      auditRow(relay, { ...entry, event: "key-stored" }),
      ...(key.permissions.withdraw === "unclear"
        ? [auditRow(relay, { ...entry, event: "withdraw-unclear-accepted" })]
        : []),
      noticeRow(relay, user.id, "key-stored", { key: key.accessKeyMasked }),
    ]);
    return answer<KeyAnswer>({ key });
  },
};

export const deleteKey: Route = {
  method: "DELETE",
  path: PATH,
  access: "owner",
  async handle({ relay, user, address }) {
    await relay.db.batch([
      relay.db.prepare("DELETE FROM trading_keys WHERE user_id = ?").bind(user.id),
      auditRow(relay, { userId: user.id, event: "key-deleted", address }),
      noticeRow(relay, user.id, "key-deleted", {}),
    ]);
    return nothing();
  },
};

async function checkedRow({ relay, request, user }: OwnerCall): Promise<Result<KeyRow, RelayFault>> {
  const entry = await readBody(request, KeyEntrySchema);
  if (!entry.ok) return entry;
  const facts = await checkKey(
    relay,
    await signerOf(relay.outside.crypto, entry.value),
    entry.value.cannotWithdraw === true,
  );
  if (!facts.ok) return facts;
  const id = newId(relay);
  const { version, masterVersion, wrappedKey, sealed } = await sealKey(
    relay,
    { userId: user.id, keyId: id },
    entry.value,
  );
  return ok({
    user_id: user.id,
    id,
    version,
    master_version: masterVersion,
    wrapped_key: wrappedKey,
    sealed,
    access_key_masked: maskedKey(entry.value.accessKey),
    permissions: JSON.stringify(facts.value.permissions),
    expires_at_ms: facts.value.expiresAtMs,
    stored_wall_ms: relay.outside.wallNow(),
    warned_days: null,
  });
}

const upsert = (relay: Relay, row: KeyRow): D1PreparedStatement =>
  relay.db
    .prepare(
      `INSERT OR REPLACE INTO trading_keys (user_id, id, version, master_version, wrapped_key, sealed, access_key_masked,
         permissions, expires_at_ms, stored_wall_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .bind(
      row.user_id,
      row.id,
      row.version,
      row.master_version,
      row.wrapped_key,
      row.sealed,
      row.access_key_masked,
      row.permissions,
      row.expires_at_ms,
      row.stored_wall_ms,
    );
