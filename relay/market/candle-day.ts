import * as v from "valibot";
import type { Candle } from "../../domain/candle.ts";
import type { MarketCode } from "../../domain/market-code.ts";
import { ok, type Result } from "../../domain/result.ts";
import { exchangeUtc } from "../../domain/time.ts";
import { UpbitCandleSchema } from "../../domain/upbit.ts";
import { minutesOfUpbit } from "../../domain/upbit-candle.ts";
import { MINUTE_MS, type EpochMs } from "../../domain/units.ts";
import type { RelayFault } from "../faults.ts";
import type { Relay } from "../relay.ts";
import { askQuotation } from "./ask-quotation.ts";

/** Most rows of one answer. Source: upbit-api 3.2. */
const PAGE_ROWS = 200;
const CandlesSchema = v.array(UpbitCandleSchema);

/** The one-minute candles that begin in [fromMs, beforeMs), oldest first, minutes without trades absent. A row that
 *  breaks the exchange's own rules is left out (Rule C2). Source: upbit-api 3.2, "Paging". */
export async function minuteCandles(
  relay: Relay,
  market: MarketCode,
  { fromMs, beforeMs }: { fromMs: EpochMs; beforeMs: EpochMs },
): Promise<Result<readonly Candle[], RelayFault>> {
  const byTime = new Map<EpochMs, Candle>();
  let toMs = beforeMs;
  while (toMs > fromMs) {
    const count = Math.min(PAGE_ROWS, Math.ceil((toMs - fromMs) / MINUTE_MS));
    const parameters = [
      ["market", market],
      ["to", `${exchangeUtc(toMs)}Z`],
      ["count", String(count)],
    ] as const;
    const page = { group: "candle", path: "/v1/candles/minutes/1", parameters } as const;
    const rows = await askQuotation(relay, page, CandlesSchema);
    if (!rows.ok) return rows;
    const candles = minutesOfUpbit(rows.value);
    const older = candles.filter((candle) => candle.openTimeMs < toMs);
    for (const candle of older) if (candle.openTimeMs >= fromMs) byTime.set(candle.openTimeMs, candle);
    // Fewer rows than asked for: nothing is older. As many as there are minutes: nothing is missing.
    if (older.length < count || count < PAGE_ROWS) break;
    toMs = older.reduce((oldest, candle) => (candle.openTimeMs < oldest ? candle.openTimeMs : oldest), toMs);
  }
  return ok([...byTime.values()].toSorted((one, other) => one.openTimeMs - other.openTimeMs));
}
