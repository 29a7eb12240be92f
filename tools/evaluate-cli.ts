import { accessSync, constants, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { build } from "vite";
import type { CandleColumns } from "../domain/candle.ts";
import { isMarketCode, type MarketCode } from "../domain/market-code.ts";
import type { Metrics } from "../domain/wire.ts";
import { checkSettings, DEFAULT_LEARNING, type LearningSettings } from "../web/model/settings.ts";
import { holesOf, parseCandleFile } from "./candle-file.ts";
import type { evaluate } from "./evaluate.ts";

const USAGE = `usage: npm run evaluate -- --candles FILE.csv[.gz] --market KRW-BTC
  [--model mlp] [--horizon ${DEFAULT_LEARNING.horizon}] [--lookback ${DEFAULT_LEARNING.lookback}] [--hidden 64,32]
  [--epochs ${DEFAULT_LEARNING.epochs}] [--batch ${DEFAULT_LEARNING.batchSize}] [--learning-rate ${DEFAULT_LEARNING.learningRate}]
  [--seed ${DEFAULT_LEARNING.seed}] [--backend wasm|cpu] [--json OUT]`;

const root = join(import.meta.dirname, "..");
const wasmPath = join(root, "node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm");

/** One line on standard error says what is wrong. */
function stop(sentence: string): never {
  console.error(sentence);
  process.exit(1);
}

function readArguments() {
  const text = { type: "string" } as const;
  const options = {
    candles: text,
    market: text,
    model: text,
    horizon: text,
    lookback: text,
    hidden: text,
    epochs: text,
    batch: text,
    "learning-rate": text,
    seed: text,
    backend: text,
    json: text,
    help: { type: "boolean" },
  } as const;
  try {
    return parseArgs({ options, strict: true }).values;
  } catch (problem) {
    return stop(problem instanceof Error ? problem.message : String(problem));
  }
}

function readSettings(values: ReturnType<typeof readArguments>, market: MarketCode): LearningSettings {
  const numberOf = (name: "horizon" | "lookback" | "epochs" | "batch" | "learning-rate" | "seed", standard: number) =>
    values[name] === undefined ? standard : Number(values[name]);
  const hidden = values.hidden?.split(",").filter((size) => size !== "");
  const settings = checkSettings({
    market,
    lookback: numberOf("lookback", DEFAULT_LEARNING.lookback),
    horizon: numberOf("horizon", DEFAULT_LEARNING.horizon),
    hiddenSizes: hidden?.map(Number) ?? DEFAULT_LEARNING.hiddenSizes,
    epochs: numberOf("epochs", DEFAULT_LEARNING.epochs),
    batchSize: numberOf("batch", DEFAULT_LEARNING.batchSize),
    learningRate: numberOf("learning-rate", DEFAULT_LEARNING.learningRate),
    seed: numberOf("seed", DEFAULT_LEARNING.seed),
  });
  return settings.ok ? settings.value : stop(settings.fault.detail);
}

/** Before minutes of training, not after them. */
function checkFolder(json: string): void {
  try {
    accessSync(dirname(json), constants.W_OK);
  } catch {
    stop(`${json}: its folder is not there or cannot be written to`);
  }
}

function readCandleFile(file: string, market: MarketCode): CandleColumns {
  if (!existsSync(file)) stop(`${file}: there is no such file`);
  let bytes: Buffer = Buffer.alloc(0);
  try {
    bytes = readFileSync(file);
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) bytes = gunzipSync(bytes);
  } catch (problem) {
    stop(`${file}: ${problem instanceof Error ? problem.message : String(problem)}`);
  }
  const parsed = parseCandleFile(bytes.toString("utf8"), market);
  return parsed.ok ? parsed.value : stop(`${file}:${parsed.fault.line}: ${parsed.fault.problem}`);
}

/** Bundles `evaluate.ts` as the browser's build would, for Node. CommonJS, because the wasm glue asks for `require`. */
async function loadEvaluate(): Promise<typeof evaluate> {
  // One folder a process, so that two may run at once; the engine's chunks are read from it later on.
  const outDir = join(root, `.cache/evaluate-${process.pid}`);
  process.on("exit", () => rmSync(outDir, { recursive: true, force: true }));
  await build({
    configFile: false,
    root,
    logLevel: "error",
    ssr: { noExternal: true, target: "node" },
    build: {
      ssr: join(root, "tools/evaluate.ts"),
      outDir,
      emptyOutDir: true,
      target: "node24",
      rolldownOptions: {
        output: { format: "cjs", entryFileNames: "evaluate.cjs", chunkFileNames: "[name]-[hash].cjs" },
      },
    },
  });
  const bundle = (await import(pathToFileURL(join(outDir, "evaluate.cjs")).href)) as { evaluate: typeof evaluate };
  return bundle.evaluate;
}

function printTable(rows: Record<string, Metrics>): void {
  const cell = (text: string | number) => String(text).padStart(14);
  console.log(["".padEnd(14), ...["MAE bps", "RMSE bps", "direction", "rank corr."].map(cell)].join(""));
  for (const [name, row] of Object.entries(rows)) {
    const figures = [row.maeBps, row.rmseBps, row.directionalAccuracy, row.informationCoefficient];
    console.log([name.padEnd(14), ...figures.map((figure) => cell(figure.toFixed(4)))].join(""));
  }
}

async function main(): Promise<void> {
  const startedMs = performance.now();
  const values = readArguments();
  if (values.help) return console.log(USAGE);
  const { candles: file, market = "", backend = "wasm", json } = values;
  if (file === undefined) return stop("--candles FILE.csv[.gz] is missing; --help shows all options");
  if (!isMarketCode(market)) return stop(`--market ${market}: a market such as KRW-BTC is needed`);
  if ((values.model ?? "mlp") !== "mlp") return stop(`--model ${values.model}: there is only mlp`);
  if (backend !== "wasm" && backend !== "cpu") return stop(`--backend ${backend}: wasm or cpu`);
  if (json !== undefined) checkFolder(json);
  const settings = readSettings(values, market);
  const columns = readCandleFile(file, market);
  const { holes, missingMinutes } = holesOf(columns);
  const rows = columns.openTimeMs.length;
  if (rows > 1 && holes === rows - 1) return stop(`${file}: no two candles are one minute apart`);
  console.log(`${market}: ${rows} candles, ${holes} holes (${missingMinutes} minutes)`);

  const run = await loadEvaluate();
  const done = await run(columns, settings, {
    backend,
    wasmPath,
    onEpoch: ({ epoch, trainLoss, validationLoss }) =>
      console.log(`epoch ${epoch}: loss ${trainLoss.toFixed(5)}, validation ${validationLoss.toFixed(5)}`),
  });
  if (!done.ok) return stop(`${file}: ${done.fault.detail}`);
  const { meta, windows } = done.value;
  const seconds = (performance.now() - startedMs) / 1000;
  printTable({ [meta.family]: meta.metrics, ...meta.baselines });
  console.log(
    `verdict on ${windows.test} test windows: ${meta.verdict} (${seconds.toFixed(1)} s on ${done.value.backend})`,
  );
  if (json === undefined) return;
  const { metrics, baselines, verdict } = meta;
  const report = { rows, holes, missingMinutes, market, settings, windows, backend: done.value.backend };
  writeFileSync(json, `${JSON.stringify({ ...report, metrics, baselines, verdict, seconds }, null, 2)}\n`);
}

await main();
