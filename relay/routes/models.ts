import { isMarketCode } from "../../domain/market-code.ts";
import { ok } from "../../domain/result.ts";
import { PublishedModelSchema, type PublishedModel } from "../../domain/wire.ts";
import { refuse } from "../faults.ts";
import { answer } from "../http/answer.ts";
import { readBody } from "../http/read-body.ts";
import type { Route } from "../http/route.ts";
import { readServingId, readServingModel, writeServingModel } from "../models/serving-model.ts";

type ModelAnswer = { readonly model: PublishedModel | null };
const PATH = "/api/models/serving/:market";
/** A megabyte of weights in base64 beside its description. */
const MODEL_BODY_BYTES = 1_500_000;
/** Stands in an ETag as it is. */
const MODEL_ID = /^[\x21\x23-\x7e]{1,100}$/;

export const getServingModel: Route = {
  method: "GET",
  path: PATH,
  access: "owner",
  async handle({ relay, request, params }) {
    const market = params["market"] ?? "";
    if (!isMarketCode(market)) return refuse("bad-input", "Not a market code.", "market");
    const asked = request.headers.get("If-None-Match");
    if (asked !== null && asked === `"${await readServingId(relay, market)}"`)
      return ok(new Response(null, { status: 304, headers: { ETag: asked } }));
    const model = await readServingModel(relay, market);
    return answer<ModelAnswer>({ model }, 200, model ? { ETag: `"${model.meta.id}"` } : {});
  },
};

export const putServingModel: Route = {
  method: "PUT",
  path: PATH,
  access: "admin",
  async handle({ relay, request, params, user }) {
    const body = await readBody(request, PublishedModelSchema, MODEL_BODY_BYTES);
    if (!body.ok) return body;
    const { meta } = body.value;
    if (meta.market !== params["market"]) return refuse("bad-input", "The model is of another market.", "meta.market");
    if (!MODEL_ID.test(meta.id)) return refuse("bad-input", "The id does not fit into a header.", "meta.id");
    const written = await writeServingModel(relay, body.value, user.id);
    return written
      ? answer<ModelAnswer>({ model: body.value }, 200, { ETag: `"${meta.id}"` })
      : refuse("idempotency-conflict", "Another model was published under this id.", "meta.id");
  },
};
