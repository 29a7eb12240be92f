import { useState } from "react";
import type { Fault } from "../../../domain/fault.ts";
import type { OrderRequest } from "../../../domain/order.ts";
import type { Order } from "../../../domain/wire.ts";
import { refreshMoney } from "../relay/queries.ts";
import { relay } from "../relay/relay.ts";

type Sent = { readonly idempotencyKey: string; readonly request: OrderRequest };
export type Sending = {
  readonly busy: boolean;
  readonly order: Order | null;
  readonly fault: Fault | null;
  /** The last one was taken, or may have been; false while nothing is known and where it was refused. */
  readonly taken: boolean;
  readonly send: (request: OrderRequest) => Promise<void>;
  /** There when the answer was lost: asks about the same order under the same name, which can never make a second. */
  readonly askAgain: (() => Promise<void>) | null;
};

const NOT_TAKEN: ReadonlySet<Order["state"]> = new Set(["rejected", "burned", "expired"]);

/** One manual order on its way. */
export function useSending(): Sending {
  const [busy, setBusy] = useState(false);
  const [sent, setSent] = useState<Sent | null>(null);
  const [order, setOrder] = useState<Order | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);

  async function post(entry: Sent) {
    setBusy(true);
    setSent(entry);
    setOrder(null);
    setFault(null);
    const answer = await relay.placeOrder({ ...entry, origin: "manual" });
    setBusy(false);
    if (answer.ok) setOrder(answer.value.order);
    else setFault(answer.fault);
    refreshMoney();
  }
  return {
    busy,
    order,
    fault,
    taken: fault === null ? order !== null && !NOT_TAKEN.has(order.state) : fault.kind === "unknown",
    send: (request) => post({ idempotencyKey: crypto.randomUUID(), request }),
    askAgain: fault?.kind === "unknown" && sent !== null ? () => post(sent) : null,
  };
}
