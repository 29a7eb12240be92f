import type { MarketCode } from "../../domain/market-code.ts";
import { SECOND_MS } from "../../domain/units.ts";
import type { AutoSession } from "../../domain/wire.ts";
import type { Device } from "./device.ts";
import { placeAutomatic } from "./place-orders.ts";
import { pick, pickDevice, pickMarket, type Trader } from "./trader.ts";

const LEAST_BEAT_MS = 8 * SECOND_MS;
const MOST_BEAT_MS = 40 * SECOND_MS;

/** A browser that takes a market's lease and trades until it is stopped, told that the lease is lost, or falls silent. A
 *  browser that does not believe it goes on a while with what it had. */
export async function runAutomatically(trader: Trader, untilMs: number): Promise<void> {
  const { loop } = trader;
  const device = pickDevice(trader);
  const market = pickMarket(trader);
  const entry = {
    id: trader.newId(),
    market,
    onSilence: pick(loop, ["cancel", "cancel-and-sell"]),
    ...(loop.chance(0.5) ? { takeOver: true } : {}),
  };
  const told =
    (await device.ask("POST /api/auto-sessions", entry)) ?? (await device.ask("POST /api/auto-sessions", entry));
  const { session } = (told?.body ?? {}) as { readonly session?: AutoSession };
  if (!session) return;
  const disbelieves = loop.chance(0.3);
  while (loop.now() < untilMs) {
    await loop.sleep(loop.between(LEAST_BEAT_MS, MOST_BEAT_MS));
    if (loop.chance(0.08)) return;
    const lost = await (loop.chance(0.5) ? beat(device, session) : order(trader, device, { market, session }));
    if (lost && !disbelieves) return;
    if (loop.chance(0.06))
      return void (await device.ask(`POST /api/auto-sessions/${session.id}/end`, { token: session.token }));
  }
}

async function beat(device: Device, { id, token }: AutoSession): Promise<boolean> {
  const told = await device.ask(`POST /api/auto-sessions/${id}/beat`, { token });
  return told?.status === 409;
}

/** Now and then under a token that is older than the session's. */
async function order(
  trader: Trader,
  device: Device,
  { market, session: { id, token } }: { readonly market: MarketCode; readonly session: AutoSession },
): Promise<boolean> {
  const stale = trader.loop.chance(0.1);
  const told = await placeAutomatic(trader, device, market, { id, token: stale ? token - 1 : token });
  return !stale && (told?.body as { readonly type?: string } | null)?.type?.endsWith("lease-lost") === true;
}
