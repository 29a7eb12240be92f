import * as v from "valibot";
import { isMarketCode, type MarketCode } from "../../domain/market-code.ts";
import { fail, ok, type Result } from "../../domain/result.ts";
import { DAY_MS } from "../../domain/units.ts";
import { NO_FAULTS, readFaultPlan } from "../faults/fault-plan.ts";
import type { ExchangeFront } from "../rest/exchange-front.ts";
import { FASTEST } from "../options.ts";
import { changedSwitches } from "../switches.ts";

/** What the control port can do, as plain calls. Bodies and answers are JSON. */

/** What the exchange runs on that a control may change. */
export type Controlled = {
  readonly front: ExchangeFront;
  /** Open connections, for the counts. */
  readonly sockets: { size(): number; disconnect(): void };
};
export type ControlAnswer = Result<unknown, string>;
type Handler = (controlled: Controlled, body: unknown, rest: string) => ControlAnswer;

/** Furthest jump: resting orders meet every trade on the way. */
const FURTHEST_MS = 31 * DAY_MS;
const ClockSchema = v.strictObject({
  advanceMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(FURTHEST_MS))),
  speed: v.optional(v.pipe(v.number(), v.gtValue(0), v.maxValue(FASTEST))),
});
const MarketSchema = v.strictObject({
  state: v.picklist(["ACTIVE", "PREVIEW", "DELISTED"]),
  /** `yyyy-MM-dd` */
  delistingDate: v.optional(v.nullable(v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}$/))), null),
  /** Orders are refused as under maintenance. */
  halted: v.optional(v.boolean(), false),
});

function read<Schema extends v.GenericSchema>(schema: Schema, body: unknown): Result<v.InferOutput<Schema>, string> {
  const found = v.safeParse(schema, body);
  if (found.success) return ok(found.output);
  const issue = found.issues[0];
  return fail(`${v.getDotPath(issue) ?? "the body"}: ${issue.message}`);
}

const moveClock: Handler = ({ front }, body) => {
  const asked = read(ClockSchema, body);
  if (!asked.ok) return asked;
  const { clock, exchange } = front.wire.world;
  const { advanceMs, speed } = asked.value;
  if (speed !== undefined) clock.setSpeed(speed);
  if (advanceMs !== undefined) clock.advance(advanceMs);
  exchange.advance(clock.now());
  return ok(clock.anchor());
};

const changeSwitches: Handler = ({ front }, body) => {
  const changed = changedSwitches(front.wire.world.switches, body);
  if (!changed.ok) return changed;
  front.wire.world.switches = changed.value;
  return changed;
};

const playFaults: Handler = ({ front }, body) => {
  const plan = readFaultPlan(body);
  if (!plan.ok) return plan;
  front.faults.play(plan.value);
  return plan;
};

const changeMarket: Handler = ({ front }, body, code) => {
  const { world } = front.wire;
  if (!isMarketCode(code) || !world.exchange.feeds.has(code as MarketCode)) return fail(`${code} is not played`);
  const asked = read(MarketSchema, body);
  if (!asked.ok) return asked;
  world.marketStates.set(code as MarketCode, asked.value);
  return asked;
};

const KeySchema = v.strictObject({
  /** True: now. */
  expired: v.optional(v.boolean(), false),
  allowedIps: v.optional(v.array(v.string())),
});
/** Whose; the rest is the desk's to read. */
const PocketSchema = v.looseObject({ pocket: v.string() });
const FundSchema = v.strictObject({ pocket: v.string(), currency: v.string(), amount: v.string() });

const changeKey: Handler = ({ front }, body, accessKey) => {
  const { accounts, clock } = front.wire.world;
  const asked = read(KeySchema, body);
  if (!asked.ok) return asked;
  if (accounts.keyOf(accessKey) === null) return fail(`no key ${accessKey}`);
  if (asked.value.allowedIps) {
    const listed = accounts.setAllowedIps(accessKey, asked.value.allowedIps);
    if (!listed.ok) return listed;
  }
  if (asked.value.expired) accounts.expireKey(accessKey, clock.now());
  return ok(accounts.keyOf(accessKey));
};

const addKey: Handler = ({ front }, body) => {
  const { accounts, clock } = front.wire.world;
  const asked = read(PocketSchema, body);
  if (!asked.ok) return asked;
  const { pocket, ...given } = asked.value;
  return accounts.addKey(pocket, given, clock.now());
};

const fund: Handler = ({ front }, body) => {
  const { accounts, clock } = front.wire.world;
  const asked = read(FundSchema, body);
  if (!asked.ok) return asked;
  const { pocket, currency, amount } = asked.value;
  const funded = accounts.fund(pocket, { currency, amount, nowMs: clock.now() });
  return funded.ok ? ok({}) : funded;
};

const watch: Handler = ({ front }, body) => {
  const { accounts, clock } = front.wire.world;
  const asked = read(PocketSchema, body);
  if (!asked.ok) return asked;
  const { pocket, ...given } = asked.value;
  return accounts.addWatch(pocket, given, clock.now());
};

const listAccounts: Handler = ({ front }) => {
  const { accounts } = front.wire.world;
  return ok({ pockets: accounts.pockets, keys: accounts.keys });
};

const state: Handler = ({ front, sockets }) => {
  const { world } = front.wire;
  const orders = world.exchange.kept().orders;
  return ok({
    marketMs: world.clock.now(),
    wallMs: world.clock.wallNow(),
    speed: world.clock.anchor().speed,
    markets: [...world.exchange.feeds.keys()],
    marketStates: Object.fromEntries(world.marketStates),
    keys: world.keys.length,
    orders: { kept: orders.length, open: orders.filter((order) => order.state === "wait").length },
    connections: sockets.size(),
    faults: {
      rules: front.faults.plan().rules.length,
      happened: front.faults.log().length,
      nextLateMs: front.nextDueMs(),
    },
    memoryBytes: process.memoryUsage().rss,
  });
};

/** By method and path; a path that ends in a slash takes a name after it. */
const CONTROLS: readonly (readonly [string, Handler])[] = [
  ["GET /state", state],
  ["GET /clock", ({ front }) => ok(front.wire.world.clock.anchor())],
  ["POST /clock", moveClock],
  ["GET /switches", ({ front }) => ok(front.wire.world.switches)],
  ["PUT /switches", changeSwitches],
  ["GET /faults", ({ front }) => ok(front.faults.plan())],
  ["PUT /faults", playFaults],
  ["DELETE /faults", ({ front }) => (front.faults.play(NO_FAULTS), ok(NO_FAULTS))],
  ["GET /faults/log", ({ front }) => ok(front.faults.log())],
  ["GET /markets", ({ front }) => ok(Object.fromEntries(front.wire.world.marketStates))],
  ["PUT /markets/", changeMarket],
  ["GET /accounts", listAccounts],
  ["POST /accounts/fund", fund],
  ["POST /accounts/watch", watch],
  ["POST /keys", addKey],
  ["POST /keys/", changeKey],
  ["POST /disconnect", ({ sockets }) => (sockets.disconnect(), ok({}))],
];

/** @returns null for an address that controls nothing */
export function control(
  controlled: Controlled,
  { method, path, body }: { readonly method: string; readonly path: string; readonly body: unknown },
): ControlAnswer | null {
  const asked = `${method} ${path}`;
  for (const [name, handle] of CONTROLS) {
    if (asked === name) return handle(controlled, body, "");
    if (name.endsWith("/") && asked.startsWith(name)) return handle(controlled, body, asked.slice(name.length));
  }
  return null;
}
