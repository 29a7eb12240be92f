import { safeParse } from "valibot";
import type { OrderRequest } from "../../domain/order.ts";
import { ok, type Result } from "../../domain/result.ts";
import { UpbitOrderSchema } from "../../domain/upbit.ts";
import { assert } from "../../domain/assert.ts";
import type { RelayFault } from "../faults.ts";
import { signerOfRow, type KeyRow } from "../keys/key-row.ts";
import type { Relay } from "../relay.ts";
import { callExchange } from "../upbit/client.ts";
import type { Parameters } from "../upbit/query-text.ts";
import { askOrder } from "./ask-order.ts";
import type { OrderRow } from "./order-row.ts";
import { recordOrder, refusalTruth, truthOf } from "./record-order.ts";
import { requestOfColumns } from "./request-columns.ts";
import { writeIntent, type Intent } from "./write-intent.ts";

/** The one way an order leaves: manual, reserved and automatic ones. Sent once; the row that comes back says what is
 *  known. A fault means that no order was made at all. Rules X5, X6. */
export async function placeOrder(relay: Relay, intent: Intent): Promise<Result<OrderRow, RelayFault>> {
  const written = await writeIntent(relay, intent);
  if (!written.ok) return written;
  const { row, key, isNew } = written.value;
  if (!isNew) return ok(row);
  assert(key !== null, "an intent is only written beside its key");
  return ok(await sendOrder(relay, row, key));
}

async function sendOrder(relay: Relay, row: OrderRow, key: KeyRow): Promise<OrderRow> {
  const signer = await signerOfRow(relay, key);
  if (!signer.ok) return recordOrder(relay, row, { state: "rejected", exchangeError: "key_does_not_open" });
  const parameters = orderParameters(requestOfColumns(row), row.identifier);
  const answer = await callExchange(relay, { method: "POST", path: "/v1/orders", parameters, signer: signer.value });
  const read = answer.kind === "yes" ? safeParse(UpbitOrderSchema, answer.body) : null;
  if (read?.success) {
    const accepted = await recordOrder(relay, row, truthOf(read.output));
    // What takes from the book has filled by now; the answer to the order itself never lists fills (upbit-api 4.4).
    return askOrder(relay, accepted, signer.value, key.id);
  }
  if (answer.kind === "no" && answer.name !== "duplicated_identifier")
    return recordOrder(relay, row, refusalTruth(answer.name, answer.status));
  if (answer.kind === "unsent") return recordOrder(relay, row, { state: "rejected", exchangeError: "not_sent" });
  // No answer, or proof that the first copy arrived: only the exchange knows. Rule X6.
  const unknown = await recordOrder(relay, row, { state: "unknown" });
  return answer.kind === "no" ? askOrder(relay, unknown, signer.value, key.id) : unknown;
}

/** Source: upbit-api 4.3; the order of the keys is the order in which they are hashed. SMP is always named, because its
 *  default changed (upbit-api 7, "SMP default"). */
function orderParameters(request: OrderRequest, identifier: string): Parameters {
  const amounts: Parameters =
    request.kind === "limit"
      ? [
          ["volume", request.volume],
          ["price", request.price],
          ["ord_type", "limit"],
        ]
      : request.kind === "market-bid"
        ? [
            ["price", request.total],
            ["ord_type", "price"],
          ]
        : [
            ["volume", request.volume],
            ["ord_type", "market"],
          ];
  return [
    ["market", request.market],
    ["side", request.side],
    ...amounts,
    ["smp_type", "cancel_maker"],
    ["identifier", identifier],
  ];
}
