import type { ModelMeta, PublishedModel } from "../../domain/wire.ts";

/** A model as it lies in the store: meta and one flat vector of little-endian float32. */
export type Artifact = { readonly meta: ModelMeta; readonly weights: ArrayBuffer };

/** Bytes that fit `String.fromCharCode`'s argument list everywhere. */
const CHUNK = 0x2000;

/** Every machine that runs a browser or Node is little-endian, so a Float32Array's bytes are the format. Rule M9. */
export function toPublished({ meta, weights }: Artifact): PublishedModel {
  const bytes = new Uint8Array(weights);
  let text = "";
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return { meta, weights: btoa(text) };
}

/** @param published parsed by `PublishedModelSchema`: its weights are valid base64 */
export function fromPublished({ meta, weights }: PublishedModel): Artifact {
  const bytes = Uint8Array.from(atob(weights), (letter) => letter.charCodeAt(0));
  return { meta, weights: bytes.buffer };
}
