import Dexie from "dexie";
import * as v from "valibot";
import { assert } from "../../domain/assert.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import { ModelMetaSchema } from "../../domain/wire.ts";
import { fromEnd, type ObservatorDatabase } from "./database.ts";
import type { ModelRow } from "./tables.ts";

/** A model decides about money: a damaged row must not get as far as a prediction. */
function checked(row: ModelRow): ModelRow {
  assert(v.is(ModelMetaSchema, row.meta), `stored model ${row.id} is damaged`);
  assert(row.weights instanceof ArrayBuffer && row.weights.byteLength % 4 === 0, `weights of ${row.id} are damaged`);
  return row;
}

/** The same id again replaces the row: a model trained here and published becomes `published`. */
export async function putModel(db: ObservatorDatabase, row: ModelRow): Promise<void> {
  await db.models.put(row);
}

export async function modelById(db: ObservatorDatabase, id: string): Promise<ModelRow | null> {
  const row = await db.models.get(id);
  return row === undefined ? null : checked(row);
}

/** The newest stored model of a market, or null. Trained and published alike unless `source` says which. */
export async function newestModel(
  db: ObservatorDatabase,
  market: MarketCode,
  source?: ModelRow["source"],
): Promise<ModelRow | null> {
  const newestFirst = fromEnd(
    db.models.where("[meta.market+storedAtMs]").between([market, Dexie.minKey], [market, Dexie.maxKey]),
  );
  const row = await (
    source === undefined ? newestFirst : newestFirst.filter((model) => model.source === source)
  ).first();
  return row === undefined ? null : checked(row);
}
