import * as v from "valibot";
import { ok, type Result } from "../../domain/result.ts";
import { refuse, type RelayFault } from "../faults.ts";

/** Largest body of an ordinary request; the largest of them is a few hundred bytes. */
const BODY_BYTES = 64 * 1024;

/** Reads a JSON body and checks it. What was sent is never repeated in the fault: it may hold a secret. */
export async function readBody<Schema extends v.GenericSchema>(
  request: Request,
  schema: Schema,
  limitBytes: number = BODY_BYTES,
): Promise<Result<v.InferOutput<Schema>, RelayFault>> {
  const kind = request.headers.get("Content-Type")?.split(";")[0]?.trim().toLowerCase();
  if (kind !== "application/json") return refuse("bad-input", "The body must be application/json.", "content-type");
  const text = await readText(request, limitBytes);
  if (text === null) return refuse("too-large", `The body is larger than ${limitBytes} bytes.`);
  const read = v.safeParse(schema, parseJson(text));
  if (read.success) return ok(read.output);
  const field = v.getDotPath(read.issues[0]) ?? "body";
  return refuse("bad-input", `A field is missing or malformed: ${field}.`, field);
}

/** @returns null when there is more than the limit, whatever the length header said */
async function readText(request: Request, limitBytes: number): Promise<string | null> {
  if (Number(request.headers.get("Content-Length") ?? 0) > limitBytes) return null;
  if (!request.body) return "";
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.byteLength;
    if (size > limitBytes) return null;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
