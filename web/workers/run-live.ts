/* oxlint-disable unicorn/require-post-message-target-origin -- channels have no such argument */
import { liveQuery } from "dexie";
import type { MarketCode } from "../../domain/market-code.ts";
import { epochMs, MINUTE_MS, SECOND_MS, type EpochMs } from "../../domain/units.ts";
import type { Config } from "../../domain/wire.ts";
import { exchangeDay } from "../collect/exchange-day.ts";
import { createMarketClock } from "../collect/market-clock.ts";
import { OriginGate } from "../collect/origin-gate.ts";
import { createRelayClient } from "../relay-client.ts";
import { runningAutoSessions } from "../store/auto-session-store.ts";
import { applyRetention } from "../store/candle-store.ts";
import { openDatabase, type ObservatorDatabase } from "../store/database.ts";
import { lastOriginUse, noteOriginUse } from "../store/origin-use-store.ts";
import { openRepairs } from "../store/repair-store.ts";
import { readSettings } from "../store/setting-store.ts";
import { AutoTrader } from "./auto-trader.ts";
import { LiveFeed } from "./live-feed.ts";
import { ModelSync } from "./model-sync.ts";
import { LIVE_CHANNEL, type LiveMessage, type LiveQuestion } from "./protocol.ts";

/** At play speed a market minute may be a second of the wall: looking four times in it keeps decisions fresh. */
const TICK_MS = SECOND_MS / 4;
const FLUSH_MS = SECOND_MS / 4;
/** A session counts as closed after 120 s of silence: half a minute would do, five seconds also shows progress. */
const BEAT_MS = 5 * SECOND_MS;
const SETTLE_MS = 3 * SECOND_MS;
/** A local exchange's clock can be moved, and a laptop's clock drifts. */
const CLOCK_MS = MINUTE_MS / 2;

const wallNow = (): EpochMs => epochMs(Date.now());
const fetchAnywhere = (url: string, init: RequestInit): Promise<Response> => fetch(url, init);

/** Collects and trades in this browser until the worker goes away: call it under the lock of the one leader. */
export async function runLive(config: Config): Promise<never> {
  const db = openDatabase();
  const relay = createRelayClient();
  const clock = createMarketClock(config, wallNow);
  const keep = (turnMs: EpochMs, waitMs: number) => void setTimeout(() => void noteOriginUse(db, turnMs), waitMs);
  const gate = new OriginGate({ wallNow, keep }, await lastOriginUse(db));
  const reserveTurn = () => gate.reserve();
  const channel = new BroadcastChannel(LIVE_CHANNEL);
  const models = new ModelSync({ db, relay, wallNow });
  const trader = new AutoTrader({
    db,
    relay,
    serving: (market) => models.serving(market),
    // The later of the two clocks: a candle is never taken for younger than the relay or the exchange says.
    marketNow: () => clock.latestNow(),
    wallNow,
    newKey: () => crypto.randomUUID(),
  });
  const page = {
    exchangeUrl: config.exchangeUrl,
    fetch: fetchAnywhere,
    reserveTurn,
    sleep,
    marketNow: () => clock.now(),
  };
  const feed = new LiveFeed(config.exchangeWsUrl, {
    socket: {
      connect: (url) => new WebSocket(url),
      wallNow,
      random: Math.random,
      ticket: () => crypto.randomUUID(),
      reserveTurn,
    },
    collector: {
      db,
      relay,
      wallNow,
      sleep,
      exchangeDay: (asked, signal) => exchangeDay(page, asked, signal),
      marketNow: () => clock.now(),
      exchangeNow: () => clock.exchangeNow(),
      speed: () => clock.speed(),
    },
    poller: { relay, wallNow, sleep },
    clock,
    post: (message: LiveMessage) => channel.postMessage(message),
    onClosed: (...closed) => void trader.onClosed(...closed),
  });

  channel.addEventListener("message", ({ data }: MessageEvent<LiveQuestion | LiveMessage>) => {
    if (data.type === "resend") feed.resend();
  });
  followChoices(db, feed);
  followWishes(db, feed);
  followRetentions(db, () => clock.now());
  setInterval(() => feed.tick(), TICK_MS);
  setInterval(() => feed.flush(), FLUSH_MS);
  setInterval(() => feed.tellLink(), BEAT_MS);
  repeat(BEAT_MS, () => trader.beat());
  repeat(SETTLE_MS, () => trader.settleOpen());
  repeat(CLOCK_MS, async () => {
    const newer = await relay.config();
    if (newer.ok) clock.adjust(newer.value);
  });
  return new Promise<never>(() => {});
}

/** What is followed: the market on the screen, those chosen beside it and those that a session trades. A new session beats at once. */
function followChoices(db: ObservatorDatabase, feed: LiveFeed): void {
  let following: Promise<void> = Promise.resolve();
  liveQuery(async () => {
    const { market, alsoCollect, historyDays } = await readSettings(db);
    const sessions = await runningAutoSessions(db);
    const traded = sessions.map((session) => session.settings.market);
    const markets = new Set<MarketCode>([market, ...alsoCollect, ...traded]);
    return { markets: [...markets].toSorted(), historyDays };
  }).subscribe({
    next: ({ markets, historyDays }) => {
      following = following.then(() => feed.follow(markets, historyDays));
    },
    error: (error: unknown) => {
      throw error;
    },
  });
}

/** What the data screen asks for: repairs, and histories to go on with. Rows of markets that are not followed wait. */
function followWishes(db: ObservatorDatabase, feed: LiveFeed): void {
  liveQuery(async () => ({ repairs: await openRepairs(db), histories: await db.backfills.toArray() })).subscribe({
    next: ({ repairs, histories }) => {
      for (const { market } of repairs) void feed.collector(market)?.repair();
      for (const { market, state, stopRequested } of histories)
        if (state === "stopped" && stopRequested === false) feed.collector(market)?.resumeHistory();
    },
    error: (error: unknown) => {
      throw error;
    },
  });
}

/** Candles older than the user keeps go when the wish changes; as days pass, the history's round takes them away. */
function followRetentions(db: ObservatorDatabase, marketNow: () => EpochMs): void {
  let removing: Promise<void> = Promise.resolve();
  liveQuery(() => db.retentions.toArray()).subscribe({
    next: (retentions) => {
      removing = removing.then(async () => {
        for (const { market } of retentions) await applyRetention(db, market, marketNow());
      });
    },
    error: (error: unknown) => {
      throw error;
    },
  });
}

/** Runs at once and again `everyMs` after each end: rounds never overlap. A rejection is a bug and goes unhandled on
 *  purpose. */
function repeat(everyMs: number, round: () => Promise<void>): void {
  const next = async (): Promise<void> => {
    await round();
    setTimeout(() => void next(), everyMs);
  };
  void next();
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
