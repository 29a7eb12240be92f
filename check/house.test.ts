import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { forbidden, importsOf, inspectImports, reachedFrom, sourceFiles } from "./house.ts";

/** Longest file before it must be redesigned; tests and data tables included. Source: the house, "Names and sizes". */
const MOST_LINES = 400;

describe("the house", () => {
  const files = sourceFiles();

  it("imports only along the arrows of the table", () => {
    const { seen, faults } = inspectImports(files);
    expect(seen).toBeGreaterThan(100);
    expect(faults).toEqual([]);
  });

  it("sees every spelling of an import and refuses a forbidden arrow", () => {
    const text = `import { a } from "../../relay/app.ts";\nimport "../ui/app.tsx";\nconst b = import("hono");\nexport { c } from "../features/x.ts";\n`;
    const seen = importsOf("web/store/x.ts", text);
    expect(seen).toHaveLength(4);
    expect(seen.map(forbidden).every((why) => why !== null)).toBe(true);
    expect(forbidden({ file: "web/model/x.ts", line: 1, target: "../features/windows.ts" })).toBeNull();
  });

  it("reaches WebCrypto through one file of the relay, so that a simulation can stand in for it", () => {
    const port = "relay/web-crypto.ts";
    const uses = files
      .filter((file) => file.startsWith("relay/") && !/\.test\.ts$|\/testing\//.test(file))
      .filter((file) => /\bsubtle\b|from "jose|from "@block65/.test(readFileSync(file, "utf8")));
    expect(uses).toEqual([port]);
  });

  it("verifies tokens at the exchange with none of the code that signs them at the relay", () => {
    const verifier = reachedFrom(["emulator/gate/authorize.ts", "emulator/rest/request.ts"]);
    const signer = reachedFrom(["relay/upbit/sign.ts", "relay/upbit/query-text.ts"]);
    expect([...verifier]).toContain("node:crypto");
    expect(signer.size).toBeGreaterThan(3);
    expect([...signer].filter((file) => verifier.has(file))).toEqual([]);
  });

  it("keeps files short enough to read in one sitting", () => {
    const long = files.filter((file) => readFileSync(file, "utf8").split("\n").length > MOST_LINES);
    expect(long).toEqual([]);
  });

  it("has a test for every promise and a promise for every cited rule", () => {
    const rules = new Set(
      [...readFileSync("docs/RULES.md", "utf8").matchAll(/^\| ([A-Z]\d+) \|/gm)].map((row) => row[1]!),
    );
    const sources = files.map((file) => ({ file, text: readFileSync(file, "utf8") }));
    const tests = sources.filter(({ file }) => /\.(test|spec)\.tsx?$/.test(file));
    const tested = new Set(tests.flatMap(({ text }) => [...text.matchAll(/\[([A-Z]\d+)\]/g)].map((cite) => cite[1]!)));
    const cited = new Set(
      sources.flatMap(({ text }) => [...text.matchAll(/Rules? ([CFMTRXK]\d+)/g)].map((cite) => cite[1]!)),
    );
    expect(rules.size).toBeGreaterThan(10);
    expect([...rules].filter((rule) => !tested.has(rule))).toEqual([]);
    expect([...tested, ...cited].filter((rule) => !rules.has(rule))).toEqual([]);
  });
});
