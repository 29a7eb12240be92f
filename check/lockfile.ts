import { readFileSync, writeFileSync } from "node:fs";

/** The lockfile serves Linux, macOS and Windows users alike. Where a registry lacked a platform's binary on the day of
 *  the install, npm leaves its entry out and `npm ci` fails there: such an entry is put in by name, version and
 *  platform, and npm fetches it when that platform asks. */
type Entry = {
  version?: string;
  optional?: boolean;
  dev?: boolean;
  os?: string[];
  libc?: string[];
  cpu?: string[];
  optionalDependencies?: Record<string, string>;
};
export type Lockfile = { packages: Record<string, Entry> };

const OPERATING_SYSTEMS = [
  "android",
  "darwin",
  "freebsd",
  "linux",
  "openbsd",
  "openharmony",
  "sunos",
  "win32",
  "aix",
  "netbsd",
];
const PROCESSORS = [
  "arm64",
  "x64",
  "ia32",
  "arm",
  "armv7",
  "ppc64",
  "riscv64",
  "s390x",
  "loong64",
  "mips64el",
  "wasm32",
];

/** `owner → package@version` for every optional package that no entry stands for. */
export function missingOptional(lock: Lockfile): { owner: string; name: string; version: string }[] {
  const present = (name: string) => Object.keys(lock.packages).some((path) => path.endsWith(`node_modules/${name}`));
  return Object.entries(lock.packages).flatMap(([owner, { optionalDependencies = {} }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !present(name))
      .map(([name, version]) => ({ owner, name, version })),
  );
}

/** The entry that stands for a binary this registry could not show; its platform is read from its name. */
export function stubFor(name: string, version: string): Entry {
  const parts = name.split("/").at(-1)!.split("-");
  const os = parts.filter((part) => OPERATING_SYSTEMS.includes(part));
  const cpu = parts.filter((part) => PROCESSORS.includes(part)).map((part) => (part === "armv7" ? "arm" : part));
  const libc = parts.some((part) => part.startsWith("musl"))
    ? ["musl"]
    : parts.some((part) => part.startsWith("gnu"))
      ? ["glibc"]
      : [];
  return {
    version,
    optional: true,
    ...(cpu.length > 0 && { cpu }),
    ...(os.length > 0 && { os }),
    ...(libc.length > 0 && { libc }),
  };
}

export function completed(lock: Lockfile): Lockfile {
  const packages = { ...lock.packages };
  for (const { name, version } of missingOptional(lock)) {
    if (!/^\d+\.\d+\.\d+/.test(version)) continue;
    packages[`node_modules/${name}`] = { ...stubFor(name, version), dev: true };
  }
  const sorted = Object.fromEntries(Object.entries(packages).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return { ...lock, packages: sorted };
}

if (import.meta.main) {
  const lock = JSON.parse(readFileSync("package-lock.json", "utf8")) as Lockfile;
  writeFileSync("package-lock.json", `${JSON.stringify(completed(lock), null, 2)}\n`);
}
