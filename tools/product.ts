import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { unstable_startWorker } from "wrangler";
import { localSecrets } from "./deployment-secrets.ts";
import { inRoot } from "./root.ts";
import { writeStaticHeaders } from "./static-headers.ts";

/** The tape that is carried in the repository, and the synthetic markets beside it. */
const TAPE = "data/upbit-KRW-BTC-1m-2024-01_2024-03.csv.gz";
const SYNTHETIC = "KRW-ETH,KRW-XRP,KRW-SOL";
const WORKER_CONFIG = "dist/observator_relay/wrangler.json";
const MINUTE_MS = 60_000;
/** Longest wait for a part to come up on a slow machine. */
const READY_TIMEOUT_MS = 60_000;

export type ProductOptions = {
  readonly port: number;
  /** Folder for accounts, orders, secrets and the exchange's state. */
  readonly folder: string;
  /** Market minutes per minute; only with the embedded exchange. */
  readonly speed: number;
  readonly seed: number;
  readonly exchange?: { readonly rest: string; readonly ws: string };
};
export type Product = {
  readonly address: string;
  readonly setUpCode: string;
  readonly exchange: { readonly rest: string; readonly ws: string };
  /** Key of the embedded exchange's demo account, null with another exchange. */
  readonly demoKey: { readonly accessKey: string; readonly secretKey: string } | null;
  /** Control port of the embedded exchange, null with another one. */
  readonly control: string | null;
  stop(): Promise<void>;
};

/** Runs exchange, relay and page from the built product, all bound to 127.0.0.1.
 *  @throws Error with a sentence for the user when a part cannot start */
export async function startProduct(options: ProductOptions): Promise<Product> {
  if (!(await isFree(options.port)))
    throw new Error(`Port ${options.port} is in use: end what runs there, or choose another with --port N.`);
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  const secrets = localSecrets(options.folder);
  const emulator = options.exchange ? null : await startEmulator(options);
  const { rest, ws } = options.exchange ?? emulator!.addresses;
  const exchange = { rest, ws };
  try {
    writeStaticHeaders(exchange.rest, exchange.ws);
    applyMigrations(options.folder);
    const relay = await startRelay(options, {
      ...secrets,
      EXCHANGE_URL: exchange.rest,
      EXCHANGE_WS_URL: exchange.ws,
      // The local exchange sees this machine at its own address.
      ...(emulator && { EGRESS_IPS: "127.0.0.1" }),
      // Nobody but this machine reaches it.
      SIGN_UP: "open",
    });
    return {
      address: relay.address,
      setUpCode: secrets.SET_UP_CODE,
      exchange,
      demoKey: emulator && { accessKey: emulator.addresses.accessKey, secretKey: emulator.addresses.secretKey },
      control: emulator?.addresses.control ?? null,
      stop: async () => {
        await relay.stop();
        await emulator?.stop();
      },
    };
  } catch (error) {
    await emulator?.stop();
    throw error;
  }
}

export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}

type EmulatorAddresses = { rest: string; ws: string; accessKey: string; secretKey: string; control: string };

async function startEmulator({ port, folder, speed, seed }: ProductOptions) {
  // Beside the page's own port, so that a second start finds the exchange under the address the browser knows.
  const exchangePort = (await isFree(port + 1)) ? port + 1 : 0;
  const state = join(folder, "exchange.json");
  const flags = [
    "--tape",
    TAPE,
    "--synthetic",
    SYNTHETIC,
    "--port",
    exchangePort,
    "--speed",
    speed,
    "--seed",
    seed,
    "--state",
    state,
    "--json",
  ];
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", inRoot("emulator", "main.ts"), ...flags.map(String)],
    {
      cwd: inRoot(),
      // Over the fourth channel it notices when this process is gone, whatever ended it.
      stdio: ["ignore", "pipe", "inherit", "ipc"],
      // Its own group: Ctrl-C reaches it through `stop`, after the relay has ended.
      detached: process.platform !== "win32",
    },
  );
  const addresses = await firstLine(child);
  return { addresses, stop: () => endChild(child) };
}

function firstLine(child: ChildProcess): Promise<EmulatorAddresses> {
  return new Promise((resolve, reject) => {
    const giveUp = setTimeout(
      () => reject(new Error("The local exchange did not answer within a minute.")),
      READY_TIMEOUT_MS,
    );
    child.once("exit", (code) =>
      reject(new Error(`The local exchange could not start (exit ${code}); its message is above.`)),
    );
    createInterface({ input: child.stdout! }).once("line", (line) => {
      clearTimeout(giveUp);
      resolve(JSON.parse(line) as EmulatorAddresses);
    });
  });
}

function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const force = setTimeout(() => child.kill("SIGKILL"), 10_000);
    child.once("exit", () => {
      clearTimeout(force);
      resolve();
    });
    child.kill("SIGTERM");
  });
}

/** wrangler writes to its own log folder, asks the network where it is and keeps traces: none of that here. */
const QUIET = {
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_LOG: "error",
  WRANGLER_HIDE_BANNER: "true",
  X_LOCAL_OBSERVABILITY: "false",
  X_LOCAL_EXPLORER: "false",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  CI: "1",
};

function applyMigrations(folder: string): void {
  const wrangler = inRoot("node_modules", "wrangler", "bin", "wrangler.js");
  const flags = [
    "d1",
    "migrations",
    "apply",
    "observator",
    "--local",
    "--persist-to",
    join(folder, "relay"),
    "-c",
    inRoot(WORKER_CONFIG),
  ];
  const done = spawnSync(process.execPath, [wrangler, ...flags], {
    cwd: inRoot(),
    env: { ...process.env, ...QUIET },
    encoding: "utf8",
  });
  if (done.status !== 0) throw new Error(`The database could not be brought up to date:\n${done.stdout}${done.stderr}`);
}

async function startRelay({ port, folder, speed }: ProductOptions, values: Record<string, string>) {
  Object.assign(process.env, QUIET);
  const worker = await unstable_startWorker({
    config: inRoot(WORKER_CONFIG),
    bindings: Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, { type: "plain_text" as const, value }]),
    ),
    dev: {
      server: { hostname: "127.0.0.1", port },
      inspector: false,
      watch: false,
      liveReload: false,
      logLevel: "error",
      persist: join(folder, "relay"),
    },
  });
  await worker.ready;
  const address = `http://127.0.0.1:${port}`;
  await untilHealthy(`${address}/api/health`);
  const poke = setInterval(() => void pokeScheduled(address), Math.max(1_000, MINUTE_MS / speed));
  return {
    address,
    stop: async () => {
      clearInterval(poke);
      await worker.dispose();
    },
  };
}

/** workerd's local cron never fires: this is the cron of a local deployment. A failed poke is told, the next one follows. */
async function pokeScheduled(address: string): Promise<void> {
  const url = `${address}/cdn-cgi/handler/scheduled?cron=*+*+*+*+*&time=${Date.now()}`;
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(30_000) });
    if (!answer.ok) console.error(`The scheduled handler answered ${answer.status}.`);
  } catch (error) {
    console.error(
      `The scheduled handler could not be reached: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

async function untilHealthy(url: string): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  let last = "no answer";
  while (Date.now() < deadline) {
    try {
      const answer = await fetch(url);
      if (answer.ok) return;
      last = await answer.text();
    } catch (error) {
      last = String(error);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`The relay did not become ready: ${last}`);
}
