import { exchangeKst } from "../../domain/time.ts";
import { epochMs, MINUTE_MS, SECOND_MS } from "../../domain/units.ts";
import type { Reservation } from "../../domain/wire.ts";
import { anyRequest } from "./place-orders.ts";
import { pick, pickDevice, pickMarket, remember, type Trader } from "./trader.ts";

const WINDOWS_MS = [MINUTE_MS, 2 * MINUTE_MS, 10 * MINUTE_MS] as const;

function anyPlan(trader: Trader): object {
  const { loop } = trader;
  const nowMs = loop.now();
  const soonMs = nowMs + loop.between(-5, 150) * SECOND_MS;
  const at = exchangeKst(epochMs(soonMs + MINUTE_MS)).slice(11, 16);
  const schedule = loop.chance(0.7)
    ? { every: "once", atMs: soonMs }
    : pick(loop, [
        { every: "day", at },
        { every: "week", on: loop.between(0, 6), at },
        { every: "month", on: "last", at },
      ]);
  const market = pickMarket(trader);
  const share = { market, shareBps: loop.between(1, 3_000) };
  const request = loop.chance(0.3)
    ? pick(loop, [
        { kind: "market-bid", side: "bid", ...share },
        { kind: "market-ask", side: "ask", ...share },
      ])
    : anyRequest(trader, market);
  return { request, schedule, windowMs: pick(loop, WINDOWS_MS) };
}

export async function reserve(trader: Trader): Promise<void> {
  const entry = { idempotencyKey: trader.newId(), ...anyPlan(trader) };
  const ask = async () => {
    const told = await pickDevice(trader).ask("POST /api/reservations", entry);
    const { reservation } = (told?.body ?? {}) as { readonly reservation?: Reservation };
    if (reservation) trader.reservations.add(reservation.id);
    return told;
  };
  const [told] = await Promise.all(trader.loop.chance(0.2) ? [ask(), ask()] : [ask()]);
  if (told === null) await ask();
}

export async function changeReservation(trader: Trader): Promise<void> {
  const { loop } = trader;
  if (trader.reservations.size === 0) return;
  const path = `/api/reservations/${pick(loop, [...trader.reservations])}`;
  const device = pickDevice(trader);
  const draw = loop.random();
  if (draw < 0.3) await device.ask(`PUT ${path}`, anyPlan(trader));
  else if (draw < 0.5) await device.ask(`POST ${path}/cancel`);
  else if (draw < 0.7) await device.ask(`POST ${path}/pause`);
  else if (draw < 0.9) await device.ask(`POST ${path}/resume`);
  else remember(trader, await device.ask("GET /api/reservations"));
}
