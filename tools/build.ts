import { existsSync, rmSync } from "node:fs";
import { createBuilder } from "vite";
import { inRoot } from "./root.ts";

/** Builds page and Worker into dist/. */
export async function buildProduct(): Promise<void> {
  const builder = await createBuilder({ root: inRoot(), logLevel: "warn" });
  await builder.buildApp();
  // The build copies local secrets beside the Worker; nothing that is kept or uploaded may hold them.
  for (const name of [".dev.vars", ".env"]) rmSync(inRoot("dist", "observator_relay", name), { force: true });
  if (!existsSync(inRoot("dist", "observator_relay", "wrangler.json"))) throw new Error("the build made no Worker");
}

if (import.meta.main) await buildProduct();
