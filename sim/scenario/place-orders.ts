import { decimalText, quantityFor, Big } from "../../domain/decimal.ts";
import { roundToTick } from "../../domain/market.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import { SECOND_MS, type DecimalText } from "../../domain/units.ts";
import type { Lease } from "../../domain/wire.ts";
import type { Device, Told } from "./device.ts";
import { lastPrice, pick, pickDevice, pickMarket, remember, type Trader } from "./trader.ts";

/** Distances of limit prices from the last trade in bps; positive costs a buyer more. */
const NEAR = [-8, -3, 0, 3] as const;
const FAR = [-400, -250] as const;
const TAKING = [15, 40, 120] as const;
/** Beyond what the strict limits allow. */
const TOO_DEAR = [350, 600] as const;
const MOST_TRIES = 3;
const LONGEST_PAUSE_MS = 6 * SECOND_MS;

/** Whole won of one order: mostly small, now and then more than the strict limits allow. */
export const amountOf = ({ loop }: Trader): Big =>
  new Big(
    loop.chance(0.06) ? loop.between(900_000, 1_500_000) : loop.between(5_500, loop.chance(0.3) ? 600_000 : 90_000),
  );

/** @param aside how far from the last trade, in bps, against the owner */
export function limitAt(trader: Trader, market: MarketCode, side: "bid" | "ask", aside: number): object {
  const factor = 10_000 + (side === "bid" ? aside : -aside);
  const price = roundToTick("KRW", lastPrice(trader, market).times(factor).div(10_000), side);
  return {
    kind: "limit",
    market,
    side,
    price: decimalText(price),
    volume: decimalText(quantityFor(amountOf(trader), price)),
  };
}

/** Some order, of any kind. */
export function anyRequest(trader: Trader, market = pickMarket(trader)): object {
  const { loop } = trader;
  const side = loop.chance(0.6) ? "bid" : "ask";
  const volume = (): DecimalText => decimalText(quantityFor(amountOf(trader), lastPrice(trader, market)));
  const total = (): DecimalText => decimalText(amountOf(trader));
  const draw = loop.random();
  if (draw < 0.25)
    return side === "bid"
      ? { kind: "market-bid", market, side, total: total() }
      : { kind: "market-ask", market, side, volume: volume() };
  if (draw < 0.32)
    return side === "bid"
      ? { kind: "best-bid", market, side, total: total(), timeInForce: "ioc" }
      : { kind: "best-ask", market, side, volume: volume(), timeInForce: "ioc" };
  if (draw < 0.4) return { ...limitAt(trader, market, side, pick(loop, FAR)), timeInForce: "post_only" };
  if (draw < 0.48)
    return { ...limitAt(trader, market, side, pick(loop, TAKING)), timeInForce: pick(loop, ["ioc", "fok"]) };
  if (draw < 0.52) return limitAt(trader, market, side, pick(loop, TOO_DEAR));
  return limitAt(trader, market, side, pick(loop, loop.chance(0.3) ? FAR : loop.chance(0.5) ? NEAR : TAKING));
}

/** Sends an entry under its idempotency key, and again under the same key as long as no answer comes. */
export async function submit(
  trader: Trader,
  device: Device,
  entry: { readonly idempotencyKey: string },
): Promise<Told | null> {
  trader.entries.set(entry.idempotencyKey, entry);
  for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
    const told = remember(trader, await device.ask("POST /api/orders", entry));
    if (told && told.status < 500) return told;
    await trader.loop.sleep(trader.loop.between(0, LONGEST_PAUSE_MS));
  }
  return null;
}

export async function placeManual(trader: Trader): Promise<void> {
  const { loop } = trader;
  const entry = { idempotencyKey: trader.newId(), origin: "manual", request: anyRequest(trader) } as const;
  const shorter = loop.chance(0.15) ? { ...entry, validForMs: loop.between(1_000, 20_000) } : entry;
  const device = pickDevice(trader);
  if (loop.chance(0.25)) {
    // A double click, on one browser or on both.
    await Promise.all([submit(trader, device, shorter), submit(trader, pickDevice(trader), shorter)]);
    return;
  }
  await submit(trader, device, shorter);
  if (loop.chance(0.1)) await submit(trader, pickDevice(trader), shorter);
  if (loop.chance(0.1)) await submit(trader, device, { ...entry, request: anyRequest(trader) } as never);
}

/** An automatic order, under the lease that is shown. */
export const placeAutomatic = (
  trader: Trader,
  device: Device,
  market: MarketCode,
  lease: Lease,
): Promise<Told | null> =>
  submit(trader, device, {
    idempotencyKey: trader.newId(),
    origin: "auto",
    request: anyRequest(trader, market),
    lease,
  } as never);

export async function cancelSome(trader: Trader): Promise<void> {
  if (trader.orders.size === 0) return;
  // Mostly what came last: the rest is closed.
  const orders = [...trader.orders].slice(-6);
  remember(trader, await pickDevice(trader).ask(`POST /api/orders/${pick(trader.loop, orders)}/cancel`));
}

export async function look(trader: Trader): Promise<void> {
  const device = pickDevice(trader);
  if (trader.orders.size === 0 || trader.loop.chance(0.5)) remember(trader, await device.ask("GET /api/orders"));
  else remember(trader, await device.ask(`GET /api/orders/${pick(trader.loop, [...trader.orders].slice(-6))}`));
}
