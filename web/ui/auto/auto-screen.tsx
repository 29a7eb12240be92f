import { Trans } from "@lingui/react/macro";
import { useLiveQuery } from "dexie-react-hooks";
import type { User } from "../../../domain/wire.ts";
import { readAutoSessions } from "../../store/auto-session-store.ts";
import { database } from "../database.ts";
import { Gate } from "../parts/gate.tsx";
import screen from "../parts/screen.module.css";
import { useSettings } from "../settings.ts";
import { AutoForm } from "./auto-form.tsx";
import { AutoSession } from "./auto-session.tsx";
import { DecisionLog } from "./decision-log.tsx";
import { LeasePanel } from "./lease-panel.tsx";

export function AutoScreen() {
  return (
    <div className={screen.screen}>
      <h1>
        <Trans>자동매매</Trans>
      </h1>
      <Gate>{(user) => <Auto user={user} />}</Gate>
    </div>
  );
}

/** The newest session of the market: started here, run by the live worker, its decisions below. */
function Auto({ user }: { readonly user: User }) {
  const { market } = useSettings();
  const sessions = useLiveQuery(() => readAutoSessions(database), []);
  const session = sessions?.find(({ settings, userId }) => userId === user.id && settings.market === market) ?? null;
  return (
    <div className={screen.split}>
      <div className={screen.column}>
        {session?.state !== "running" && sessions !== undefined && (
          <AutoForm key={market} user={user} market={market} last={session} />
        )}
        {session !== null && <AutoSession session={session} />}
        <LeasePanel />
      </div>
      <DecisionLog session={session} />
    </div>
  );
}
