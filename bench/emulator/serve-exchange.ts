import type { MarketCode } from "../../domain/market-code.ts";
import { startEmulator } from "../../emulator/start-emulator.ts";
import { cpuSeconds } from "./child.ts";

/** Child: the exchange. Arguments: markets, speed, how much faster its wall clock runs than the real one. A fast wall
 *  clock lets the limits refill as fast, so that serving is measured and not refusing; market time is slowed in turn. */
const [markets, speed, haste] = process.argv.slice(2) as [string, string, string];
const beganMs = Date.now();
const wallNow = () => beganMs + Math.floor(performance.now() * Number(haste));
const emulator = await startEmulator(
  { synthetic: markets.split(",") as MarketCode[], seed: 1, speed: Number(speed) / Number(haste) },
  wallNow,
);
const { accounts, clock } = emulator.world;
// Orders of a benchmark are about their way, not about money running out.
for (const currency of ["KRW", "XRP"])
  accounts.fund("demo/main", { currency, amount: "100000000000", nowMs: clock.now() });
const { rest, ws, accessKey, secretKey } = emulator;
process.send!({ rest, ws, accessKey, secretKey });
process.on("message", () => {
  const nowMs = emulator.world.clock.now();
  process.send!({ cpuSeconds: cpuSeconds(), marketMs: nowMs, memoryBytes: process.memoryUsage().rss });
});
// It ends with the benchmark, also when that failed.
process.once("disconnect", () => process.exit());
