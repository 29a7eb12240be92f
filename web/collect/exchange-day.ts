import * as v from "valibot";
import type { Candle } from "../../domain/candle.ts";
import type { Fault } from "../../domain/fault.ts";
import { fail, ok, type Result } from "../../domain/result.ts";
import { exchangeUtc, intervalStart, parseKstDay } from "../../domain/time.ts";
import { UpbitCandleSchema, type UpbitCandle } from "../../domain/upbit.ts";
import { minutesOfUpbit } from "../../domain/upbit-candle.ts";
import { DAY_MS, epochMs, MINUTE_MS, SECOND_MS, type EpochMs } from "../../domain/units.ts";
import type { AskedDay, DayPage } from "./day-page.ts";

export type ExchangeDayPorts = {
  /** `https://api.upbit.com` or the local exchange. */
  readonly exchangeUrl: string;
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Takes this browser's next turn with the exchange; milliseconds to wait for it. */
  reserveTurn(): number;
  sleep(ms: number, signal: AbortSignal): Promise<void>;
  marketNow(): EpochMs;
};

/** Most rows of one answer. Source: upbit-api 3.2. */
const PAGE_ROWS = 200;
/** A last trade may be stored a moment after its minute (upbit-api 6.7): as long as the relay waits. */
const SETTLED_MS = MINUTE_MS;
const TIMEOUT_MS = 10 * SECOND_MS;
const CandlesSchema = v.array(UpbitCandleSchema);
const retry = (detail: string) => fail<Fault>({ type: "exchange-unreachable", kind: "retry", detail });

/** One KST day straight from the exchange: eight requests, ten seconds apart, as a page's requests are limited.
 *  A refusal over the limit cannot be read by a page and looks like a broken network. Source: upbit-api 1.6, 3.2. Rule C25.
 *  @returns null when the work was called off */
export async function exchangeDay(
  ports: ExchangeDayPorts,
  { market, kstDay }: AskedDay,
  signal: AbortSignal,
): Promise<Result<DayPage, Fault> | null> {
  const start = parseKstDay(kstDay);
  if (!start.ok) return fail({ type: "bad-input", kind: "refuse", detail: `Not a day: ${kstDay}` });
  const nowMs = ports.marketNow();
  const endMs = epochMs(start.value + DAY_MS);
  const beforeMs = epochMs(Math.min(endMs, intervalStart(nowMs, MINUTE_MS)));
  const candles: Candle[] = [];
  for (let toMs = beforeMs; toMs > start.value;) {
    const waitMs = ports.reserveTurn();
    if (waitMs > 0) await ports.sleep(waitMs, signal);
    if (signal.aborted) return null;
    const query = new URLSearchParams({ market, to: `${exchangeUtc(toMs)}Z`, count: String(PAGE_ROWS) });
    const rows = await ask(ports, `${ports.exchangeUrl}/v1/candles/minutes/1?${query}`);
    if (!rows.ok) return rows;
    const older = minutesOfUpbit(rows.value).filter((candle) => candle.openTimeMs < toMs);
    candles.push(...older);
    if (rows.value.length < PAGE_ROWS || older.length === 0) break;
    toMs = older.at(-1)!.openTimeMs;
  }
  const own = candles.filter((candle) => candle.openTimeMs >= start.value);
  const byTime = own.toSorted((one, other) => one.openTimeMs - other.openTimeMs);
  return ok({ complete: nowMs >= endMs + SETTLED_MS, candles: byTime, source: "exchange" });
}

async function ask(ports: ExchangeDayPorts, url: string): Promise<Result<UpbitCandle[], Fault>> {
  try {
    const answer = await ports.fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), credentials: "omit" });
    if (answer.status === 404) return fail({ type: "not-found", kind: "refuse", detail: "The market is not there." });
    if (!answer.ok) return retry(`The exchange answered ${answer.status}.`);
    const rows = v.safeParse(CandlesSchema, await answer.json());
    return rows.success ? ok(rows.output) : retry("The exchange's answer could not be read.");
  } catch (error) {
    return retry(error instanceof Error ? `${error.name} on the way to the exchange` : "No answer came.");
  }
}
