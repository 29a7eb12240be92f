import { Trans } from "@lingui/react/macro";
import { FaultNote } from "../faults/fault-note.tsx";
import { OrderRow } from "../orders/order-row.tsx";
import { Button } from "../parts/button.tsx";
import { useOrders } from "../relay/queries.ts";
import type { Sending } from "./use-sending.ts";
import style from "./order-panel.module.css";

/** The last order sent from here, followed until its end is known. */
export function OrderResult({ sending }: { readonly sending: Sending }) {
  const { fault, askAgain } = sending;
  const { orders } = useOrders(sending.order !== null);
  const known = orders.find(({ id }) => id === sending.order?.id);
  const order = known && known.updatedAtMs >= (sending.order?.updatedAtMs ?? 0) ? known : sending.order;
  return (
    <div
      className={style.result}
      aria-live="polite"
      data-testid="order-result"
      data-state={order?.state ?? (fault === null ? "none" : "fault")}
      data-fault={fault?.type}
    >
      {fault !== null && <FaultNote fault={fault} />}
      {askAgain !== null && (
        <Button onClick={() => void askAgain()}>
          <Trans>같은 주문의 결과 확인</Trans>
        </Button>
      )}
      {order !== null && (
        <ul className={style.card}>
          <OrderRow order={order} echo />
        </ul>
      )}
    </div>
  );
}
