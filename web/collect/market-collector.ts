import type { Candle } from "../../domain/candle.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import { minuteOfUpbit } from "../../domain/upbit-candle.ts";
import type { UpbitCandleFrame } from "../../domain/upbit-frame.ts";
import { intervalStart, kstDayOf } from "../../domain/time.ts";
import { epochMs, MINUTE_MS, SECOND_MS, type EpochMs } from "../../domain/units.ts";
import { newestCandle } from "../store/candle-store.ts";
import { readBackfill } from "../store/backfill-store.ts";
import { storageResult } from "../store/storage-result.ts";
import { fillHistory, fillOpenDay, tellHistoryWaits, type BackfillPorts } from "./backfill.ts";
import { CLOSE_MARGIN_MS, followCandles, type CandleFollow } from "./candle-follow.ts";
import { keepFollowed } from "./keep-followed.ts";
import { repairMarket } from "./repair.ts";

/** How a closed candle came to us: followed live, or read from the open day's page. */
export type CandleWay = "socket" | "page";

export type CollectorPorts = BackfillPorts & {
  /** The exchange's own time, by which a running candle closes. */
  exchangeNow(): EpochMs;
  /** Market milliseconds in one of the wall's. */
  speed(): number;
};

/** The day just ended is fetched whole and put away at 00:05 KST: late trades and the relay's own margin are over. */
export const SEAL_DELAY_MS = 5 * MINUTE_MS;
/** The open day's page costs the relay up to eight requests to the exchange. */
const FILL_SPACING_MS = 10 * SECOND_MS;
/** The exchange pushes a candle at most once a second of the wall, so at play speed the last push of a minute may be far
 *  from its end: the page is read again this often. At speed 1 it is not needed. */
const FAST_FILL_MS = 30 * SECOND_MS;
/** A page that was refused is asked for again after a minute. */
const REFUSED_WAIT_MS = MINUTE_MS - FILL_SPACING_MS;
/** A history that stopped at a refusal is tried again, as the refusal may have been the exchange's maintenance. */
const HISTORY_RETRY_MS = 5 * MINUTE_MS;

/** Keeps one market's candles: history by day pages, the open day by page and socket, each closed candle told once it is
 *  stored. Rules C4, C5. */
