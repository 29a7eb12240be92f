import { Tabs } from "@base-ui/react/tabs";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import type { Reservation } from "../../../domain/wire.ts";
import { FaultNote } from "../faults/fault-note.tsx";
import { EmptyNote } from "../parts/empty-note.tsx";
import { Gate } from "../parts/gate.tsx";
import { useOrders } from "../relay/queries.ts";
import { faultIn } from "../relay/relay.ts";
import panel from "../parts/panel.module.css";
import screen from "../parts/screen.module.css";
import tabs from "../parts/tabs.module.css";
import { OrderRow } from "./order-row.tsx";
import { ReservationForm } from "./reservation-form.tsx";
import { ReservationList } from "./reservation-list.tsx";

export function OrdersScreen() {
  const { t } = useLingui();
  return (
    <div className={screen.screen}>
      <h1>
        <Trans>주문</Trans>
      </h1>
      <Gate>
        {() => (
          <Tabs.Root defaultValue="history" className={screen.column}>
            <Tabs.List className={tabs.list}>
              <Tabs.Tab className={tabs.tab} value="history" data-testid="tab-history">{t`주문 내역`}</Tabs.Tab>
              <Tabs.Tab className={tabs.tab} value="reserve" data-testid="tab-reserve">{t`예약 주문`}</Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="history">
              <History />
            </Tabs.Panel>
            <Tabs.Panel value="reserve" className={screen.split}>
              <Reservations />
            </Tabs.Panel>
          </Tabs.Root>
        )}
      </Gate>
    </div>
  );
}

/** The form is for a new one, or for the one that is being changed. */
function Reservations() {
  const [editing, setEditing] = useState<Reservation | null>(null);
  return (
    <>
      <ReservationForm key={editing?.id ?? "new"} editing={editing} onDone={() => setEditing(null)} />
      <ReservationList
        onEdit={(reservation) => {
          setEditing(reservation);
          // On a phone the form is above the list.
          document.getElementById("content")?.scrollIntoView();
        }}
      />
    </>
  );
}

function History() {
  const { t } = useLingui();
  const { orders, error, isPending } = useOrders(true);
  const fault = faultIn(error);
  return (
    <section className={panel.panel} aria-label={t`주문 내역`} data-testid="order-history" data-count={orders.length}>
      {fault !== null && <FaultNote fault={fault} />}
      {orders.length === 0 && fault === null ? (
        <EmptyNote>{isPending ? t`불러오는 중…` : t`아직 주문이 없습니다.`}</EmptyNote>
      ) : (
        <ul>
          {orders.map((order) => (
            <OrderRow key={order.id} order={order} />
          ))}
        </ul>
      )}
    </section>
  );
}
