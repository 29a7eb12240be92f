import { readFileSync } from "node:fs";
import { fail, ok, type Result } from "../domain/result.ts";

/** A file of JSON. A fault is one line that names the file, and where its text is broken line and column. */
export function readJsonFile(file: string): Result<unknown, string> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    return fail(`${file}: cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  try {
    return ok(JSON.parse(text));
  } catch {
    const before = text.slice(0, brokenAt(text)).split("\n");
    const place = `${file}:${before.length}:${before.at(-1)!.length + 1}`;
    return fail(`${place}: cannot be read: this is where it stops being JSON`);
  }
}

const SPACE = /[\t\n\r ]*/y;
const TOKEN =
  /[{}[\],:]|"(?:[ !#-[\]-\u{10ffff}]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/uy;

type Expected = "value" | "value or end" | "key" | "key or end" | "colon" | "comma or end" | "nothing";

/** Where a text stops being JSON; its length where more is missing. The parser itself tells no place for some errors. */
function brokenAt(text: string): number {
  const open: ("{" | "[")[] = [];
  let expected: Expected = "value";
  for (let at = 0; ;) {
    SPACE.lastIndex = at;
    at += SPACE.exec(text)![0].length;
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.[0];
    const next: Expected | null = token === undefined ? null : after(expected, token, open);
    if (token === undefined || next === null) return at;
    at += token.length;
    expected = next;
  }
}

/** What may follow a token that came where `expected` was, null where it may not come; `open` is kept in step. */
function after(expected: Expected, token: string, open: ("{" | "[")[]): Expected | null {
  const valueEnded = (): Expected => (open.length > 0 ? "comma or end" : "nothing");
  const inside = open.at(-1);
  if (token === "}" || token === "]") {
    const opened = token === "}" ? "{" : "[";
    const empty = opened === "{" ? "key or end" : "value or end";
    if (inside !== opened || (expected !== "comma or end" && expected !== empty)) return null;
    open.pop();
    return valueEnded();
  }
  if (expected === "key" || expected === "key or end") return token.startsWith('"') ? "colon" : null;
  if (expected === "colon") return token === ":" ? "value" : null;
  if (expected === "comma or end") return token === "," ? (inside === "{" ? "key" : "value") : null;
  if (expected === "nothing" || token === "," || token === ":") return null;
  if (token === "{" || token === "[") {
    open.push(token);
    return token === "{" ? "key or end" : "value or end";
  }
  return valueEnded();
}
