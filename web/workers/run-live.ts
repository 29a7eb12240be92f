/* oxlint-disable unicorn/require-post-message-target-origin -- channels have no such argument */
import { liveQuery } from "dexie";
import type { MarketCode } from "../../domain/market-code.ts";
import { epochMs, MINUTE_MS, SECOND_MS, type EpochMs } from "../../domain/units.ts";
import type { Config } from "../../domain/wire.ts";
import { createMarketClock } from "../collect/market-clock.ts";
import { createRelayClient } from "../relay-client.ts";
import { runningAutoSessions } from "../store/auto-session-store.ts";
import { openDatabase, type ObservatorDatabase } from "../store/database.ts";
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

/** Collects and trades in this browser until the worker goes away: call it under the lock of the one leader. */
export function runLive(config: Config): Promise<never> {
  const db = openDatabase();
  const relay = createRelayClient();
  const clock = createMarketClock(config, wallNow);
  const channel = new BroadcastChannel(LIVE_CHANNEL);
  const models = new ModelSync({ db, relay, wallNow });
  const trader = new AutoTrader({
    db,
    relay,
    serving: (market) => models.serving(market),
    marketNow: () => clock.now(),
    wallNow,
    newKey: () => crypto.randomUUID(),
  });
  const feed = new LiveFeed(config.exchangeWsUrl, {
    socket: {
      connect: (url) => new WebSocket(url),
      wallNow,
      random: Math.random,
      ticket: () => crypto.randomUUID(),
    },
    collector: { db, relay, wallNow, sleep, marketNow: () => clock.now(), speed: () => clock.speed() },
    clock,
    post: (message: LiveMessage) => channel.postMessage(message),
    onClosed: (market, candle) => void trader.onClosed(market, candle),
  });

  channel.addEventListener("message", ({ data }: MessageEvent<LiveQuestion | LiveMessage>) => {
    if (data.type === "resend") feed.resend();
  });
  followChoices(db, feed);
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

/** What is followed: the market on the screen and those that a session trades. A new session beats at once. */
function followChoices(db: ObservatorDatabase, feed: LiveFeed): void {
  let following: Promise<void> = Promise.resolve();
  liveQuery(async () => {
    const { market, historyDays } = await readSettings(db);
    const sessions = await runningAutoSessions(db);
    const markets = new Set<MarketCode>([market, ...sessions.map((session) => session.settings.market)]);
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
