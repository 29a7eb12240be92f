import type { PublishedModel } from "../../domain/wire.ts";
import { auditRow } from "../audit/audit-row.ts";
import type { Relay } from "../relay.ts";

/** Models kept of each market, the serving one among them: enough to go back, little enough for a small database. */
const MOST_KEPT = 5;

type ModelRow = { readonly id: string; readonly meta: string; readonly weights: string };

export async function readServingModel(relay: Relay, market: string): Promise<PublishedModel | null> {
  const row = await relay.db
    .prepare("SELECT models.* FROM serving_models JOIN models ON models.id = model_id WHERE serving_models.market = ?")
    .bind(market)
    .first<ModelRow>();
  return row && { meta: JSON.parse(row.meta) as PublishedModel["meta"], weights: row.weights };
}

export const readServingId = async (relay: Relay, market: string): Promise<string | null> =>
  (
    await relay.db
      .prepare("SELECT model_id FROM serving_models WHERE market = ?")
      .bind(market)
      .first<{ model_id: string }>()
  )?.model_id ?? null;

/** Puts a model in its market's place; older ones stay for a while.
 *  @returns false when another model has this id: an id names one set of weights for ever */
export async function writeServingModel(relay: Relay, model: PublishedModel, userId: string): Promise<boolean> {
  const { meta, weights } = model;
  const text = JSON.stringify(meta);
  const [, same] = await relay.db.batch([
    relay.db
      .prepare(
        `INSERT INTO models (id, market, meta, weights, published_by, published_wall_ms) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO NOTHING`,
      )
      .bind(meta.id, meta.market, text, weights, userId, relay.outside.wallNow()),
    relay.db.prepare("SELECT 1 FROM models WHERE id = ? AND meta = ? AND weights = ?").bind(meta.id, text, weights),
  ]);
  if (same!.results.length === 0) return false;
  await relay.db.batch([
    relay.db
      .prepare(
        `INSERT INTO serving_models (market, model_id) VALUES (?, ?)
         ON CONFLICT (market) DO UPDATE SET model_id = excluded.model_id`,
      )
      .bind(meta.market, meta.id),
    relay.db
      .prepare(
        `DELETE FROM models WHERE market = ?1 AND id <> ?2 AND id NOT IN (
           SELECT id FROM models WHERE market = ?1 ORDER BY published_wall_ms DESC, rowid DESC LIMIT ?3)`,
      )
      .bind(meta.market, meta.id, MOST_KEPT),
    auditRow(relay, { userId, event: "model-published", subject: meta.id, detail: meta.market }),
  ]);
  return true;
}
