import { useEffect } from "react";
import { startWorkers, wakeTrainer } from "../../workers/link.ts";
import { nextTraining } from "../../store/training-store.ts";
import { database } from "../database.ts";
import { useConfig } from "../relay/queries.ts";

/** Starts the workers once it is known where the exchange is, and lets a training that an earlier page left unfinished
 *  go on. */
export function useWorkers(): void {
  const { data: config } = useConfig();
  useEffect(() => {
    if (config === undefined) return;
    startWorkers(config);
    void nextTraining(database).then((row) => row !== null && wakeTrainer());
  }, [config]);
}
