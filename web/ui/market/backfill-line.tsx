import { Trans, useLingui } from "@lingui/react/macro";
import { useLiveQuery } from "dexie-react-hooks";
import type { MarketCode } from "../../../domain/market-code.ts";
import { readBackfill } from "../../store/backfill-store.ts";
import { candleCoverage } from "../../store/candle-store.ts";
import type { BackfillRow } from "../../store/tables.ts";
import { database } from "../database.ts";
import { FAULT_WORDS } from "../faults/fault-words.ts";
import { grouped } from "../format/amount.ts";
import style from "./backfill-line.module.css";

/** How far the market's history has come, and how much of it lies in this browser. */
export function BackfillLine({ market }: { readonly market: MarketCode }) {
  const { t, i18n } = useLingui();
  const row = useLiveQuery(() => readBackfill(database, market), [market]);
  const coverage = useLiveQuery(() => candleCoverage(database, market), [market]);
  const words: Record<BackfillRow["state"], string> = {
    running: t`과거 캔들 받는 중`,
    done: t`과거 캔들 모두 받음`,
    waiting: t`잠시 뒤 이어서 받음`,
    stopped: t`과거 캔들 받기 멈춤`,
  };
  const rows = grouped(String(coverage?.rowCount ?? 0));
  return (
    <p
      className={style.line}
      role="status"
      data-testid="backfill-state"
      data-state={row?.state ?? "none"}
      data-days-done={row?.daysDone ?? 0}
      data-candles={coverage?.rowCount ?? 0}
    >
      {row ? (
        <>
          <span>
            {words[row.state]}{" "}
            <strong>
              <Trans>
                {row.daysDone}/{row.daysWanted}일
              </Trans>
            </strong>
          </span>
          <progress
            className={style.bar}
            value={row.daysDone}
            max={Math.max(1, row.daysWanted)}
            aria-label={t`과거 캔들 진행`}
          />
        </>
      ) : (
        <span>{t`캔들 수집을 준비하는 중`}</span>
      )}
      <span>
        <Trans>1분 캔들 {rows}개 보관</Trans>
      </span>
      {row?.fault && <span className={style.fault}>{i18n._(FAULT_WORDS[row.fault].what)}</span>}
    </p>
  );
}
