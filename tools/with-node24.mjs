// The first script that runs: plain JavaScript for Node 20. It brings Node 24 and the locked packages, then goes on
// under Node 24 with the script named on its command line.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const NODE_VERSION = "24.21.0";
const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const [script, ...args] = process.argv.slice(2);

function stop(sentence) {
  console.error(sentence);
  process.exit(1);
}

/** The folder of a Node ≥ 24: the one that runs this, or one from npm's registry (the same binary, no install script). */
function nodeFolder() {
  if (Number(process.versions.node.split(".")[0]) >= 24) return dirname(process.execPath);
  const platform = process.platform === "win32" ? "win" : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const home = join(root, ".node24");
  const folder = join(home, "node_modules", name, "bin");
  const binary = join(folder, process.platform === "win32" ? "node.exe" : "node");
  if (!existsSync(binary)) {
    console.error(`Fetching Node ${NODE_VERSION} (this machine's is ${process.versions.node}) …`);
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, "package.json"), '{"private":true}\n');
    const install = ["install", "--prefix", home, "--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
    const done = npm([...install, `${name}@${NODE_VERSION}`], process.env);
    if (done.status !== 0 || !existsSync(binary))
      stop(
        `Node 24 could not be fetched for ${process.platform} ${process.arch}: install Node 24 or newer and run this again.`,
      );
  }
  return folder;
}

function npm(parameters, env) {
  return spawnSync("npm", parameters, { cwd: root, env, stdio: "inherit", shell: process.platform === "win32" });
}

/** `npm ci`, only when the lockfile is not the one that node_modules was made from. Under Node 24, because npm leaves
 *  out optional native packages that its own Node is too old for. */
function installPackages(env) {
  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  const mark = join(root, "node_modules", ".observator-lock");
  if (existsSync(mark) && readFileSync(mark, "utf8") === lock) return;
  console.error("Installing packages …");
  const done = npm(["ci", "--no-audit", "--no-fund", "--loglevel=error"], env);
  if (done.status !== 0) stop("The packages could not be installed: check the network and run this again.");
  writeFileSync(mark, lock);
}

if (!script) stop("usage: node tools/with-node24.mjs SCRIPT [ARGUMENTS]");
const folder = nodeFolder();
const env = { ...process.env, PATH: [folder, join(root, "node_modules", ".bin"), process.env.PATH].join(delimiter) };
installPackages(env);
const child = spawn(join(folder, "node"), ["--disable-warning=ExperimentalWarning", join(root, script), ...args], {
  cwd: root,
  env,
  stdio: "inherit",
});
// The terminal sends its signal to the child as well; this process only waits for the child's own end.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
