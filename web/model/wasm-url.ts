/** Address of the wasm backend's file in the built app; it is fetched when a training needs it and not before. */
export { default as wasmUrl } from "@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url";
