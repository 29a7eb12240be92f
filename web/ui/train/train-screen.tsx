import { Trans } from "@lingui/react/macro";
import { useLiveQuery } from "dexie-react-hooks";
import { readTrainings } from "../../store/training-store.ts";
import { database } from "../database.ts";
import { EmptyNote } from "../parts/empty-note.tsx";
import { Gate } from "../parts/gate.tsx";
import screen from "../parts/screen.module.css";
import { TrainForm } from "./train-form.tsx";
import { TrainingPanel } from "./training-panel.tsx";

/** Only the admin trains and publishes; members receive. */
export function TrainScreen() {
  return (
    <div className={screen.screen}>
      <h1>
        <Trans>모델 학습</Trans>
      </h1>
      <Gate>
        {(user) =>
          user.role === "admin" ? (
            <Training />
          ) : (
            <EmptyNote>
              <Trans>학습은 관리자만 할 수 있습니다. 공개된 모델은 자동으로 받습니다.</Trans>
            </EmptyNote>
          )
        }
      </Gate>
    </div>
  );
}

function Training() {
  const trainings = useLiveQuery(() => readTrainings(database, 1), []);
  const latest = trainings?.[0] ?? null;
  const busy = latest?.state === "requested" || latest?.state === "running";
  return (
    <div className={screen.split}>
      <TrainForm busy={busy} />
      {latest !== null && <TrainingPanel training={latest} />}
    </div>
  );
}
