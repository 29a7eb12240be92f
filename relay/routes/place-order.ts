import { OrderEntrySchema, type Order } from "../../domain/wire.ts";
import { fail, type Result } from "../../domain/result.ts";
import { refuse, type RelayFault } from "../faults.ts";
import { answer } from "../http/answer.ts";
import { readBody } from "../http/read-body.ts";
import type { Route } from "../http/route.ts";
import { orderOf, type OrderRow } from "../orders/order-row.ts";
import { placeOrder } from "../orders/place-order.ts";
import { refusalFault } from "../upbit/exchange-fault.ts";

export const postOrder: Route = {
  method: "POST",
  path: "/api/orders",
  access: "session",
  async handle({ relay, request, sessionHash }) {
    const body = await readBody(request, OrderEntrySchema);
    if (!body.ok) return body;
    if ((body.value.origin === "auto") !== (body.value.lease !== undefined))
      return refuse("bad-input", "An automatic order shows its session's lease, and no other does.", "lease");
    const placed = await placeOrder(relay, { by: { sessionHash }, ...body.value });
    return placed.ok ? answerOf(placed.value) : placed;
  },
};

/** The same row gives the same answer, to the first call and to every repetition: a refusal is a problem (the row stays
 *  in the list), an order whose truth is still open is a 202. */
function answerOf(row: OrderRow): Result<Response, RelayFault> {
  if (row.state === "rejected" || row.state === "burned") return fail(refusalFault(row.exchange_error ?? "unnamed"));
  const open = row.state === "sending" || row.state === "unknown";
  return answer<{ order: Order }>({ order: orderOf(row) }, open ? 202 : 201);
}
