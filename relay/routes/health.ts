import { SECOND_MS } from "../../domain/units.ts";
import { answer } from "../http/answer.ts";
import type { Route } from "../http/route.ts";
import { stop } from "../faults.ts";

/** The migrations this code was written against. */
const SCHEMA_VERSION = 4;

/** Anyone may ask, as often as they like: the database is asked once in so long. */
const SEEN_FOR_MS = SECOND_MS;

/** 200 once the database answers and its migrations are applied; the secrets were checked before any route. Rule X1. */
export const health: Route = {
  method: "GET",
  path: "/api/health",
  access: "anyone",
  async handle({ relay }) {
    const nowMs = relay.outside.wallNow();
    if (nowMs - (relay.memory.databaseSeenMs ?? 0) < SEEN_FOR_MS) return answer({ ok: true });
    const row = await relay.db
      .prepare("SELECT MAX(version) AS version FROM schema_version")
      .first<{ version: number }>()
      // The table is missing before the first migration; any other trouble with the database ends here as well.
      .catch(() => null);
    if (row?.version !== SCHEMA_VERSION)
      return stop("internal", "The database does not answer or its migrations are not applied.");
    relay.memory.databaseSeenMs = nowMs;
    return answer({ ok: true });
  },
};
