import type { MarketCode } from "../../domain/market-code.ts";
import { ok, type Result } from "../../domain/result.ts";
import { epochMs, SECOND_MS, type EpochMs } from "../../domain/units.ts";
import { utf8 } from "../bytes.ts";
import { refuse, type RelayFault } from "../faults.ts";
import { newId, type Relay } from "../relay.ts";
import type { QuotationGroup } from "./ask-quotation.ts";
import { audienceTurn, type Audience } from "./market-access.ts";
import { marketList } from "./market-list.ts";
import { together } from "./together.ts";

export type Snapshot<Value> = { readonly value: Value; readonly askedWallMs: EpochMs };
/** Markets that the next question will be about. */
export type Gathering = { readonly name: string; readonly markets: Set<MarketCode> };

/** One kind of short-lived market data. */
export type SnapshotKind<Value> = {
  readonly group: Extract<QuotationGroup, "ticker" | "orderbook" | "trade">;
  /** Whether one question may be about many markets. */
  readonly many: boolean;
  ask(relay: Relay, markets: readonly MarketCode[]): Promise<Result<ReadonlyMap<MarketCode, Value>, RelayFault>>;
};
export type Snapshots<Value> = { readonly values: readonly Value[]; readonly askedAtMs: EpochMs };

/** One question a second and market serves everybody. */
const LIFE_MS = SECOND_MS;
/** Those who ask within this time share one question. */
const GATHER_MS = 20;

/** What the exchange says of these markets, at most a second old, in the order asked.
 *  @param audience  for whom the exchange would be asked; members do not wait for visitors */
export async function snapshots<Value>(
  relay: Relay,
  kind: SnapshotKind<Value>,
  markets: readonly MarketCode[],
  audience: () => Promise<Audience>,
): Promise<Result<Snapshots<Value>, RelayFault>> {
  // One unknown code would spoil the question for everybody who shares it (upbit-api 1.4).
  const listed = await marketList(relay);
  if (!listed.ok) return listed;
  const known = new Set(listed.value.map(({ market }) => market));
  if (markets.some((market) => !known.has(market))) return unknownMarket();

  const found = new Map<MarketCode, Snapshot<Value>>();
  for (const market of markets) keepFresh(relay, found, market, remembered(relay, kind, market));
  await Promise.all(
    missing(markets, found).map(async (market) => keepFresh(relay, found, market, await cached(relay, kind, market))),
  );
  const wanted = missing(markets, found);
  if (wanted.length > 0) {
    const asked = await askTogether(relay, kind, wanted, await audience());
    if (!asked.ok) return asked;
    for (const [market, snapshot] of asked.value) found.set(market, snapshot);
  }
  const all = markets.flatMap((market) => found.get(market) ?? []);
  if (all.length < markets.length) return unknownMarket();
  return ok({
    values: all.map(({ value }) => value),
    askedAtMs: epochMs(Math.min(...all.map(({ askedWallMs }) => askedWallMs))),
  });
}

const unknownMarket = () => refuse("not-found", "The exchange does not know this market.", "markets");
const missing = (markets: readonly MarketCode[], found: ReadonlyMap<MarketCode, unknown>): MarketCode[] =>
  markets.filter((market) => !found.has(market));
const nameOf = (relay: Relay, { group }: { group: string }, market: MarketCode): string =>
  `${relay.settings.exchangeUrl} ${group} ${market}`;

function keepFresh<Value>(
  { outside }: Relay,
  found: Map<MarketCode, Snapshot<Value>>,
  market: MarketCode,
  snapshot: Snapshot<Value> | null,
): void {
  if (snapshot && outside.wallNow() - snapshot.askedWallMs < LIFE_MS) found.set(market, snapshot);
}

function remembered<Value>(relay: Relay, kind: SnapshotKind<Value>, market: MarketCode): Snapshot<Value> | null {
  return (relay.memory.snapshots.get(nameOf(relay, kind, market)) as Snapshot<Value> | undefined) ?? null;
}

async function cached<Value>(
  relay: Relay,
  kind: SnapshotKind<Value>,
  market: MarketCode,
): Promise<Snapshot<Value> | null> {
  const kept = await relay.outside.pageCache?.get(nameOf(relay, kind, market));
  return kept ? (JSON.parse(new TextDecoder().decode(kept)) as Snapshot<Value>) : null;
}

type Asked<Value> = Result<ReadonlyMap<MarketCode, Snapshot<Value>>, RelayFault>;

async function askTogether<Value>(
  relay: Relay,
  kind: SnapshotKind<Value>,
  markets: readonly MarketCode[],
  audience: Audience,
): Promise<Asked<Value>> {
  if (!kind.many) {
    const name = `${nameOf(relay, kind, markets[0]!)} ${audience}`;
    return together(relay, name, () => askNow(relay, kind, markets, audience));
  }
  const { gathering } = relay.memory;
  const key = `${kind.group} ${audience}`;
  const next = gathering.get(key) ?? { name: newId(relay), markets: new Set() };
  gathering.set(key, next);
  for (const market of markets) next.markets.add(market);
  return together(relay, next.name, async () => {
    await relay.outside.sleep(GATHER_MS);
    gathering.delete(key);
    return askNow(relay, kind, [...next.markets], audience);
  });
}

async function askNow<Value>(
  relay: Relay,
  kind: SnapshotKind<Value>,
  markets: readonly MarketCode[],
  audience: Audience,
): Promise<Asked<Value>> {
  const { memory, outside } = relay;
  const turn = await audienceTurn(relay, audience, kind.group);
  if (!turn.ok) return turn;
  const answer = await kind.ask(relay, markets);
  if (!answer.ok) return answer;
  const askedWallMs = outside.wallNow();
  const fresh = new Map<MarketCode, Snapshot<Value>>();
  for (const [market, value] of answer.value) {
    const snapshot = { value, askedWallMs };
    fresh.set(market, snapshot);
    memory.snapshots.set(nameOf(relay, kind, market), snapshot);
    const kept = outside.pageCache?.put(nameOf(relay, kind, market), utf8(JSON.stringify(snapshot)), LIFE_MS);
    if (kept) outside.waitUntil(kept);
  }
  return ok(fresh);
}
