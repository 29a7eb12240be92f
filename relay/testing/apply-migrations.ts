import { env } from "cloudflare:workers";
import type { Env } from "../env.ts";

declare global {
  // The name is the platform's: its types read the bindings from there.
  namespace Cloudflare {
    interface Env extends RelayEnv {
      readonly MIGRATIONS: readonly { readonly queries: readonly string[] }[];
    }
  }
}
type RelayEnv = Env;

/** Every test file begins with an empty database of its own, brought up to date as a deployment's is. */
for (const { queries } of env.MIGRATIONS) await env.DB.batch(queries.map((query) => env.DB.prepare(query)));
