import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { buildProduct } from "./build.ts";
import { endWith, readOptions } from "./options.ts";
import { inRoot } from "./root.ts";
import { writeStaticHeaders } from "./static-headers.ts";

const USAGE = "usage: npm run deploy -- [--dry-run]";
const CONFIG = inRoot("dist", "observator_relay", "wrangler.json");
/** Stands in relay/wrangler.jsonc until the operator's own database is named there. */
const NO_DATABASE = "00000000-0000-0000-0000-000000000000";

const { values } = readOptions(USAGE, { "dry-run": { type: "boolean", default: false } });

function wrangler(what: string, ...parameters: string[]): void {
  const script = inRoot("node_modules", "wrangler", "bin", "wrangler.js");
  const done = spawnSync(process.execPath, [script, ...parameters, "-c", CONFIG], { cwd: inRoot(), stdio: "inherit" });
  if (done.status !== 0) endWith(`${what} failed; nothing after it was done.`);
}

await buildProduct();
const built = JSON.parse(readFileSync(CONFIG, "utf8")) as {
  vars: { EXCHANGE_URL: string; EXCHANGE_WS_URL: string };
  d1_databases: { database_id: string }[];
};
writeStaticHeaders(built.vars.EXCHANGE_URL, built.vars.EXCHANGE_WS_URL);
if (values["dry-run"]) wrangler("The dry run", "deploy", "--dry-run");
else {
  if (built.d1_databases.some(({ database_id }) => database_id === NO_DATABASE))
    endWith(
      "Name your D1 database in relay/wrangler.jsonc first (npx wrangler d1 create observator prints its id), and set MASTER_KEY, PEPPER and SET_UP_CODE with npx wrangler secret put; for push messages also what node tools/push-keys-cli.ts prints, with your own VAPID_SUBJECT.",
    );
  wrangler("Bringing the database up to date", "d1", "migrations", "apply", "observator", "--remote");
  wrangler("The deployment", "deploy");
}
