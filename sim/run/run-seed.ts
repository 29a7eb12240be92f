import { HOUR_MS, MINUTE_MS, type EpochMs } from "../../domain/units.ts";
import type { MatchingOrder } from "../../domain/matching-order.ts";
import { splitUrl } from "../../emulator/rest/exchange-wire.ts";
import type { WireRequest } from "../../emulator/rest/request.ts";
import { verifyAudit } from "../../relay/audit/seal-audit.ts";
import { deploy, SECRETS, type Deployment } from "../ground/deployment.ts";
import { createExchangeLine } from "../ground/exchange-line.ts";
import { createExchangeWorld, type ExchangeWorld } from "../ground/exchange-world.ts";
import { NO_SABOTAGE, type Ground, type Sabotage } from "../ground/isolate.ts";
import { drawStorm, type Storm } from "../ground/storm.ts";
import { createVirtualLoop, type VirtualLoop } from "../ground/virtual-loop.ts";
import { INVARIANTS, type Broken } from "../invariants/invariants.ts";
import { createTrace, type Trace, type TraceLine } from "../record/trace.ts";
import type { Evidence, Sent } from "../record/evidence.ts";
import { createDevice, type Answered } from "../scenario/device.ts";
import { beatCrons, live, tidyUp } from "../scenario/play.ts";
import { START_MS, TRADER_NAMES, type Template } from "../scenario/template.ts";
import { createTrader } from "../scenario/trader.ts";

const STORM_MS = 4 * MINUTE_MS;
/** Long enough for every question that is asked again after a minute. */
const CALM_MS = 3 * MINUTE_MS;
const REST_MS = 1.5 * MINUTE_MS;
const STORM_END_MS = START_MS + STORM_MS;
const CALM_END_MS = STORM_END_MS + CALM_MS;
/** Orders that came after they were given up are looked for more and more rarely. */
const LATE_HOURS = 3;

/** What became of one seed. */
export type SeedResult = {
  readonly seed: number;
  /** Of everything that happened. */
  readonly hash: string;
  readonly broken: Broken | null;
  readonly lines: readonly TraceLine[];
  readonly orders: number;
};

/** One run: relay, exchange, traders and storm of a seed, to the end, and what does not hold then. */
export async function runSeed(template: Template, seed: number, sabotage: Sabotage = NO_SABOTAGE): Promise<SeedResult> {
  const loop = createVirtualLoop(seed, START_MS);
  const storm = drawStorm(seed);
  const trace = createTrace(loop.now);
  const { database, witness } = template;
  database.exec("BEGIN");
  witness.begin(loop.now);
  const exchange = createExchangeWorld({ startMs: START_MS, traders: TRADER_NAMES }, loop.now, storm.plan);
  const sent: Sent[] = [];
  const reports: string[] = [];
  const answers: Answered[] = [];
  const rowOf = database.prepare("SELECT * FROM orders WHERE identifier = ?");
  const line = createExchangeLine(loop, exchange.front, storm.line, (request) => {
    const order = sentOrder(request);
    if (order === null) return;
    const row = rowOf.get(order);
    sent.push({ atMs: loop.now(), identifier: order, row: row ? { ...row } : null });
    trace.tell(`relay sends the order ${order}`);
  });
  const report = (error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    reports.push(text);
    trace.tell(`relay reports ${text.split("\n", 1)[0]}`);
  };
  const ground: Ground = { loop, database, line, weather: storm.database, sabotage, report };
  const deployment = deploy(ground, template.settings, storm);
  const world = { template, seed, loop, storm, trace, deployment, exchange, answers };
  const checkpoint = await play(world);
  tellExchange(trace, exchange);
  const evidence: Evidence = {
    witnessed: witness.seen(),
    sent,
    answers,
    reports,
    exchangeOrders: ordersOf(exchange),
    openWhenCalm: checkpoint,
    calmMs: CALM_END_MS,
    database,
    chain: await look(loop, () => verifyAudit(deployment.observer)),
    secrets: [...template.secrets, ...Object.values(SECRETS)],
    skewMs: storm.skewMs,
    veryLate: storm.veryLate,
    endMs: loop.now(),
  };
  const broken = INVARIANTS.flatMap(([name, check]) =>
    check(evidence).map((breach) => ({ invariant: name, ...breach })),
  )[0];
  database.exec("ROLLBACK");
  return {
    seed,
    hash: trace.hash(),
    broken: broken ?? null,
    lines: trace.lines,
    orders: evidence.exchangeOrders.length,
  };
}

type World = {
  readonly template: Template;
  readonly seed: number;
  readonly loop: VirtualLoop;
  readonly storm: Storm;
  readonly trace: Trace;
  readonly deployment: Deployment;
  readonly exchange: ExchangeWorld;
  readonly answers: Answered[];
};

/** Storm, calm, tidying up, rest. @returns open orders of the exchange in the calm, before anybody tidied up */
async function play(world: World): Promise<readonly MatchingOrder[]> {
  const { template, seed, loop, storm, deployment, exchange } = world;
  const traders = template.accounts.slice(0, loop.between(1, TRADER_NAMES.length)).map((account) => {
    const device = (at: 0 | 1) =>
      createDevice({ ...world, weather: storm.devices }, `${account.name}/${at + 1}`, account.cookies[at]!);
    return createTrader({ account, loop, devices: [device(0), device(1)] }, seed);
  });
  beatCrons(loop, deployment, storm.crons, CALM_END_MS + REST_MS);
  for (const trader of traders) void live(trader, STORM_END_MS);
  await loop.run(STORM_END_MS);
  storm.over();
  exchange.front.faults.play({ seed: 1, rules: [] });
  await loop.run(CALM_END_MS - 1);
  const open = ordersOf(exchange).filter(({ state }) => state === "wait");
  for (const trader of traders) void tidyUp(trader);
  await loop.run(CALM_END_MS + REST_MS);
  for (let hour = 1; storm.veryLate && hour <= LATE_HOURS; hour += 1) {
    void deployment.cron();
    await loop.run(CALM_END_MS + REST_MS + hour * HOUR_MS);
  }
  return open;
}

/** Runs the clock until a look is over. */
async function look<Value>(loop: VirtualLoop, ask: () => Promise<Value>): Promise<Value> {
  const asked = ask();
  await loop.run(loop.now() + MINUTE_MS);
  return asked;
}

const ordersOf = ({ world }: ExchangeWorld): readonly MatchingOrder[] =>
  world.exchange.kept().orders.map((order) => ({ ...order }));

function sentOrder({ method, url, body }: WireRequest): string | null {
  if (method !== "POST" || splitUrl(url)[0] !== "/v1/orders") return null;
  return String((JSON.parse(body) as { readonly identifier?: string }).identifier);
}

/** What happened at the exchange, in with the rest. */
function tellExchange({ lines }: Trace, { world }: ExchangeWorld): void {
  const told = world.exchange.journal.since(0).flatMap((line): TraceLine[] => {
    if (line.about !== "order") return [];
    const { kind, order, fill } = line;
    const what = fill ? ` ${fill.volume} for ${fill.funds}` : "";
    return [
      { atMs: line.atMs as EpochMs, text: `exchange ${kind} ${order.market} ${order.side} ${order.identifier}${what}` },
    ];
  });
  const all = [...lines, ...told].toSorted((one, other) => one.atMs - other.atMs);
  (lines as TraceLine[]).splice(0, lines.length, ...all);
}
