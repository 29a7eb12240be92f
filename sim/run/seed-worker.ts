import { isMainThread, parentPort, workerData } from "node:worker_threads";
import { assert } from "../../domain/assert.ts";
import { makeTemplate } from "../scenario/template.ts";
import { checkSeed, type Checked, type Task } from "./check-seed.ts";

/** One thread of many: a seed comes in, what became of it goes out. */
const port = parentPort;
assert(!isMainThread && port, "runs as a worker");
const template = await makeTemplate();
const task = workerData as Omit<Task, "seed">;
port.on("message", (seed: number) => {
  void checkSeed(template, { ...task, seed }).then((checked: Checked) => port.postMessage(checked));
});
port.postMessage(null);
