import * as v from "valibot";
import { ok, type Result } from "../../domain/result.ts";
import { SECOND_MS } from "../../domain/units.ts";
import type { RelayFault } from "../faults.ts";
import type { Relay } from "../relay.ts";
import { callExchange } from "../upbit/client.ts";
import { questionFault } from "../upbit/exchange-fault.ts";
import { holdPace, quotationPace, takeTurn, type Pace } from "../upbit/pace.ts";
import type { Parameters } from "../upbit/query-text.ts";

/** Tries after "too many requests"; then it is the caller's turn to wait. */
const MOST_TRIES = 4;

/** Groups in which the exchange counts public market data, per address. Source: upbit-api 1.5. */
const GROUPS = ["market", "candle", "ticker", "orderbook", "trade"] as const;
export type QuotationGroup = (typeof GROUPS)[number];

export type Quotation = {
  readonly group: QuotationGroup;
  readonly path: string;
  readonly parameters: Parameters;
  readonly digitsOf?: "sequential_id";
};

/** A day of candles is worth a wait; a price that comes late is not. */
const paceOf = (group: QuotationGroup): Pace => ({
  ...quotationPace(group),
  longestWaitMs: group === "candle" ? 10 * SECOND_MS : 2 * SECOND_MS,
});

/** Half of a group's turns. */
export const visitorPace = (group: QuotationGroup): Pace => {
  const { name, burst, spacingMs, ...rest } = paceOf(group);
  return { ...rest, name: `${name}:visitors`, burst: Math.ceil(burst / 2), spacingMs: 2 * spacingMs };
};

/** Asks for public market data, in turn, and reads the answer by its schema. A refusal for asking too much closes the
 *  group for everybody; where that is for long, nobody asks and each is told how long to wait. Rule X17. */
export async function askQuotation<Schema extends v.GenericSchema>(
  relay: Relay,
  { group, ...question }: Quotation,
  schema: Schema,
): Promise<Result<v.InferOutput<Schema>, RelayFault>> {
  for (let tries = 1; ; tries += 1) {
    const turn = await takeTurn(relay, paceOf(group));
    if (!turn.ok) return turn;
    const answer = await callExchange(relay, { method: "GET", ...question });
    if (answer.kind === "yes") {
      const read = v.safeParse(schema, answer.body);
      return read.success ? ok(read.output) : questionFault({ kind: "unknown", status: 200 });
    }
    if (answer.kind !== "no" || answer.waitMs === undefined) return questionFault(answer);
    // 429 is about the group, 418 about the whole address.
    const { status, waitMs } = answer;
    await Promise.all((status === 418 ? GROUPS : [group]).map((one) => holdPace(relay, paceOf(one), waitMs)));
    if (tries === MOST_TRIES) return questionFault(answer);
  }
}
