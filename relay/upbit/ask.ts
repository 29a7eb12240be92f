import type * as v from "valibot";
import { safeParse } from "valibot";
import { ok, type Result } from "../../domain/result.ts";
import type { RelayFault } from "../faults.ts";
import type { Relay } from "../relay.ts";
import { callExchange, type ExchangeRequest } from "./client.ts";
import { questionFault } from "./exchange-fault.ts";

/** Asks something that changes nothing and reads the answer by its schema. */
export async function ask<Schema extends v.GenericSchema>(
  relay: Relay,
  request: ExchangeRequest & { readonly method: "GET" },
  schema: Schema,
): Promise<Result<v.InferOutput<Schema>, RelayFault>> {
  const answer = await callExchange(relay, request);
  if (answer.kind !== "yes") return questionFault(answer);
  const read = safeParse(schema, answer.body);
  return read.success ? ok(read.output) : questionFault({ kind: "unknown", status: 200 });
}
