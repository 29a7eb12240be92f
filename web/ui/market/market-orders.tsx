import { Tabs } from "@base-ui/react/tabs";
import { useLingui } from "@lingui/react/macro";
import { FaultNote } from "../faults/fault-note.tsx";
import type { MarketCode } from "../../../domain/market-code.ts";
import type { Order } from "../../../domain/wire.ts";
import { OrderRow } from "../orders/order-row.tsx";
import { EmptyNote } from "../parts/empty-note.tsx";
import { isOpen, useOrders } from "../relay/queries.ts";
import { faultIn } from "../relay/relay.ts";
import { useSession } from "../relay/use-session.ts";
import panel from "../parts/panel.module.css";
import style from "../parts/tabs.module.css";

/** Closed orders shown beside the chart; the rest is on the orders screen. */
const SHOWN_CLOSED = 10;

/** Open orders of the market, and the last closed ones. */
export function MarketOrders({ market }: { readonly market: MarketCode }) {
  const { t } = useLingui();
  const session = useSession();
  const { orders, error } = useOrders(session.state === "in");
  if (session.state !== "in") return null;
  const here = orders.filter((order) => order.request.market === market);
  const open = here.filter(isOpen);
  const closed = here.filter((order) => !isOpen(order)).slice(0, SHOWN_CLOSED);
  const fault = faultIn(error);
  return (
    <section className={panel.panel} aria-label={t`이 마켓의 주문`}>
      <Tabs.Root defaultValue="open">
        <Tabs.List className={style.list}>
          <Tabs.Tab className={style.tab} value="open">
            {t`미체결`} {open.length > 0 && <span className={style.count}>{open.length}</span>}
          </Tabs.Tab>
          <Tabs.Tab className={style.tab} value="closed">
            {t`체결·취소`}
          </Tabs.Tab>
        </Tabs.List>
        {fault !== null && fault.type !== "no-key" && <FaultNote fault={fault} />}
        <Tabs.Panel value="open" data-testid="open-orders" data-count={open.length}>
          <Rows orders={open} empty={t`열려 있는 주문이 없습니다.`} />
        </Tabs.Panel>
        <Tabs.Panel value="closed" data-testid="closed-orders">
          <Rows orders={closed} empty={t`이 마켓에서 끝난 주문이 없습니다.`} />
        </Tabs.Panel>
      </Tabs.Root>
    </section>
  );
}

function Rows({ orders, empty }: { readonly orders: readonly Order[]; readonly empty: string }) {
  if (orders.length === 0) return <EmptyNote>{empty}</EmptyNote>;
  return (
    <ul>
      {orders.map((order) => (
        <OrderRow key={order.id} order={order} />
      ))}
    </ul>
  );
}
