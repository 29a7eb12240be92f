import { readOptions, USAGE } from "./options.ts";
import { startEmulatorChecked } from "./start-emulator.ts";

/** Command line of the local exchange. */

function endWith(line: string): never {
  console.error(line);
  process.exit(1);
}

const args = process.argv.slice(2);
if (args.includes("--help")) {
  console.log(USAGE);
  process.exit(0);
}
const options = readOptions(args);
if (!options.ok) endWith(`${options.fault} (--help names the flags)`);
const started = await startEmulatorChecked(options.value);
if (!started.ok) endWith(started.fault);
const { rest, ws, accessKey, secretKey, control, world, close } = started.value;

if (options.value.json) console.log(JSON.stringify({ rest, ws, accessKey, secretKey, control }));
else {
  console.log(`The local exchange serves ${[...world.exchange.feeds.keys()].join(", ")}`);
  console.log(`  REST        ${rest}`);
  console.log(`  WebSocket   ${ws}`);
  console.log(`  access key  ${accessKey}`);
  console.log(`  secret key  ${secretKey}`);
  if (control !== null) console.log(`  control     ${control}`);
  console.log(`  market time ${new Date(world.clock.now()).toISOString()}, speed ${options.value.speed}`);
}

let ending = false;
async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  await close();
  process.exit(0);
}
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void end());
// Started by another program: it ends with it.
process.once("disconnect", () => void end());
