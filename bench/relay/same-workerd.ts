import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readD1Migrations } from "@cloudflare/vitest-plugin";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { build } from "vite";
import { inRoot } from "../../tools/root.ts";

/** The relay as built, the bare Worker and the empty one, each on a port of its own in one workerd, over one database. */
export type SameWorkerd = {
  readonly relay: string;
  readonly bare: string;
  readonly empty: string;
  stop(): Promise<void>;
};
export type ExchangeAccess = {
  readonly rest: string;
  readonly ws: string;
  readonly accessKey: string;
  readonly secretKey: string;
};

const NAMES = ["relay", "bare", "empty"] as const;
/** Beside the relay's own file there is none; a change of the date belongs in relay/wrangler.jsonc. */
const BUILT = ["dist", "observator_relay"] as const;

/** @param folder for the database and the bundles */
export async function startSameWorkerd(folder: string, exchange: ExchangeAccess): Promise<SameWorkerd> {
  const { compatibility_date: compatibilityDate } = JSON.parse(
    readFileSync(inRoot(...BUILT, "wrangler.json"), "utf8"),
  ) as {
    compatibility_date: string;
  };
  const code = {
    relay: readFileSync(inRoot(...BUILT, "index.js"), "utf8"),
    bare: await bundle("bare", folder),
    empty: await bundle("empty", folder),
  };
  const bindings = {
    EXCHANGE_URL: exchange.rest,
    EXCHANGE_WS_URL: exchange.ws,
    MASTER_KEY: randomBytes(32).toString("base64"),
    PEPPER: randomBytes(32).toString("hex"),
    SET_UP_CODE: randomBytes(12).toString("hex"),
    SIGN_UP: "open",
    ACCESS_KEY: exchange.accessKey,
    SECRET_KEY: exchange.secretKey,
  };
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      d1Persist: join(folder, "d1"),
      workers: NAMES.map((name) => ({
        name,
        compatibilityDate,
        modules: [{ type: "ESModule" as const, path: `${name}.js`, contents: code[name] }],
        bindings,
        d1Databases: { DB: "observator" },
        unsafeDirectSockets: [{ port: 0 }],
      })),
    }),
  );
  await miniflare.ready;
  const db = await miniflare.getD1Database("DB", "relay");
  for (const { queries } of await readD1Migrations(inRoot("relay", "migrations")))
    await db.batch(queries.map((query) => db.prepare(query)));
  const [relay, bare, empty] = await Promise.all(
    NAMES.map(async (name) => String(await miniflare.unsafeGetDirectURL(name)).replace(/\/$/, "")),
  );
  return { relay: relay!, bare: bare!, empty: empty!, stop: () => miniflare.dispose() };
}

async function bundle(name: string, folder: string): Promise<string> {
  await build({
    configFile: false,
    root: inRoot(),
    logLevel: "error",
    publicDir: false,
    build: {
      outDir: join(folder, name),
      target: "es2024",
      minify: true,
      lib: { entry: inRoot("bench", "workers", `${name}.worker.ts`), formats: ["es"], fileName: () => "worker.js" },
      rolldownOptions: { external: ["cloudflare:workers"] },
    },
  });
  return readFileSync(join(folder, name, "worker.js"), "utf8");
}
