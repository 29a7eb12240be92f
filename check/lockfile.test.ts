import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { completed, missingOptional, type Lockfile } from "./lockfile.ts";

const lock = JSON.parse(readFileSync("package-lock.json", "utf8")) as Lockfile & {
  packages: Record<string, { resolved?: string }>;
};

describe("the lockfile", () => {
  it("has an entry for every platform's binary (cure: node check/lockfile.ts)", () => {
    const pinned = missingOptional(lock).filter(({ version }) => /^\d/.test(version));
    expect(Object.keys(lock.packages).length).toBeGreaterThan(300);
    expect(pinned).toEqual([]);
  });

  it("names no registry host", () => {
    const hosts = Object.values(lock.packages).flatMap((entry) => (entry.resolved ? [entry.resolved] : []));
    expect(hosts).toEqual([]);
  });

  it("is mended by an entry with the platform of its name", () => {
    const broken: Lockfile = {
      packages: { "node_modules/a": { optionalDependencies: { "@a/binding-linux-arm64-musl": "1.2.3" } } },
    };
    expect(completed(broken).packages["node_modules/@a/binding-linux-arm64-musl"]).toMatchObject({
      version: "1.2.3",
      os: ["linux"],
      cpu: ["arm64"],
      libc: ["musl"],
      optional: true,
    });
  });
});
