import type { DatabaseSync } from "node:sqlite";
import { assert } from "../../domain/assert.ts";
import { epochMs, MINUTE_MS } from "../../domain/units.ts";
import { NO_FAULTS } from "../../emulator/faults/fault-plan.ts";
import type { Relay } from "../../relay/relay.ts";
import { deploy, openDatabase, simulatedSettings } from "../ground/deployment.ts";
import { createExchangeLine } from "../ground/exchange-line.ts";
import { createExchangeWorld } from "../ground/exchange-world.ts";
import { NO_SABOTAGE, NO_WEATHER } from "../ground/isolate.ts";
import { createVirtualLoop } from "../ground/virtual-loop.ts";
import { createTrace } from "../record/trace.ts";
import { watch, type Witness } from "../record/witness.ts";
import { createDevice, type Device } from "./device.ts";

/** Three minutes before midnight in Korea, so that a day ends in every run. */
export const START_MS = epochMs(Date.parse("2026-03-02T14:57:00Z"));
export const TRADER_NAMES = ["ada", "bora", "chul"] as const;
/** What a browser stretches a password to; the trader's own. */
export const verifierOf = (name: string): string => Buffer.from(name.padEnd(32, "*")).toString("hex");

/** A trader as every run begins: signed up, two browsers logged in, a key stored. */
export type Account = { readonly name: string; readonly id: string; readonly cookies: readonly string[] };
export type Template = {
  readonly settings: Relay["settings"];
  readonly accounts: readonly Account[];
  /** Everybody is in it, and whatever a run writes is rolled back: statements are compiled once. */
  readonly database: DatabaseSync;
  readonly witness: Witness;
  /** What must never be seen outside. */
  readonly secrets: readonly string[];
};

const NOTHING_LOST = { lostThere: 0, lostBack: 0 };

/** Signs everybody up once a process, in fair weather; a run begins with a copy. */
export async function makeTemplate(): Promise<Template> {
  const settings = await simulatedSettings();
  const beforeMs = epochMs(START_MS - MINUTE_MS);
  const loop = createVirtualLoop(0, beforeMs);
  const database = openDatabase();
  const { world, front } = createExchangeWorld({ startMs: beforeMs, traders: TRADER_NAMES }, loop.now, NO_FAULTS);
  const line = createExchangeLine(loop, front, NOTHING_LOST, () => undefined);
  const report = (error: unknown) => {
    throw error;
  };
  const ground = { loop, database, line, weather: NO_WEATHER, sabotage: NO_SABOTAGE, report };
  const fair = {
    handlers: { dies: 0, latestDeathMs: 0, forgets: 0, skewMs: 0 },
    alarms: { unheard: 0, missing: 0, late: 0, twice: 0 },
  };
  const deployment = deploy(ground, settings, fair);
  const device = (name: string) =>
    createDevice({ loop, deployment, trace: createTrace(loop.now), answers: [], weather: NOTHING_LOST }, name, "");
  const pocketKeys = world.accounts.keys;
  const accounts: Account[] = [];
  const setUp = async () => {
    for (const [at, name] of TRADER_NAMES.entries())
      accounts.push(await signUp(name, [device(`${name}/1`), device(`${name}/2`)], pocketKeys[at]!));
  };
  const done = setUp();
  await loop.run(START_MS);
  await done;
  return {
    settings,
    accounts,
    database,
    witness: watch(database),
    secrets: [
      ...pocketKeys.map(({ secretKey }) => secretKey),
      ...accounts.flatMap(({ cookies }) =>
        cookies.flatMap((cookie) => cookie.match(/(?<=__Host-session=)[^;]+/g) ?? []),
      ),
      ...TRADER_NAMES.map(verifierOf),
    ],
  };
}

async function signUp(
  name: string,
  [first, second]: readonly [Device, Device],
  { accessKey, secretKey }: { readonly accessKey: string; readonly secretKey: string },
): Promise<Account> {
  const verifier = verifierOf(name);
  const signedUp = await first.ask("POST /api/sign-up", { name, displayName: name, salt: "0f".repeat(16), verifier });
  assert(signedUp?.status === 201, "the trader is signed up");
  const stored = await first.ask("PUT /api/key", { accessKey, secretKey });
  assert(stored?.status === 200, "the key is stored");
  const loggedIn = await second.ask("POST /api/log-in", { name, verifier });
  assert(loggedIn?.status === 200, "the second browser is logged in");
  const { user } = signedUp.body as { readonly user: { readonly id: string } };
  return { name, id: user.id, cookies: [first.cookie(), second.cookie()] };
}
