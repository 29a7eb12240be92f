import { createReadStream, mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright";
import { build } from "vite";
import { findChromium } from "../tools/chromium.ts";
import type { BenchLine } from "../tools/bench-line.ts";
import { inRoot } from "../tools/root.ts";

/** What a benchmark's worker posts: a figure, a word on how far it is, or its end. */
export type BenchMessage =
  | { readonly line: BenchLine }
  | { readonly note: string }
  | { readonly done: true }
  | { readonly failed: string };

/** Switches for a browser on a machine without display or network; `--no-sandbox` because it may run as root. */
const SWITCHES = [
  "--no-sandbox",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];
/** Recorded candles that every benchmark page may ask for. */
const TAPE = "data/upbit-KRW-BTC-1m-2024-01_2024-03.csv.gz";

const PAGE = `<!doctype html><title>benchmark</title><script type="module">
const worker = new Worker("/worker.js", { type: "module" });
worker.onmessage = ({ data }) => report(data);
worker.onerror = ({ message }) => report({ failed: message });
</script>`;

/** Bundles `bench/pages/NAME.worker.ts`, runs it in a worker of a real Chromium with a fresh profile, and gives its
 *  lines as they come. The worker finds the recorded candles under /candles.csv.gz. */
export async function* linesInChromium(name: string): AsyncIterable<BenchLine> {
  const folder = mkdtempSync(join(tmpdir(), "observator-bench-"));
  const server = await serve(await bundle(name, folder));
  const { port } = server.address() as AddressInfo;
  const context = await chromium.launchPersistentContext(join(folder, "profile"), {
    executablePath: findChromium(),
    args: SWITCHES,
  });
  try {
    const page = await context.newPage();
    const inbox = mailbox();
    await page.exposeFunction("report", inbox.put);
    page.on("crash", () => inbox.put({ failed: "the page crashed" }));
    await page.goto(`http://127.0.0.1:${port}/`);
    for (;;) {
      const message = await inbox.take();
      if ("done" in message) return;
      if ("failed" in message) throw new Error(message.failed);
      if ("note" in message) console.error(message.note);
      else yield message.line;
    }
  } finally {
    await context.close();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function bundle(name: string, folder: string): Promise<string> {
  await build({
    configFile: false,
    root: inRoot(),
    logLevel: "error",
    publicDir: false,
    build: {
      outDir: join(folder, "site"),
      target: "es2024",
      minify: true,
      lib: { entry: inRoot("bench", "pages", `${name}.worker.ts`), formats: ["es"], fileName: () => "worker.js" },
    },
    define: { "process.env.NODE_ENV": '"production"' },
  });
  return join(folder, "site", "worker.js");
}

function serve(workerFile: string): Promise<Server> {
  const files: Readonly<Record<string, { readonly path: string; readonly type: string }>> = {
    "/worker.js": { path: workerFile, type: "text/javascript" },
    "/candles.csv.gz": { path: inRoot(TAPE), type: "application/gzip" },
  };
  const server = createServer((request, answer) => {
    const file = files[request.url ?? ""];
    if (file) createReadStream(file.path).pipe(answer.writeHead(200, { "Content-Type": file.type }));
    else answer.writeHead(200, { "Content-Type": "text/html" }).end(PAGE);
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

/** Messages in order, whoever is first: the one who puts or the one who takes. */
function mailbox() {
  const waiting: BenchMessage[] = [];
  let wake: (() => void) | null = null;
  return {
    put(message: BenchMessage): void {
      waiting.push(message);
      wake?.();
    },
    async take(): Promise<BenchMessage> {
      while (waiting.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      return waiting.shift()!;
    },
  };
}
