import { randomInt, randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../../domain/units.ts";
import { onEnd } from "../closing.ts";
import { freePort, freshFolder, removeFolder, startExchange } from "../running-product.ts";
import { accountsFile, askRelay, callRelay, joinRelay, newKey, ordersAtExchange } from "./member.ts";
import type { Member, Side, Wanted } from "./member.ts";
import { pause, pokeCron, startRelay, type RelayProcess } from "./relay-process.ts";

/** Reservations of one member: below the ten buys a minute and the sales that strict limits allow. */
const A_MEMBER = 10;
const POKERS = 4;
const MARKET = "KRW-XRP";
/** Orders by hand while the reservations fire, each repeated under its own key until it is answered. */
const MANUAL_MEMBERS = 4;
const MANUAL_ORDERS = 5;
/** What stays open for so long is lost: leases (90 s) and questions (60 s) are over many times. */
const LOST_AFTER_MS = 10 * MINUTE_MS;
/** A limit order may be sent for a minute after it was written down; the first question comes after 25 s. */
const STILL_IN_TIME_MS = 30 * SECOND_MS;

export type RoundResult = {
  readonly reservations: number;
  readonly manual: number;
  readonly kills: number;
  /** Orders that stood at the exchange when the relay was killed. */
  readonly placedAtKill: readonly number[];
  /** From the kill to the first answer of the relay after it. */
  readonly downMs: readonly number[];
  /** Wanted orders that stand at the exchange more than once. */
  readonly twice: readonly string[];
  /** Orders there that nobody wanted. */
  readonly strange: readonly string[];
  /** Wanted orders that stand nowhere, though the relay was back in time. */
  readonly lost: readonly string[];
  /** Wanted orders that expired, unsent and told so, because the relay was away for longer than they are valid. */
  readonly expired: readonly string[];
  /** Orders about which relay and exchange say different things. */
  readonly disagreed: readonly string[];
};

/** Many reservations due at one moment, several crons, orders by hand; the relay is killed at random moments while it
 *  fires and started again on what is left of it. Afterwards the exchange is asked what stands there. */
export async function killRound(count: number, kills: number): Promise<RoundResult> {
  const folder = freshFolder();
  onEnd(async () => removeFolder(folder));
  const keys = Array.from({ length: Math.ceil(count / A_MEMBER) }, newKey);
  const accounts = join(folder, "accounts.json");
  writeFileSync(accounts, accountsFile(keys));
  const exchange = await startExchange("--synthetic", MARKET, "--accounts", accounts);
  onEnd(() => exchange.stop());
  const place = { folder, port: await freePort(), exchange };
  let relay = await startRelay(place);
  onEnd(() => relay.kill());

  const members: Member[] = [];
  for (const [at, key] of keys.entries()) members.push(await joinRelay(relay.address, `member${at}`, key));
  const prices = await pricesFarAway(exchange.rest);
  const reserved = Array.from({ length: count }, (_, at) => wanted(members[at % members.length]!, at, prices));
  const { marketMs } = (await (await fetch(`${exchange.rest}/emulator/clock`)).json()) as { marketMs: number };
  for (const one of reserved) await reserve(relay.address, one, marketMs + HOUR_MS);
  await advanceMarket(exchange.control, HOUR_MS + MINUTE_MS);

  const endPoking = pokeCron(() => relay.address, POKERS);
  onEnd(endPoking);
  const byHand = members
    .slice(0, MANUAL_MEMBERS)
    .map((member, at) => manualOrders(() => relay.address, member, [at, prices]));
  const [placedAtKill, downMs]: [number[], number[]] = [[], []];
  for (let kill = 1; kill <= kills; kill++) {
    // Somewhere between the first and the last, later each time.
    const share = (kill - 1 + randomInt(10, 90) / 100) / kills;
    placedAtKill.push(await untilPlaced(exchange.control, Math.ceil(count * 0.8 * share)));
    await pause(randomInt(0, 40));
    const killedMs = Date.now();
    await relay.kill();
    relay = await startRelay(place);
    downMs.push(Date.now() - killedMs);
  }
  const manual = (await Promise.all(byHand)).flat();
  await untilSettled(relay, members);
  await endPoking();
  const compared = await compare(relay.address, exchange.rest, [...reserved, ...manual]);
  const inTime = downMs.every((ms) => ms < STILL_IN_TIME_MS);
  return {
    reservations: count,
    manual: manual.length,
    kills,
    placedAtKill,
    downMs,
    ...compared,
    lost: [...compared.lost, ...(inTime ? compared.expired : [])],
    expired: inTime ? [] : compared.expired,
  };
}

type Prices = Readonly<Record<Side, number>>;

/** Prices at which an order rests, two digits long: on any tick grid. */
async function pricesFarAway(rest: string): Promise<Prices> {
  const [ticker] = (await (await fetch(`${rest}/v1/ticker?markets=${MARKET}`)).json()) as [{ trade_price: number }];
  const twoDigits = (price: number, round: (value: number) => number) => {
    const grain = 10 ** (Math.floor(Math.log10(price)) - 1);
    return round(price / grain) * grain;
  };
  return { bid: twoDigits(ticker.trade_price * 0.8, Math.floor), ask: twoDigits(ticker.trade_price * 1.3, Math.ceil) };
}

/** About 10,000 won, half buys and half sales, each with a volume of its own. */
function wanted(member: Member, at: number, prices: Prices): Wanted {
  const side = at % 2 === 0 ? "bid" : "ask";
  const price = String(Number(prices[side].toPrecision(2)));
  return { member, side, price, volume: `${Math.ceil(10_000 / prices[side])}.${String(at + 1).padStart(8, "0")}` };
}
const requestOf = ({ side, price, volume }: Wanted) => ({ kind: "limit", market: MARKET, side, price, volume });

async function reserve(address: string, one: Wanted, atMs: number): Promise<void> {
  const schedule = { every: "once", atMs };
  const entry = { idempotencyKey: randomUUID(), request: requestOf(one), schedule, windowMs: HOUR_MS };
  await askRelay(address, one.member.cookie, ["POST", "/api/reservations", entry]);
}

/** A person who sells by hand, and presses again whenever no answer came. */
async function manualOrders(
  address: () => string,
  member: Member,
  [at, prices]: readonly [number, Prices],
): Promise<readonly Wanted[]> {
  const orders = Array.from({ length: MANUAL_ORDERS }, (_, nth) =>
    wanted(member, 100_001 + 2 * (at * 100 + nth), prices),
  );
  for (const one of orders) {
    const entry = { idempotencyKey: randomUUID(), origin: "manual", request: requestOf(one) };
    for (;;) {
      const answer = await callRelay(address(), member.cookie, ["POST", "/api/orders", entry]).catch(() => null);
      if (answer && answer.status < 300) break;
      if (answer && answer.status !== 429) throw new Error(`an order by hand: ${JSON.stringify(answer.body)}`);
      await pause(300);
    }
    await pause(randomInt(100, 900));
  }
  return orders;
}

async function advanceMarket(control: string, advanceMs: number): Promise<void> {
  const answer = await fetch(`${control}/clock`, { method: "POST", body: JSON.stringify({ advanceMs }) });
  if (!answer.ok) throw new Error(await answer.text());
}

/** Waits until so many orders stand at the exchange; if that takes long, the rest waits for leases, also a good moment. */
async function untilPlaced(control: string, count: number): Promise<number> {
  const untilMs = Date.now() + 45 * SECOND_MS;
  for (;;) {
    const { orders } = (await (await fetch(`${control}/state`)).json()) as { orders: { kept: number } };
    if (orders.kept >= count || Date.now() > untilMs) return orders.kept;
    await pause(10);
  }
}

type Run = {
  readonly state: string;
  readonly refusal: string | null;
  readonly order: { readonly state: string; readonly identifier: string } | null;
};
const AT_EXCHANGE: readonly string[] = ["accepted", "filled", "cancelled"];
const OPEN = ["reserved", "claimed", "sending", "unknown"];

async function ownOrders(address: string, { cookie }: Member) {
  const reservations = await askRelay(address, cookie, ["GET", "/api/reservations"]);
  const orders = await askRelay(address, cookie, ["GET", "/api/orders"]);
  return {
    runs: (reservations.body as { reservations: { runs: Run[] }[] }).reservations.flatMap(({ runs }) => runs),
    orders: (orders.body as { orders: { state: string; identifier: string }[] }).orders,
  };
}

async function untilSettled({ address }: RelayProcess, members: readonly Member[]): Promise<void> {
  const untilMs = Date.now() + LOST_AFTER_MS;
  let waiting = [...members];
  while (waiting.length > 0 && Date.now() < untilMs) {
    const still = [];
    for (const member of waiting) {
      const { runs, orders } = await ownOrders(address, member);
      if ([...runs, ...orders].some(({ state }) => OPEN.includes(state))) still.push(member);
    }
    waiting = still;
    await pause(SECOND_MS);
  }
}

/** What the exchange says against what was wanted, and against what the relay says. */
async function compare(address: string, rest: string, all: readonly Wanted[]) {
  const [twice, strange, lost, expired, disagreed]: string[][] = [[], [], [], [], []] as never;
  for (const [member, own] of Map.groupBy(all, (one) => one.member)) {
    const standing = await ordersAtExchange(rest, member.key);
    const { runs, orders } = await ownOrders(address, member);
    const told = new Map(
      [...runs.flatMap(({ order }) => (order ? [order] : [])), ...orders].map((one) => [one.identifier, one]),
    );
    for (const { side, volume } of own) {
      const name = `${member.name} ${side} ${volume}`;
      const there = standing.filter((one) => one.side === side && Number(one.volume) === Number(volume));
      if (there.length > 1) twice!.push(name);
      const missing = runs.filter(({ state }) => !AT_EXCHANGE.includes(state));
      const ends = missing.map(({ state, refusal }) => `${state} ${refusal ?? ""}`.trim()).join(", ");
      if (there.length === 0)
        (runs.some(({ state }) => OPEN.includes(state)) ? lost : expired)!.push(`${name} (${ends})`);
    }
    const volumes = new Set(own.map(({ volume }) => Number(volume)));
    for (const one of standing) {
      if (!volumes.has(Number(one.volume))) strange!.push(`${member.name} ${one.side} ${one.volume}`);
      const state = told.get(one.identifier ?? "")?.state;
      if (!AT_EXCHANGE.includes(state ?? "")) disagreed!.push(`${one.identifier}: ${state}`);
    }
    const known = new Set(standing.map(({ identifier }) => identifier));
    for (const { identifier, state } of told.values())
      if (AT_EXCHANGE.includes(state) && !known.has(identifier)) disagreed!.push(`${identifier}: ${state}`);
  }
  return { twice: twice!, strange: strange!, lost: lost!, expired: expired!, disagreed: disagreed! };
}
