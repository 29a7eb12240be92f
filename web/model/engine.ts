import "@tensorflow/tfjs-core/dist/register_all_gradients.js";
import * as tf from "@tensorflow/tfjs-core";
import type { Fault } from "../../domain/fault.ts";
import { fail, ok, type Result } from "../../domain/result.ts";

export type BackendName = "webgpu" | "wasm" | "cpu";
export type BackendChoice = "auto" | BackendName;

/** What is in use, for the screens and for the code that feeds it. */
export type Engine = {
  readonly name: BackendName;
  /** The adapter's own words, only on webgpu. */
  readonly adapter: string | null;
  /** Where windows are cut out of the matrix: on the device by index, or on the host batch by batch. The host is 1.4
   *  times faster where the backend's memory is the host's own. */
  readonly windows: "device" | "host";
};

/** A WebGPU adapter as the browser describes it; `software` when it renders on the CPU. */
export type AdapterProbe = { readonly description: string; readonly software: boolean };
export type AdapterSource = {
  requestAdapter(options?: { powerPreference?: "high-performance" }): Promise<GpuAdapter | null>;
};
type GpuAdapter = {
  readonly info?: {
    readonly vendor?: string;
    readonly architecture?: string;
    readonly description?: string;
    readonly isFallbackAdapter?: boolean;
  };
  readonly isFallbackAdapter?: boolean;
};

/** Backends to try, in order. A software adapter is slower than wasm and is taken only when it was asked for by name;
 *  webgl is not in the list because its 16-bit epsilon makes Adam diverge. Rule M6. */
export function backendOrder(choice: BackendChoice, adapter: AdapterProbe | null): BackendName[] {
  if (choice === "cpu") return ["cpu"];
  const gpuFits = adapter !== null && (choice === "webgpu" || (choice === "auto" && !adapter.software));
  return gpuFits ? ["webgpu", "wasm", "cpu"] : ["wasm", "cpu"];
}

/** Asks the browser itself: without an adapter tfjs's setBackend("webgpu") merely returns false. */
export async function probeAdapter(gpu: AdapterSource | undefined): Promise<AdapterProbe | null> {
  const adapter = await gpu?.requestAdapter({ powerPreference: "high-performance" }).catch(() => null);
  if (!adapter) return null;
  const { vendor = "", architecture = "", description = "", isFallbackAdapter } = adapter.info ?? {};
  const words = [vendor, architecture, description].filter((word) => word !== "");
  return {
    description: words.length > 0 ? words.join(" ") : "unnamed adapter",
    software: isFallbackAdapter ?? adapter.isFallbackAdapter ?? false,
  };
}

/** Opens the first backend that really runs; the answer names the one in use.
 *  @param options `wasmUrl`: address (browser) or path (Node) of the SIMD wasm file; without it wasm is not tried */
export async function openEngine(
  choice: BackendChoice,
  options: { readonly wasmUrl?: string; readonly gpu?: AdapterSource | undefined },
): Promise<Result<Engine, Fault>> {
  const adapter = choice === "auto" || choice === "webgpu" ? await probeAdapter(options.gpu) : null;
  for (const name of backendOrder(choice, adapter)) {
    if (!(await loadBackend(name, options.wasmUrl))) continue;
    const accepted = await tf.setBackend(name).catch(() => false);
    if (!accepted || tf.getBackend() !== name) continue;
    await tf.ready();
    const onDevice = name === "webgpu";
    return ok({
      name,
      adapter: onDevice ? (adapter?.description ?? null) : null,
      windows: onDevice ? "device" : "host",
    });
  }
  return fail({ type: "internal", kind: "stop", detail: "No computing backend could be started." });
}

/** tfjs wants an address for each of its builds; the SIMD one runs in every browser that has WebGPU or ES2024. */
const WASM_FILES = [
  "tfjs-backend-wasm.wasm",
  "tfjs-backend-wasm-simd.wasm",
  "tfjs-backend-wasm-threaded-simd.wasm",
] as const;

/** Backends register themselves with the core when they are imported; each is fetched only when it is tried. */
async function loadBackend(name: BackendName, wasmUrl: string | undefined): Promise<boolean> {
  if (name === "cpu") await import("@tensorflow/tfjs-backend-cpu");
  if (name === "webgpu") await import("@tensorflow/tfjs-backend-webgpu");
  if (name === "wasm") {
    if (wasmUrl === undefined) return false;
    const wasm = await import("@tensorflow/tfjs-backend-wasm");
    // The threaded build hangs in a minified worker under COOP and COEP.
    tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
    // A second training in the same worker finds the backend initialised: its path can no longer change.
    if (tf.findBackend("wasm") === null)
      wasm.setWasmPaths(Object.fromEntries(WASM_FILES.map((file) => [file, wasmUrl])));
  }
  return true;
}
