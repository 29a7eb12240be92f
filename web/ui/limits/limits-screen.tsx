import { Trans, useLingui } from "@lingui/react/macro";
import type { User } from "../../../domain/wire.ts";
import { FaultNote } from "../faults/fault-note.tsx";
import { EmptyNote } from "../parts/empty-note.tsx";
import { Gate } from "../parts/gate.tsx";
import screen from "../parts/screen.module.css";
import { useLimits } from "../relay/queries.ts";
import { faultIn } from "../relay/relay.ts";
import { HaltPanel } from "./halt-panel.tsx";
import { LimitsForm, TodayPanel } from "./limits-form.tsx";

/** What this account may risk, and the way to stop everything. */
export function LimitsScreen() {
  return (
    <div className={screen.screen}>
      <h1>
        <Trans>한도와 중지</Trans>
      </h1>
      <Gate>{(user) => <Limits user={user} />}</Gate>
    </div>
  );
}

function Limits({ user }: { readonly user: User }) {
  const { t } = useLingui();
  const { data, error } = useLimits(true);
  const fault = faultIn(error);
  return (
    <div className={screen.split}>
      <div className={screen.column}>
        <HaltPanel user={user} />
        {data !== undefined && <TodayPanel answer={data} />}
      </div>
      <div className={screen.column}>
        {fault !== null && <FaultNote fault={fault} aboutMoney={false} />}
        {data === undefined ? (
          fault === null && <EmptyNote>{t`불러오는 중…`}</EmptyNote>
        ) : (
          <LimitsForm user={user} answer={data} />
        )}
      </div>
    </div>
  );
}
