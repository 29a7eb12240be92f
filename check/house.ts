import { readFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { dirname, join, normalize } from "node:path";
import { ROOMS, TEST_PACKAGES, type Room } from "./rooms.ts";

/** One import as it stands in a file. */
export type Import = { readonly file: string; readonly line: number; readonly target: string };

const STATEMENT =
  /(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s*["']([^"']+)["']|(?:^|\n)\s*import\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/g;

/** Every TypeScript file that git tracks or would track, from the project's root. */
export function sourceFiles(): string[] {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { encoding: "utf8" });
  return listed.split("\n").filter((file) => /\.(ts|tsx|mts)$/.test(file) && !file.endsWith(".d.ts"));
}

export function importsOf(file: string, text: string): Import[] {
  return [...text.matchAll(STATEMENT)].map((match) => ({
    file,
    line: text.slice(0, match.index).split("\n").length + 1,
    target: (match[1] ?? match[2] ?? match[3])!,
  }));
}

/** Name of the room a file stands in, by the longest folder that holds it, or null for the root's own files. */
export function roomOf(file: string): string | null {
  const tested = file.replace(/\.test(\.tsx?)$/, "$1");
  const inside = (room: Room) => tested === room.folder || file.startsWith(`${room.folder}/`);
  const rooms = Object.entries(ROOMS as Record<string, Room>).filter(([, room]) => inside(room));
  rooms.sort(([, a], [, b]) => b.folder.length - a.folder.length);
  return rooms[0]?.[0] ?? null;
}

/** Why an import is not allowed, with the cure, or null. */
export function forbidden({ file, target }: Import): string | null {
  const name = roomOf(file);
  if (name === null)
    return /^[^/]+\.ts$/.test(file) ? null : `${file} stands in no room: move it into one of check/rooms.ts`;
  const room = (ROOMS as Record<string, Room>)[name]!;
  const bare = target.replace(/\?.*$/, "");
  if (!bare.startsWith(".")) {
    if (bare.startsWith("virtual:")) return null;
    const allowed = room.packages === "any" ? null : [...room.packages, ...(isTest(file) ? TEST_PACKAGES : [])];
    const fits = (entry: string) =>
      entry.endsWith(":") ? bare.startsWith(entry) : bare === entry || bare.startsWith(`${entry}/`);
    return allowed === null || allowed.some(fits) ? null : `${name} may not use the package ${bare}`;
  }
  const reached = normalize(join(dirname(file), bare));
  const other = roomOf(reached);
  if (other === null) return /\.(json|css|svg|po)$/.test(reached) ? null : `${reached} stands in no room`;
  if (other === name || room.mayImport.includes(other)) return null;
  return `${name} may not import ${other} (${reached}): see the table in check/rooms.ts`;
}

/** Tests and what only they use. */
const isTest = (file: string): boolean => /\.(test|spec)\.tsx?$|\/testing\//.test(file);

/** Faults found in the whole tree, and how many imports were read: a check that saw none proves nothing. */
export function inspectImports(files: readonly string[]): { seen: number; faults: string[] } {
  const all = files.flatMap((file) => importsOf(file, readFileSync(file, "utf8")));
  const faults = all.flatMap((entry) => {
    const why = forbidden(entry);
    return why === null ? [] : [`${entry.file}:${entry.line} ${why}`];
  });
  return { seen: all.length, faults };
}

/** Every file that some files reach by their imports, themselves included, and the packages (`node:crypto`, `jose`). */
export function reachedFrom(files: readonly string[]): Set<string> {
  const reached = new Set<string>();
  const waiting = [...files];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    if (!/\.tsx?$/.test(file)) continue;
    for (const { target } of importsOf(file, readFileSync(file, "utf8"))) {
      const bare = target.replace(/\?.*$/, "");
      waiting.push(bare.startsWith(".") ? normalize(join(dirname(file), bare)) : bare);
    }
  }
  return reached;
}
