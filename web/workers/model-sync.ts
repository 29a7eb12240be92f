import type { MarketCode } from "../../domain/market-code.ts";
import { SECOND_MS, type EpochMs } from "../../domain/units.ts";
import { fromPublished } from "../model/artifact.ts";
import { openPredictor, type Predictor } from "../model/predictor.ts";
import type { RelayClient } from "../relay-client.ts";
import type { ObservatorDatabase } from "../store/database.ts";
import { modelById, newestModel, putModel } from "../store/model-store.ts";
import type { ModelRow } from "../store/tables.ts";

export type ModelPorts = {
  readonly db: ObservatorDatabase;
  readonly relay: Pick<RelayClient, "servingModel">;
  wallNow(): EpochMs;
};

export type ServingPredictor = { readonly modelId: string; readonly predictor: Predictor };

/** A newly published model is picked up within a minute; while there is none, looking is worth a try with each candle,
 *  but no more often than this. */
export const REFRESH_MS = 60 * SECOND_MS;
const EAGER_REFRESH_MS = 5 * SECOND_MS;

type Known = {
  etag?: string;
  /** What the relay last said: a model's id, or null for none; undefined before it said anything. */
  publishedId?: string | null;
  askedMs: number;
  asking: Promise<void> | null;
  serving: ServingPredictor | null;
};

/** Which model predicts for a market: the published one; without it, or without an answer, the best in the store.
 *  Rule C13. */
export class ModelSync {
  readonly #ports: ModelPorts;
  readonly #known = new Map<MarketCode, Known>();

  constructor(ports: ModelPorts) {
    this.#ports = ports;
  }

  /** The model in use, or null when this browser and the relay know none. A decision never waits for news of a newer
   *  model, only for the first. */
  async serving(market: MarketCode): Promise<ServingPredictor | null> {
    const known = this.#known.get(market) ?? { askedMs: -Infinity, asking: null, serving: null };
    this.#known.set(market, known);
    const life = known.serving === null ? EAGER_REFRESH_MS : REFRESH_MS;
    if (known.asking === null && this.#ports.wallNow() - known.askedMs >= life) {
      known.askedMs = this.#ports.wallNow();
      known.asking = this.#refresh(market, known);
    }
    if (known.serving === null) await known.asking;
    return known.serving;
  }

  async #refresh(market: MarketCode, known: Known): Promise<void> {
    if (known.serving === null) known.serving = await this.#choose(market, known);
    await this.#ask(market, known);
    known.serving = await this.#choose(market, known);
    known.asking = null;
  }

  async #ask(market: MarketCode, known: Known): Promise<void> {
    const answer = await this.#ports.relay.servingModel(market, known.etag);
    if (!answer.ok || !answer.value.changed) return;
    const { model, etag } = answer.value;
    if (etag !== null) known.etag = etag;
    known.publishedId = model?.meta.id ?? null;
    if (model === null) return;
    const storedAtMs = this.#ports.wallNow();
    await putModel(this.#ports.db, { id: model.meta.id, ...fromPublished(model), source: "published", storedAtMs });
  }

  async #choose(market: MarketCode, known: Known): Promise<ServingPredictor | null> {
    const row = await this.#row(market, known.publishedId);
    if (row === null) return null;
    return row.id === known.serving?.modelId ? known.serving : serve(row);
  }

  /** While the relay is silent, what it published last is a better guess than what was trained here since. */
  async #row(market: MarketCode, publishedId: Known["publishedId"]): Promise<ModelRow | null> {
    const { db } = this.#ports;
    if (typeof publishedId === "string") return modelById(db, publishedId);
    const published = publishedId === undefined ? await newestModel(db, market, "published") : null;
    return published ?? newestModel(db, market);
  }
}

/** A model that this build cannot run predicts nothing. */
function serve(row: ModelRow): ServingPredictor | null {
  const predictor = openPredictor(row);
  return predictor.ok ? { modelId: row.id, predictor: predictor.value } : null;
}