export class MarketCollector {
  readonly market: MarketCode;
  readonly #ports: CollectorPorts;
  readonly #onClosed: (candle: Candle, way: CandleWay) => void;
  readonly #calledOff = new AbortController();
  #follow: CandleFollow | null = null;
  /** Newest candle that was told. */
  #toldMs: EpochMs = epochMs(-Infinity);
  /** Writes one after another, in the order in which candles closed. */
  #writing: Promise<void> = Promise.resolve();
  #historyDays: number;
  #fill: { wanted: boolean; running: boolean; atMs: number } = { wanted: true, running: false, atMs: -Infinity };
  #history: { doneFor: string | null; running: boolean; byUser: boolean; atMs: number } = {
    doneFor: null,
    running: false,
    byUser: false,
    atMs: 0,
  };
  #lateSeen = 0;
  /** Today's page was asked for once: what is newest is wanted first. */
  #openDayKnown = false;
  /** Start of the first minute that was heard on this link; null while there is none. */
  #listenedFromMs: EpochMs | null = null;
  /** The socket is silent and the relay is asked instead: each minute's candle comes from the page. */
  #polling = false;
  #polledMinuteMs = -Infinity;
  #repairing = false;

  /** @param onClosed a candle has closed and is stored; after a gap only the newest of those that came together */
  constructor(
    market: MarketCode,
    historyDays: number,
    ports: CollectorPorts,
    onClosed: (candle: Candle, way: CandleWay) => void,
  ) {
    this.market = market;
    this.#historyDays = historyDays;
    this.#ports = ports;
    this.#onClosed = onClosed;
  }

  async start(): Promise<void> {
    const newest = await newestCandle(this.#ports.db, this.market);
    if (newest !== null) this.#toldMs = newest.openTimeMs;
    this.#follow = followCandles(newest?.openTimeMs ?? null);
  }

  stop(): void {
    this.#calledOff.abort();
  }

  wantHistory(days: number): void {
    if (days === this.#historyDays) return;
    this.#historyDays = days;
    this.#history.doneFor = null;
  }

  /** Looks at the history again: the user took back a stop. */
  resumeHistory(): void {
    if (this.#history.byUser) this.#history = { ...this.#history, byUser: false, doneFor: null };
  }

  /** Holds what is at hand against the exchange's pages; one at a time. */
  async repair(): Promise<void> {
    if (this.#repairing) return;
    this.#repairing = true;
    await repairMarket(this.#ports, this.market, this.#calledOff.signal);
    this.#repairing = false;
  }

  setPolling(polling: boolean): void {
    this.#polling = polling;
  }

  /** The minute that is not over, as last received. */
  running(): Candle | null {
    return this.#follow?.running() ?? null;
  }

  takeFrame(frame: UpbitCandleFrame): void {
    const candle = minuteOfUpbit(frame);
    if (!candle.ok || this.#follow === null) return;
    this.#listenedFromMs ??= candle.value.openTimeMs;
    const before = this.#follow.running();
    const closed = this.#follow.take(candle.value);
    if (before !== null && candle.value.openTimeMs > before.openTimeMs + MINUTE_MS && this.#ports.speed() > 1)
      this.#fill.wanted = true;
    if (closed !== null) this.#keep(closed);
  }

  /** The link broke: what was missed comes from the open day's page. */
  linkLost(): void {
    this.#follow?.forget();
    this.#listenedFromMs = null;
    this.#fill.wanted = true;
  }

  /** Called several times a second of the wall.
   *  @param heardMs market time of the socket's last sign of life */
  tick(heardMs: EpochMs): void {
    if (this.#follow === null) return;
    const closed = this.#follow.passTime(this.#ports.exchangeNow(), heardMs);
    if (closed !== null) this.#keep(closed);
    this.#lookAtOpenDay();
    this.#lookAtHistory();
  }

  /** Resolves when everything taken so far is stored. */
  settled(): Promise<void> {
    return this.#writing;
  }

  #keep(candle: Candle): void {
    const fromMs = this.#listenedFromMs ?? candle.openTimeMs;
    this.#inTurn(async () => {
      const kept = await storageResult(() => keepFollowed(this.#ports, this.market, { candle, fromMs }));
      // A candle that the disk has no room for is told to nobody; the open day's page brings it when there is.
      if (kept.ok) this.#tell(candle, "socket");
      else this.#fill.wanted = true;
    });
  }

  /** A failing write is a bug: the rejection stays in the chain and ends the worker. */
  #inTurn(write: () => Promise<void>): void {
    this.#writing = this.#writing.then(write);
  }

  #tell(candle: Candle, way: CandleWay): void {
    if (candle.openTimeMs <= this.#toldMs || this.#calledOff.signal.aborted) return;
    this.#toldMs = candle.openTimeMs;
    this.#onClosed(candle, way);
  }

  #lookAtOpenDay(): void {
    const nowMs = this.#ports.wallNow();
    const late = this.#follow!.lateCount();
    if (late > this.#lateSeen) this.#fill.wanted = true;
    this.#lateSeen = late;
    this.#wantPolledMinute();
    if (this.#ports.speed() > 1 && nowMs - this.#fill.atMs > FAST_FILL_MS) this.#fill.wanted = true;
    if (!this.#fill.wanted || this.#fill.running || nowMs - this.#fill.atMs < FILL_SPACING_MS) return;
    this.#fill = { wanted: false, running: true, atMs: nowMs };
    void this.#fillOpenDay();
  }

  /** Without a socket each minute's candle is read once its minute has passed. */
  #wantPolledMinute(): void {
    const minuteMs = intervalStart(epochMs(this.#ports.marketNow() - CLOSE_MARGIN_MS), MINUTE_MS);
    if (this.#polling && minuteMs > this.#polledMinuteMs) this.#fill.wanted = true;
    this.#polledMinuteMs = minuteMs;
  }

  async #fillOpenDay(): Promise<void> {
    const filled = await fillOpenDay(this.#ports, this.market, this.#calledOff.signal, async (fault) => {
      const row = this.#openDayKnown ? null : await readBackfill(this.#ports.db, this.market);
      // A stop by the user stands, whatever the reason why nothing would come.
      if (this.#openDayKnown || row?.stopRequested || this.#calledOff.signal.aborted) return;
      await tellHistoryWaits(this.#ports, this.market, this.#historyDays, fault);
    });
    this.#fill.running = false;
    if (filled === null) return;
    this.#openDayKnown = true;
    if (!filled.ok) this.#fill = { wanted: true, running: false, atMs: this.#ports.wallNow() + REFUSED_WAIT_MS };
    const newest = filled.ok ? filled.value : null;
    if (newest === null) return;
    this.#follow!.skipTo(newest.openTimeMs);
    this.#inTurn(() => Promise.resolve(this.#tell(newest, "page")));
  }

  #lookAtHistory(): void {
    const day = kstDayOf(epochMs(this.#ports.marketNow() - SEAL_DELAY_MS));
    if (!this.#openDayKnown || this.#history.running || this.#history.doneFor === day) return;
    if (this.#ports.wallNow() - this.#history.atMs < HISTORY_RETRY_MS && this.#history.doneFor === "stopped") return;
    this.#history = { doneFor: day, running: true, byUser: false, atMs: this.#ports.wallNow() };
    void this.#fillHistory(day);
  }

  async #fillHistory(day: string): Promise<void> {
    await fillHistory(this.#ports, this.market, this.#historyDays, this.#calledOff.signal);
    const row = await readBackfill(this.#ports.db, this.market);
    this.#history.running = false;
    if (row?.state !== "stopped" || this.#history.doneFor !== day) return;
    if (row.stopRequested) this.#history.byUser = true;
    else this.#history.doneFor = "stopped";
  }
}
