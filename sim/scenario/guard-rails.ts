import { STRICT_LIMITS, type Limits } from "../../domain/limits.ts";
import { verifierOf } from "./template.ts";
import { pick, pickDevice, type Trader } from "./trader.ts";

/** Stricter in one way or another; what is looser again only waits. */
export async function changeLimits(trader: Trader): Promise<void> {
  const { loop } = trader;
  const change: Partial<Limits> = pick(loop, [
    { largestOrderKrw: loop.between(20_000, 700_000) },
    { ordersPerMinute: loop.between(1, 3) },
    { ordersPerDay: loop.between(1, 4) },
    { exposureKrw: loop.between(100_000, 1_500_000) },
    { priceDistanceBps: 50 as const },
    { markets: STRICT_LIMITS.markets.slice(0, 1) },
  ]);
  await pickDevice(trader).ask("PUT /api/limits", { ...STRICT_LIMITS, ...change });
}

export const halt = async (trader: Trader): Promise<void> => void (await pickDevice(trader).ask("POST /api/halt"));

export async function liftHalt(trader: Trader): Promise<void> {
  const device = pickDevice(trader);
  await device.ask("POST /api/re-authenticate", { verifier: verifierOf(trader.account.name) });
  await device.ask("DELETE /api/halt");
}
