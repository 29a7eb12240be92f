import { readdirSync } from "node:fs";
import { inRoot } from "./root.ts";
import type { BenchLine } from "./bench-line.ts";
import { endWith, readOptions } from "./options.ts";

const names = readdirSync(inRoot("bench"))
  .filter((file) => file.endsWith(".bench.ts"))
  .map((file) => file.replace(/\.bench\.ts$/, ""));
const usage = `usage: npm run bench -- NAME [--json]\nbenchmarks: ${names.join(", ")}`;
const { values, positionals } = readOptions(usage, { json: { type: "boolean", default: false } });
const [name] = positionals;
if (positionals.length !== 1 || !name || !names.includes(name)) endWith(usage);

const { run } = (await import(inRoot("bench", `${name}.bench.ts`))) as { run: () => AsyncIterable<BenchLine> };
for await (const line of run())
  console.log(
    values.json
      ? JSON.stringify(line)
      : `${line.bench} · ${line.metric}: ${line.value.toPrecision(4)} ${line.unit}, ${line.peer}: ${line.peerValue.toPrecision(4)} (ratio ${line.ratio.toPrecision(3)})`,
  );
