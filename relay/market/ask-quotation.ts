import * as v from "valibot";
import { ok, type Result } from "../../domain/result.ts";
import type { RelayFault } from "../faults.ts";
import type { Relay } from "../relay.ts";
import { callExchange } from "../upbit/client.ts";
import { questionFault } from "../upbit/exchange-fault.ts";
import type { Parameters } from "../upbit/query-text.ts";
import { takeTurn, waitOut, type QuotationGroup } from "./pace.ts";

/** Tries after "too many requests"; then it is the caller's turn to wait. */
const MOST_TRIES = 4;

export type Quotation = { readonly group: QuotationGroup; readonly path: string; readonly parameters: Parameters };

/** Asks for public market data, in turn, and reads the answer by its schema. */
export async function askQuotation<Schema extends v.GenericSchema>(
  relay: Relay,
  { group, path, parameters }: Quotation,
  schema: Schema,
): Promise<Result<v.InferOutput<Schema>, RelayFault>> {
  for (let tries = 1; ; tries += 1) {
    const turn = await takeTurn(relay, group);
    if (!turn.ok) return turn;
    const answer = await callExchange(relay, { method: "GET", path, parameters });
    if (answer.kind === "yes") {
      const read = v.safeParse(schema, answer.body);
      return read.success ? ok(read.output) : questionFault({ kind: "unknown", status: 200 });
    }
    if (answer.kind !== "no" || answer.waitMs === undefined) return questionFault(answer);
    waitOut(relay, group, answer.waitMs);
    if (tries === MOST_TRIES) return questionFault(answer);
  }
}
