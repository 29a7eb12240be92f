import { inRoot } from "./root.ts";
import { buildProduct } from "./build.ts";
import { endWith, readOptions, wholeNumber } from "./options.ts";
import { startProduct, type Product } from "./product.ts";

const USAGE =
  "usage: npm start -- [--port N] [--data FOLDER] [--speed X] [--seed N] [--exchange URL --exchange-ws URL] [--built] [--json]";
/** Outside the ports that other tools of this kind take first. */
const DEFAULT_PORT = 8480;

const { values } = readOptions(USAGE, {
  port: { type: "string", default: String(DEFAULT_PORT) },
  data: { type: "string", default: inRoot(".observator") },
  speed: { type: "string", default: "1" },
  seed: { type: "string", default: "1" },
  exchange: { type: "string" },
  "exchange-ws": { type: "string" },
  /** Use what the last build made. */
  built: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
});
const port = wholeNumber("port", values.port, [1, 65_534]);
const seed = wholeNumber("seed", values.seed, [0, 2 ** 31]);
const speed = Number(values.speed);
if (!(speed > 0 && speed <= 600)) endWith(`--speed takes a number above 0 and up to 600, not ${values.speed}`);
const exchange = otherExchange(values.exchange, values["exchange-ws"]);

function otherExchange(rest: string | undefined, ws: string | undefined) {
  if (rest === undefined && ws === undefined) return undefined;
  if (!rest || !ws || !URL.canParse(rest) || !URL.canParse(ws))
    return endWith(`--exchange and --exchange-ws go together and take whole addresses.\n${USAGE}`);
  return { rest: rest.replace(/\/$/, ""), ws };
}

function announce({ address, demoKey, setUpCode, exchange: used }: Product): void {
  const lines = [
    "",
    `  OBservator   ${address}`,
    "",
    `  set-up code  ${setUpCode}   (makes the first account the admin)`,
    ...(demoKey
      ? [
          `  access key   ${demoKey.accessKey}   (demo account of the local exchange)`,
          `  secret key   ${demoKey.secretKey}`,
        ]
      : []),
    `  exchange     ${used.rest}${demoKey ? "   (runs on this machine, play money)" : ""}`,
    "",
    "  Ctrl-C ends all of it.",
    "",
  ];
  console.log(lines.join("\n"));
}

try {
  if (!values.built) {
    console.error("Building …");
    await buildProduct();
  }
  const product = await startProduct({ port, seed, speed, folder: values.data, ...(exchange && { exchange }) });
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await product.stop();
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    // wrangler's own listener ends the process at once, before the exchange has saved its state.
    process.removeAllListeners(signal);
    process.on(signal, () => void stop());
  }
  if (values.json) console.log(JSON.stringify({ ...product, stop: undefined }));
  else announce(product);
} catch (error) {
  endWith(error instanceof Error ? error.message : String(error));
}
